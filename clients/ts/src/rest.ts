import { RefusedError } from './errors.js'

/** Who a program is: a login, or an app key, which with a tenant is a pair of headers. */
export type Credentials =
  | { username: string; password: string }
  | { appKey: string; tenant?: string }

/** The headers that carry credentials; ASCII, as headers must be. */
export function headersOf(c: Credentials): Record<string, string> {
  if ('username' in c) {
    const bytes = new TextEncoder().encode(`${c.username}:${c.password}`)
    return { authorization: 'Basic ' + btoa(String.fromCharCode(...bytes)) }
  }
  const key = encodeURIComponent(c.appKey)
  return c.tenant ? { tenant: c.tenant, 'app-key': key } : { authorization: 'Bearer ' + key }
}

/**
 * Asks the gateway at base ("https://host:8080") for a ticket: good once, for
 * 30 s. In a page that the gateway knows by its session, leave credentials out.
 */
export async function ticket(base: string, c?: Credentials): Promise<string> {
  const res = await fetch(new URL('/api/v2/ws-ticket', base), {
    method: 'POST',
    headers: c ? headersOf(c) : {},
    signal: AbortSignal.timeout(15_000),
  })
  const body = (await res.json().catch(() => ({}))) as { data?: { ticket?: string }; code?: string; message?: string }
  const text = body.data?.ticket
  if (!res.ok || !text) {
    throw new RefusedError(res.status, body.code, body.message ?? `no ticket: status ${res.status}`)
  }
  return text
}
