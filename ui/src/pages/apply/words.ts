import type { Difference } from '~/api/schema'
import { memberName } from '~/lang/fields'
import { defineTexts, textOf } from '~/lang/texts'

/** What ~/lang/fields has not, or calls otherwise. */
const fieldTexts = defineTexts(
  'apply.fields',
  {
    dtmf: '버튼음', id: '번호',
    extension: '내선', 'extensions import': '내선 가져오기', trunk: '전화선', did: '대표번호', 'ring-group': '벨 그룹', 'time-group': '시간 그룹', holiday: '휴일', 'class-of-service': '발신 등급', tenant: '회사 설정', password: '전화기 비밀번호', 'feature-codes': '기능 코드', 'naver-works': '네이버웍스',
    create: '{{what}} 추가', change: '{{what}} 변경', delete: '{{what}} 삭제', undo: '되돌림', importExtensions: '내선 가져오기', importDescription: '회사 설명 파일 가져오기', publicHolidays: '공휴일 가져오기', config: '설정 파일', newPassword: '전화기의 새 비밀번호', softphoneMade: '소프트폰 추가',
    yes: '예', no: '아니요', hidden: '(가림)', otherHidden: '(가림, 바뀜)',
    staysLoaded: '{{name}} 모듈이 아직 올라가 있음',
    noSound: '통화연결음 {{name}}에 음원이 없어 발신자는 일반 연결음을 듣습니다. 안내 음성 페이지에서 올리세요.',
  },
  {
    dtmf: 'Digits', id: 'Id',
    extension: 'extension', 'extensions import': 'extensions', trunk: 'trunk', did: 'number', 'ring-group': 'ring group', 'time-group': 'time group', holiday: 'holiday', 'class-of-service': 'class of service', tenant: 'company', password: 'password of a phone', 'feature-codes': 'feature codes', 'naver-works': 'NAVER WORKS',
    create: 'Added: {{what}}', change: 'Changed: {{what}}', delete: 'Deleted: {{what}}', undo: 'Taken back', importExtensions: 'Extensions imported', importDescription: 'Description imported from a file', publicHolidays: 'Public holidays added', config: 'Configuration file', newPassword: 'New password of a phone', softphoneMade: 'Softphone added',
    yes: 'yes', no: 'no', hidden: '(hidden)', otherHidden: '(hidden, another one)',
    staysLoaded: 'module {{name}} stays loaded',
    noSound: 'The ringback tone {{name}} has no sound: callers hear ordinary ringing. Upload one on the page Announcements.',
  },
)

type Key = keyof typeof fieldTexts.ko

function word(name: string): string {
  return name in fieldTexts.ko ? textOf(fieldTexts, name as Key) : memberName(name)
}

/** Changes of one thing: an extension, or the company's parking. */
export interface Changed {
  /** What it is, in words: "내선 1010". */
  what: string
  how: 'added' | 'removed' | 'changed'
  fields: { name: string; before: string; after: string }[]
}

/** What a value of a difference says; target words are for what leads somewhere. */
export function valueWords(json: string | undefined, target: (text: string) => string): string {
  if (!json) {
    return ''
  }
  let v: unknown
  try {
    v = JSON.parse(json)
  } catch {
    return json // was cut
  }
  return saidOf(v, target)
}

function saidOf(v: unknown, target: (text: string) => string): string {
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
    return v.map((x) => saidOf(x, target)).join(', ')
  }
  if (v !== null && typeof v === 'object') {
    return Object.entries(v).map(([k, x]) => `${word(k)}: ${saidOf(x, target)}`).join(', ')
  }
  return typeof v === 'string' ? target(v) : String(v)
}

/** Differences by the thing they are of. */
export function changedOf(list: Difference[], target: (text: string) => string): Changed[] {
  const by = new Map<string, Changed>()
  for (const d of list) {
    const m = /^(\w+)(?:\[([^\]]*)\])?(?:\.(.+))?$/.exec(d.field)
    const [, part = d.field, id, member] = m ?? []
    const key = `${part}[${id ?? ''}]`
    const whole = member === undefined
    let c = by.get(key)
    if (!c) {
      c = { what: id === undefined ? word(part) : `${word(part)} ${id}`, how: whole && id !== undefined ? (!d.before ? 'added' : !d.after ? 'removed' : 'changed') : 'changed', fields: [] }
      by.set(key, c)
    }
    const name = member === undefined ? '' : member.split('.').map((x) => word(x.replace(/\[\d+\]$/, ''))).join(' · ')
    if (whole && id !== undefined && c.how !== 'changed') {
      continue // that it is there says enough
    }
    c.fields.push({ name, before: valueWords(d.before, target), after: valueWords(d.after, target) })
  }
  return [...by.values()]
}

const known: Record<string, Key> = { undo: 'undo', 'import extensions': 'importExtensions', 'import description': 'importDescription', 'add public holidays': 'publicHolidays', 'configuration file': 'config', 'new password of a phone': 'newPassword' }

/** What a version of the description changed, in words. */
export function summaryWords(summary: string): string {
  const whole = known[summary]
  if (whole) {
    return textOf(fieldTexts, whole)
  }
  const m = /^(create|change|delete) (\S+)(?: (.+))?$/.exec(summary)
  if (!m || word(m[2]!) === m[2]) {
    return /softphone/.test(summary) ? textOf(fieldTexts, 'softphoneMade') : summary
  }
  return textOf(fieldTexts, m[1] as 'create', { what: `${word(m[2]!)}${m[3] ? ` ${m[3]}` : ''}` })
}

/** A warning of an apply, or what it needs a restart for, in words where it is a known one. */
export function warningWords(warning: string): string {
  const m = /the tone (\S+) has no recording/.exec(warning)
  const module = /^module (\S+) stays loaded until a restart$/.exec(warning)
  return m ? textOf(fieldTexts, 'noSound', { name: m[1]! }) : module ? textOf(fieldTexts, 'staysLoaded', { name: module[1]! }) : warning
}

/** Who made a version; the configuration file by what we call it. */
export function authorOf(by: string, file: string): string {
  return by === '' || by === 'configuration file' ? file : by
}
