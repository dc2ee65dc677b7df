import { language } from './lang'

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = new Map<string, Intl.DateTimeFormat>()

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const lng = language()
  const key = lng + name
  let f = formats.get(key)
  if (!f) {
    f = new Intl.DateTimeFormat(lng === 'ko' ? 'ko-KR' : 'en-GB', { timeZone: zone, ...options })
    formats.set(key, f)
  }
  return f
}

type When = string | number | Date | null | undefined

function valid(at: When): Date | undefined {
  if (at === null || at === undefined || at === '') {
    return undefined
  }
  const d = new Date(at)
  return Number.isNaN(d.getTime()) || d.getTime() <= 0 ? undefined : d
}

/** Day and time to the second; '' for no time. */
export function dateTime(at: When): string {
  const d = valid(at)
  return d ? format('full', { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(d) : ''
}

/** The day. */
export function date(at: When): string {
  const d = valid(at)
  return d ? format('day', { year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short' }).format(d) : ''
}

/** The time to the second. */
export function time(at: When): string {
  const d = valid(at)
  return d ? format('time', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(d) : ''
}

/** Today: the time; else day and time. */
export function shortTime(at: When): string {
  const d = valid(at)
  if (!d) {
    return ''
  }
  if (d.toDateString() === new Date().toDateString()) {
    return format('hm', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(d)
  }
  return format('mdhm', { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(d)
}

/** Seconds as 0:07, 12:34 or 1:02:03. */
export function duration(seconds: number | null | undefined): string {
  const s = Math.max(0, Math.floor(seconds ?? 0))
  const two = (n: number) => String(n).padStart(2, '0')
  const h = Math.floor(s / 3600)
  const m = Math.floor((s % 3600) / 60)
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`
}

/** A number of things. */
export function count(n: number | null | undefined): string {
  return (n ?? 0).toLocaleString(language() === 'ko' ? 'ko-KR' : 'en-GB')
}

/** Bytes as people read them. */
export function bytes(n: number | null | undefined): string {
  let v = n ?? 0
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let i = 0
  while (v >= 1024 && i < units.length - 1) {
    v /= 1024
    i++
  }
  return `${i === 0 || v >= 100 ? Math.round(v) : v.toFixed(1)} ${units[i]}`
}

/**
 * A phone number as it is written in Korea: 010-1234-5678, 02-123-4567, 1668-2471,
 * 070-4580-5605. What is none of ours, extensions too, stays as it is.
 */
export function phone(number: string | null | undefined): string {
  const raw = number ?? ''
  let n = raw
  if (n.startsWith('+82')) {
    n = n.startsWith('+820') ? n.slice(3) : `0${n.slice(3)}`
  }
  if (!/^\d+$/.test(n)) {
    return raw
  }
  if (/^1[5-9]\d{6}$/.test(n)) {
    return `${n.slice(0, 4)}-${n.slice(4)}`
  }
  const area = /^02/.test(n) ? 2 : /^050\d/.test(n) ? 4 : 3
  const rest = n.length - area
  if (!n.startsWith('0') || n.startsWith('00') || rest < 7 || rest > 8) {
    return raw
  }
  return `${n.slice(0, area)}-${n.slice(area, n.length - 4)}-${n.slice(-4)}`
}
