import type { Difference } from '~/api/schema'
import { actionWords } from '~/lang/actions'
import { memberName } from '~/lang/fields'
import { phone } from '~/lang/format'
import { defineTexts, textOf } from '~/lang/texts'

/** What ~/lang/fields has not, or calls otherwise, and what values are called. */
const fieldTexts = defineTexts(
  'apply.fields',
  {
    dtmf: '버튼음', id: '번호', level: '권한', see: '보기', change: '바꾸기', settings: '설정', permissions: '권한', attendants: '자동응답', conferences: '회의실', limits: '통화 제한', once_until: '한 번 쓰는 비밀번호의 끝',
    yes: '예', no: '아니요', on: '켜짐', off: '꺼짐', hidden: '(가림)', otherHidden: '(가림, 바뀜)', always: '항상', on_demand: '요청할 때만', never: '하지 않음', all: '모두 함께', in_turn: '차례로', ko: '한국어', en: '영어', nobodyThere: '번호가 없어 쓰이지 않음',
    softphoneMade: '휴대폰 앱을 쓸 전화기 추가', undid: '되돌림: {{what}}', undidMany: '되돌림: {{what}} 외 {{n}}건', start: 'DIPCAST 시작', more: '{{what}} 외 {{n}}건',
    staysLoaded: '{{name}} 모듈이 아직 올라가 있음',
    noSound: '통화연결음 {{name}}에 음원이 없어 발신자는 일반 연결음을 듣습니다. 안내 음성 페이지에서 올리세요.',
    extension: '내선', voicemail: '음성사서함', ring_group: '벨 그룹', attendant: '자동응답', conference: '회의실', notice: '안내 음성', busy: '통화 중 소리', hangup: '끊기', fax: '팩스로 받기',
    administrator: '시스템 관리자', auditor: '감사자', company_role: '회사 관리자', supervisor: '슈퍼바이저', employee: '직원',
  },
  {
    dtmf: 'Digits', id: 'Id', level: 'Right', see: 'see', change: 'change', settings: 'Settings', permissions: 'Rights', attendants: 'Attendant', conferences: 'Conference room', limits: 'Limits', once_until: 'End of the one-time password',
    yes: 'yes', no: 'no', on: 'on', off: 'off', hidden: '(hidden)', otherHidden: '(hidden, another one)', always: 'always', on_demand: 'when asked for', never: 'never', all: 'all at once', in_turn: 'in turn', ko: 'Korean', en: 'English', nobodyThere: 'not used, as it has no number',
    softphoneMade: 'Phone for a softphone added', undid: 'Taken back: {{what}}', undidMany: 'Taken back: {{what}} and {{n}} more', start: 'Start of DIPCAST', more: '{{what}} and {{n}} more',
    staysLoaded: 'module {{name}} stays loaded',
    noSound: 'The ringback tone {{name}} has no sound: callers hear ordinary ringing. Upload one on the page Announcements.',
    extension: 'extension', voicemail: 'voicemail', ring_group: 'ring group', attendant: 'attendant', conference: 'conference room', notice: 'announcement', busy: 'busy', hangup: 'hang up', fax: 'fax',
    administrator: 'System administrator', auditor: 'Auditor', company_role: 'Company administrator', supervisor: 'Supervisor', employee: 'Employee',
  },
)

type Key = keyof typeof fieldTexts.ko

function word(name: string, area = ''): string {
  return name in fieldTexts.ko && !isValue.has(name) ? textOf(fieldTexts, name as Key) : memberName(name, area)
}

// Members whose values are words of the program, with what we call them.
const enums: Record<string, readonly string[]> = {
  incoming: ['always', 'on_demand', 'never'], outgoing: ['always', 'on_demand', 'never'], internal: ['always', 'on_demand', 'never'], strategy: ['all', 'in_turn'], language: ['ko', 'en'], lang: ['ko', 'en'], level: ['see', 'change'],
  role: ['administrator', 'auditor', 'company', 'supervisor', 'employee'],
}
const isValue = new Set(['on', 'off', 'all', 'in_turn', 'ko', 'en', 'fax', 'voicemail', 'extension', 'administrator', 'auditor', 'supervisor', 'employee'])

/** The name of what has only an id or a number where it is spoken of: ('trunks', '1') is "KT 대표회선"; '' when it is not known. */
export type Called = (part: string, id: string) => string

/** Changes of one thing: an extension, or the company's parking. */
export interface Changed {
  /** Of what kind it is: "extensions", "parking". */
  part: string
  /** What it is, in words: "내선 1010". */
  what: string
  how: 'added' | 'removed' | 'changed'
  fields: { name: string; before: string; after: string }[]
}

/** What a value of a difference says; target words are for what leads somewhere. */
export function valueWords(json: string | undefined, target: (text: string) => string, member = '', called?: Called): string {
  if (!json) {
    return ''
  }
  let v: unknown
  try {
    v = JSON.parse(json)
  } catch {
    return json // was cut
  }
  return saidOf(v, target, member, called)
}

function saidOf(v: unknown, target: (text: string) => string, member: string, called?: Called): string {
  if (v === true || v === false) {
    return textOf(fieldTexts, v ? 'yes' : 'no')
  }
  if (v === '[redacted]') {
    return textOf(fieldTexts, 'hidden')
  }
  if (v === '[redacted, another]') {
    return textOf(fieldTexts, 'otherHidden')
  }
  if (Array.isArray(v)) {
    return v.map((x) => saidOf(x, target, member, called)).join(', ')
  }
  if (v !== null && typeof v === 'object' && 'key' in v && 'to' in v) { // of an attendant
    const k = v as { key: string; to: string; name?: string }
    return `${k.key}${k.name ? ` ${k.name}` : ''} → ${target(k.to)}`
  }
  if (v !== null && typeof v === 'object') {
    return Object.entries(v).map(([k, x]) => `${word(k)}: ${saidOf(x, target, k, called)}`).join(', ')
  }
  const text = String(v ?? '')
  if (enums[member]?.includes(text)) {
    return textOf(fieldTexts, (text === 'company' ? 'company_role' : text) as Key)
  }
  if (typeof v !== 'string') {
    return called?.(member, text) || text
  }
  if (member === 'enable') {
    return text === 'yes' || text === 'no' ? textOf(fieldTexts, text === 'yes' ? 'on' : 'off') : text
  }
  const number = /^sub-custom-numbers,([^,]*),\d+$/.exec(text)
  if (number) {
    return phone(number[1]) // where a diversion leads, as Asterisk is told
  }
  const said = called?.(member, text) || target(text)
  return said === text ? phone(text) : said
}

/** What a target says without asking for names: "extension:1010" is "내선 1010". */
export function targetWords(text: string): string {
  const m = /^(extension|voicemail|ring_group|attendant|conference|number|notice|busy|hangup|fax)(?::(.+))?$/.exec(text)
  return m ? [m[1] === 'number' ? '' : textOf(fieldTexts, m[1] as Key), phone(m[2])].filter(Boolean).join(' ') : text
}

// Members by which a thing of the description is called.
const nameMembers = ['name', 'title', 'description', 'username']

function nameIn(json: string | undefined): string {
  try {
    const v = JSON.parse(json ?? '') as Record<string, unknown>
    const m = nameMembers.find((k) => typeof v?.[k] === 'string' && v[k] !== '')
    return m ? String(v[m]) : ''
  } catch {
    return ''
  }
}

// Things with an id that says nothing to people.
const unspoken = new Set(['trunks', 'time_groups'])

/** A thing of the description in words: "내선 1010", "전화선 KT 대표회선". */
export function partWords(part: string, id: string | undefined, name = '', area = ''): string {
  if (id === undefined) {
    return word(part, area)
  }
  return [word(part), unspoken.has(part) && name ? '' : phone(id), name === id ? '' : name].filter(Boolean).join(' ')
}

/**
 * Differences by the thing they are of. `all` tells also of what came or went what it was
 * like, which otherwise only says that it did.
 */
export function changedOf(list: Difference[], target: (text: string) => string, o: { called?: Called; area?: string; all?: boolean } = {}): Changed[] {
  const by = new Map<string, Changed>()
  for (const d of list) {
    const m = /^(\w+)(?:\[([^\]]*)\])?(?:\.(.+))?$/.exec(d.field)
    const [, part = d.field, id, member] = m ?? []
    const key = `${part}[${id ?? ''}]`
    const whole = member === undefined
    let c = by.get(key)
    if (!c) {
      const name = id === undefined ? '' : (whole ? nameIn(d.after) || nameIn(d.before) : '') || o.called?.(part, id) || ''
      c = { part, what: partWords(part, id, name, o.area), how: whole && id !== undefined ? (!d.before ? 'added' : !d.after ? 'removed' : 'changed') : 'changed', fields: [] }
      by.set(key, c)
    }
    if (whole && id !== undefined && c.how !== 'changed') {
      if (o.all) {
        c.fields.push(...membersOf(d, target, o.called))
      }
      continue // else that it is there says enough
    }
    const path = member?.split('.').map((x) => x.replace(/\[\d+\]$/, '')) ?? []
    const last = path.at(-1) ?? part
    const f = { name: path.map((x) => word(x)).join(' · '), before: valueWords(d.before, target, last, o.called), after: valueWords(d.after, target, last, o.called) }
    if (f.before || f.after || !/^\[/.test(d.before ?? d.after ?? '')) {
      c.fields.push(f) // of lists of what has its own lines nothing is left
    }
  }
  return [...by.values()]
}

function membersOf(d: Difference, target: (text: string) => string, called?: Called): Changed['fields'] {
  const read = (json?: string) => {
    try {
      return (JSON.parse(json ?? '{}') ?? {}) as Record<string, unknown>
    } catch {
      return {}
    }
  }
  const [before, after] = [read(d.before), read(d.after)]
  const said = (v: unknown, k: string) => (v === undefined || v === '' ? '' : saidOf(v, target, k, called))
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((k) => ({ name: word(k), before: said(before[k], k), after: said(after[k], k) })).filter((f) => f.before !== f.after)
}

/** Changes with those of one kind together where there are many: twenty holidays that were added. */
export function foldedOf(list: Changed[], few = 3): Changed[][] {
  const by = new Map<string, Changed[]>()
  for (const c of list) {
    const key = `${c.part} ${c.how}`
    by.set(key, [...(by.get(key) ?? []), c])
  }
  return [...by.values()].flatMap((some) => (some.length > few ? [some] : some.map((c) => [c])))
}

const parts: Record<string, string> = { extension: 'extensions', trunk: 'trunks', did: 'dids', 'ring-group': 'ring_groups', attendant: 'attendants', conference: 'conferences', 'time-group': 'time_groups', holiday: 'holidays', 'class-of-service': 'classes' }

/** What a version of the description changed, in words. */
export function summaryWords(summary: string, called?: Called): string {
  if (/^add a softphone/.test(summary)) {
    return textOf(fieldTexts, 'softphoneMade')
  }
  return actionWords(summary, (thing, id) => {
    const part = parts[thing]
    const name = (part && called?.(part, id)) || ''
    return part ? [unspoken.has(part) && name ? '' : phone(id), name === id ? '' : name].filter(Boolean).join(' ') : phone(id)
  })
}

/** What one version changed; of one that took others back, what those were. Versions come newest first. */
export function versionWords(v: { version: number; summary: string; restores?: number }, all: { version: number; summary: string }[], called?: Called): string {
  const back = v.restores ? all.filter((x) => x.version > v.restores! && x.version < v.version) : []
  const first = back[0]
  if (!first) {
    return summaryWords(v.summary, called)
  }
  const what = summaryWords(first.summary, called)
  return back.length > 1 ? textOf(fieldTexts, 'undidMany', { what, n: back.length - 1 }) : textOf(fieldTexts, 'undid', { what })
}

/** Several summaries in one line: the first ones, and how many more. */
export function someOf(list: string[], most = 2): string {
  const all = [...new Set(list)]
  const what = all.slice(0, most).join(', ')
  return all.length > most ? textOf(fieldTexts, 'more', { what, n: all.length - most }) : what
}

/** A warning of an apply, or what it needs a restart for, in words where it is a known one. */
export function warningWords(warning: string): string {
  const m = /the tone (\S+) has no recording/.exec(warning)
  const module = /^module (\S+) stays loaded until a restart$/.exec(warning)
  return m ? textOf(fieldTexts, 'noSound', { name: m[1]! }) : module ? textOf(fieldTexts, 'staysLoaded', { name: module[1]! }) : warning
}

/** Who made a version or an apply; the configuration file and the program by what we call them. */
export function authorOf(by: string, file: string): string {
  return by === '' || by === 'configuration file' ? file : by === 'start of the gateway' ? textOf(fieldTexts, 'start') : by
}
