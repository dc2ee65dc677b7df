import type { Me } from './types'

export type { Me }

/** Whether somebody may be signed in: the page itself knows when the browser has nothing to be recognised by. */
export const mayBeIn = () => document.querySelector<HTMLMetaElement>('meta[name=session]')?.content !== 'none'

/** Who is signed in; undefined: nobody. Throws when the gateway cannot be asked. */
export async function fetchMe(): Promise<Me | undefined> {
  if (!mayBeIn()) {
    return undefined
  }
  const answer = await fetch('/api/v2/session', { headers: { Accept: 'application/json' } })
  if (answer.status === 401) {
    return undefined
  }
  if (!answer.ok) {
    throw new Error(`GET /api/v2/session: ${answer.status}`)
  }
  return ((await answer.json()) as { data: Me }).data
}
