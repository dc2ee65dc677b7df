import type { CompanyHoliday, CompanySpan, CompanyTimeGroup } from '~/api/schema'

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof days)[number]

/** A part of one day, in minutes since midnight. */
export interface Part {
  from: number
  to: number
}

/** Minutes since midnight of "09:00"; "24:00" is the end of the day. */
export function minutesOf(clock: string): number {
  const [h = '0', m = '0'] = clock.split(':')
  return Number(h) * 60 + Number(m)
}

/** The parts of every day of the week that spans cover; what goes on after midnight is the next day's. */
export function weekOf(spans: CompanySpan[]): Record<Day, Part[]> {
  const week = Object.fromEntries(days.map((d) => [d, [] as Part[]])) as Record<Day, Part[]>
  for (const s of spans) {
    const from = minutesOf(s.from)
    const to = minutesOf(s.to)
    for (const [i, d] of days.entries()) {
      if (s.days?.length && !s.days.includes(d)) {
        continue
      }
      if (from < to) {
        week[d].push({ from, to })
      } else {
        week[d].push({ from, to: 24 * 60 })
        if (to > 0) {
          week[days[(i + 1) % 7]!].push({ from: 0, to })
        }
      }
    }
  }
  return week
}

/** Whether a day is one of the holidays, which are dates, or days of every year. */
export function isHoliday(holidays: CompanyHoliday[], at: Date): boolean {
  const two = (n: number) => String(n).padStart(2, '0')
  const yearly = `${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return holidays.some((h) => h.date === yearly || h.date === `${at.getFullYear()}-${yearly}`)
}

/** Whether a time is within a time group, as the clock of this machine shows it. */
export function holds(g: CompanyTimeGroup, holidays: CompanyHoliday[], at: Date): boolean {
  const minute = at.getHours() * 60 + at.getMinutes()
  const today = days[(at.getDay() + 6) % 7]!
  const before = new Date(at)
  before.setDate(before.getDate() - 1)
  const yesterday = days[(before.getDay() + 6) % 7]!
  const works = (day: Date) => !!g.on_holidays || !isHoliday(holidays, day)
  return (g.spans ?? []).some((s) => {
    const on = (d: Day) => !s.days?.length || s.days.includes(d)
    const from = minutesOf(s.from)
    const to = minutesOf(s.to)
    if (from < to) {
      return on(today) && from <= minute && minute < to && works(at)
    }
    return (on(today) && from <= minute && works(at)) || (on(yesterday) && minute < to && works(before))
  })
}

/** Days in words: "mon–fri", by a name of each. */
export function daysWords(list: string[] | null | undefined, name: (d: Day) => string, every: string): string {
  const on = days.filter((d) => !list?.length || list.includes(d))
  if (on.length === 7) {
    return every
  }
  const out: string[] = []
  for (let i = 0; i < on.length; i++) {
    let j = i
    while (j + 1 < on.length && days.indexOf(on[j + 1]!) === days.indexOf(on[j]!) + 1) {
      j++
    }
    out.push(j - i >= 2 ? `${name(on[i]!)}–${name(on[j]!)}` : on.slice(i, j + 1).map(name).join(', '))
    i = j
  }
  return out.join(', ')
}
