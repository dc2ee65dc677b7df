import { dataOf } from '~/api/client'
import type { Guide } from './state'

/** Puts what is saved onto the company's servers; throws what the first has against it. */
export async function applyAll(guide: Pick<Guide, 'homes'>): Promise<void> {
  for (const id of guide.homes) {
    await dataOf('POST /servers/{server_id}/apply', { path: { server_id: id } })
  }
}
