import type { CDR } from '~/api/schema'

/** The other side of a call, as seen by an extension. */
export function otherOf(c: CDR, ext: string) {
  if (c.direction === 'external') {
    return c.from
  }
  return c.direction === 'internal' && c.from.extension !== ext ? c.from : c.to
}

/** The calls of one party that were missed, the newest of them first. */
export interface Missed {
  call: CDR
  /** How often since they were last spoken with. */
  times: number
  /** One has spoken with them since. */
  handled: boolean
}

const keyOf = (p: { extension?: string; number: string }) => p.extension || p.number.replace(/^\+82/, '0')

/**
 * Missed calls of an extension, one for each party, those that wait for a call
 * first. `calls` are all its calls, newest first.
 */
export function missedOf(calls: CDR[], ext: string): Missed[] {
  const all = new Map<string, Missed>()
  const spoken = new Set<string>()
  for (const c of calls) {
    const key = keyOf(otherOf(c, ext)) || c.call_id // who withholds the number is nobody twice
    if (c.missed && c.from.extension !== ext) {
      const m = all.get(key)
      if (!m) {
        all.set(key, { call: c, times: 1, handled: spoken.has(key) })
      } else if (!spoken.has(key)) {
        m.times++
      }
    } else if (c.billsec > 0) {
      spoken.add(key)
    }
  }
  return [...all.values()].sort((a, b) => Number(a.handled) - Number(b.handled))
}
