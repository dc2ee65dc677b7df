import type { Request } from '~/api/client'

/** The periods that one press chooses. */
export const periods = ['all', 'today', 'yesterday', '7d', '30d', 'range'] as const
export type Period = (typeof periods)[number]

/** What is looked for. Everything is text as in the address; '' is any. */
export interface Filter {
  /** A number, a part of a name, or a call's id. */
  q: string
  person: string
  did: string
  ext: string
  when: Period
  /** Of the period range: 2026-11-21T09:00, of the browser's clock. */
  from: string
  to: string
  result: string
  direction: string
  /** Seconds of talk. */
  longer: string
  shorter: string
}

/** The results there are to choose, in the order of the list. */
export const results = ['missed', 'answered', 'no_answer', 'busy', 'declined', 'cancelled', 'unavailable', 'failed', 'diverted', 'voicemail', 'fax', 'closed', 'attendant', 'menu', 'conference', 'message', 'notice', 'code', 'no_room'] as const
export const directions = ['external', 'outgoing', 'internal'] as const

const none: Filter = { q: '', person: '', did: '', ext: '', when: 'all', from: '', to: '', result: '', direction: '', longer: '', shorter: '' }

/** What an address looks for. What it says that there is not counts as any. */
export function filterOf(search: Record<string, unknown>): Filter {
  const f: Filter = { ...none }
  for (const key of Object.keys(none) as (keyof Filter)[]) {
    const v = search[key]
    if (typeof v === 'string' || typeof v === 'number') {
      f[key] = String(v) as never
    }
  }
  if (!periods.includes(f.when)) {
    f.when = 'all'
  }
  if (!f.result.split(',').every((r) => (results as readonly string[]).includes(r))) {
    f.result = ''
  }
  if (!(directions as readonly string[]).includes(f.direction)) {
    f.direction = ''
  }
  return f
}

/** The address of what is looked for, without what is any. */
export function searchOf(f: Filter): Record<string, string> {
  const range = f.when === 'range'
  return Object.fromEntries(Object.entries(f).filter(([key, v]) => v !== '' && !(key === 'when' && v === 'all') && (range || (key !== 'from' && key !== 'to'))))
}

/** How many of the further conditions count. */
export function further(f: Filter): number {
  return [f.person, f.did, f.ext, f.direction, f.longer, f.shorter, f.result === 'missed' ? '' : f.result].filter((v) => v !== '').length
}

/** When a period begins and ends, in seconds since 1970. */
export function spanOf(f: Filter, now: Date): { start?: number; end?: number } {
  const day = (back: number) => Math.floor(new Date(now.getFullYear(), now.getMonth(), now.getDate() - back).getTime() / 1000)
  const at = (text: string) => {
    const ms = text ? new Date(text).getTime() : NaN
    return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
  }
  switch (f.when) {
    case 'today':
      return { start: day(0) }
    case 'yesterday':
      return { start: day(1), end: day(0) }
    case '7d':
      return { start: day(6) }
    case '30d':
      return { start: day(29) }
    case 'range':
      return { start: at(f.from), end: at(f.to) }
    default:
      return {}
  }
}

type Query = NonNullable<Request<'GET /cdr'>['query']>

/** What the gateway is asked. */
export function queryOf(f: Filter, now: Date): Query {
  const span = spanOf(f, now)
  const digits = (v: string) => v.replace(/[^\d+]/g, '')
  const seconds = (v: string) => (/^\d+$/.test(v) ? Number(v) : undefined)
  // A number is searched as it is dialled, however it is written.
  const q = f.q.trim()
  const number = /^[+\d][\d\s().-]*$/.test(q) && !/^\d+\.\d+$/.test(q)
  return clean({
    search: number ? digits(q) : q,
    person: f.person.trim(),
    did: digits(f.did),
    extensions: f.ext.replace(/\s+/g, ''),
    start_date: span.start === undefined ? undefined : String(span.start),
    end_date: span.end === undefined ? undefined : String(span.end),
    result: f.result,
    direction: f.direction as Query['direction'],
    min_talk: seconds(f.longer),
    max_talk: seconds(f.shorter),
  })
}

function clean(q: Query): Query {
  return Object.fromEntries(Object.entries(q).filter(([, v]) => v !== undefined && v !== '')) as Query
}
