/** The periods one may choose. */
export const periods = ['today', 'yesterday', 'week', 'month', 'quarter', 'range'] as const
export type Period = (typeof periods)[number]

export const maxDays = 92

const midnight = (now: Date, days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days)

/** From and to of a period, by the browser's days. `first` and `last` are days as 2026-11-22, both within. */
export function boundsOf(period: Period, now: Date, first = '', last = ''): { from: Date; to: Date } {
  const tomorrow = midnight(now, 1)
  switch (period) {
    case 'today':
      return { from: midnight(now, 0), to: tomorrow }
    case 'yesterday':
      return { from: midnight(now, -1), to: midnight(now, 0) }
    case 'week':
      return { from: midnight(now, -6), to: tomorrow }
    case 'month':
      return { from: midnight(now, -29), to: tomorrow }
    case 'quarter':
      return { from: midnight(now, 1 - maxDays), to: tomorrow }
    case 'range': {
      let a = dayOf(first) ?? midnight(now, -6)
      let b = dayOf(last) ?? midnight(now, 0)
      if (a > b) {
        [a, b] = [b, a]
      }
      // More than the gateway gives is cut at its beginning.
      const earliest = midnight(b, 1 - maxDays)
      return { from: a < earliest ? earliest : a, to: midnight(b, 1) }
    }
  }
}

function dayOf(text: string): Date | undefined {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  return m ? new Date(Number(m[1]), Number(m[2]) - 1, Number(m[3])) : undefined
}
