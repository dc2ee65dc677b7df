import type { Me } from './types'

export type { Me }

/** Who is signed in; undefined: nobody. Throws when the gateway cannot be asked. */
export async function fetchMe(): Promise<Me | undefined> {
  // The page itself knows when the browser has nothing to be recognised by.
  if (document.querySelector<HTMLMetaElement>('meta[name=session]')?.content === 'none') {
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
