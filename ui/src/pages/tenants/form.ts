import type { Data, Request } from '~/api/client'

export type Company = Data<'GET /tenants'>[number]
type Change = NonNullable<Request<'PUT /tenants/{tenant}'>['body']>

/** A company as its form holds it: numbers may be empty. */
export interface CompanyForm {
  name: string
  area_code: string
  language: 'ko' | 'en'
  lines: number | ''
  history_days: number | ''
  servers: string[]
  limits: { per_minute: number | ''; per_hour: number | ''; abroad_per_minute: number | ''; abroad_per_hour: number | ''; abroad_per_day: number | ''; countries: string[]; until: string | null; premium: boolean }
  recording: { incoming: string; outgoing: string; internal: string; notice: boolean; keep_days: number | ''; format: string }
}

/** The form of a company; of none: that of a new one. */
export function formOf(c?: Company): CompanyForm {
  const l = c?.limits
  const r = c?.recording
  return {
    name: c?.name ?? '', area_code: c?.area_code ?? '', language: c?.language ?? 'ko', lines: c?.lines ?? '', history_days: c?.history_days ?? '', servers: c?.servers.map(String) ?? [],
    limits: {
      per_minute: l?.per_minute || '', per_hour: l?.per_hour || '', abroad_per_minute: l?.abroad_per_minute || '', abroad_per_hour: l?.abroad_per_hour || '', abroad_per_day: l?.abroad_per_day || '',
      countries: l?.countries ?? [], until: l?.until || null, premium: l?.premium ?? false,
    },
    recording: { incoming: r?.incoming || 'on_demand', outgoing: r?.outgoing || 'on_demand', internal: r?.internal || 'on_demand', notice: r?.notice ?? false, keep_days: r?.keep_days || '', format: r?.format || 'wav' },
  }
}

/** What is sent of a form. Empty numbers are 0: their default. */
export function changeOf(f: CompanyForm): Change {
  const n = (v: number | '') => (v === '' ? 0 : v)
  const l = f.limits
  return {
    name: f.name.trim(), area_code: f.area_code.trim(), language: f.language, lines: n(f.lines), history_days: n(f.history_days), servers: f.servers.map(Number),
    limits: {
      per_minute: n(l.per_minute), per_hour: n(l.per_hour), abroad_per_minute: n(l.abroad_per_minute), abroad_per_hour: n(l.abroad_per_hour), abroad_per_day: n(l.abroad_per_day),
      countries: l.countries, until: l.until ?? '', premium: l.premium,
    },
    recording: { ...f.recording, keep_days: n(f.recording.keep_days) },
  }
}

/** Extensions as somebody writes them, and what of it is none. */
export function extensionsOf(text: string): { extensions: string[]; bad: string[] } {
  const all = text.replace(/\s*[-~–]\s*/g, '-').split(/[\s,;]+/).filter(Boolean)
  const good = (s: string) => /^\d{2,8}(-\d{2,8})?$/.test(s)
  return { extensions: all.filter(good), bad: all.filter((s) => !good(s)) }
}
