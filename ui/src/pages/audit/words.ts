import type { Difference } from '~/api/schema'
import { actionWords, thingWords } from '~/lang/actions'
import { detailWords } from '~/lang/details'
import { phone } from '~/lang/format'
import { codeWords } from '~/lang/errors'
import { defineTexts, textOf } from '~/lang/texts'
import { changedOf, someOf, targetWords } from '../apply/words'
import type { Called, Changed } from '../apply/words'
import type { AuditLine } from './AuditPage'

// What details of lines say, which the gateway writes in English.
const detailTexts = defineTexts(
  'audit.details',
  {
    byPassword: '비밀번호로', byPasskey: '패스키로', byWorks: '네이버웍스로', locked: '{{minutes}}분 안에 한도를 {{n}}번 넘겨 국제전화를 잠갔습니다', exported: '전화기와 전화선의 비밀번호를 내려받았습니다', bundle: '지원 자료를 만들었습니다', lost: '이 앞의 기록 {{n}}줄이 남지 못했습니다', ofExtension: '내선 {{n}}', message: '내선 {{n}}의 메시지', nowAllowed: '허용한 주소가 됨', inUse: '켜짐 ({{why}})', noNumber: '번호가 없어 쓰이지 않음', downloaded: '백업을 내려받았습니다',
  },
  {
    byPassword: 'by password', byPasskey: 'by passkey', byWorks: 'by NAVER WORKS', locked: 'calls abroad were locked after {{n}} breaches within {{minutes}} minutes', exported: 'passwords of phones and trunks were downloaded', bundle: 'a support bundle was made', lost: '{{n}} lines before this one were lost', ofExtension: 'extension {{n}}', message: 'a message of extension {{n}}', nowAllowed: 'it is allowed now', inUse: 'on ({{why}})', noNumber: 'not used, as it has no number', downloaded: 'the backup was downloaded',
  },
)

const patterns: [RegExp, (m: RegExpExecArray) => string][] = [
  [/^password$/, () => textOf(detailTexts, 'byPassword')],
  [/^passkey$/, () => textOf(detailTexts, 'byPasskey')],
  [/^naver[ _-]?works$/i, () => textOf(detailTexts, 'byWorks')],
  [/^calls abroad locked after (\d+) breaches within (\d+) minutes$/, (m) => textOf(detailTexts, 'locked', { n: m[1]!, minutes: m[2]! })],
  [/^passwords of phones and trunks were exported$/, () => textOf(detailTexts, 'exported')],
  [/^a support bundle was made$/, () => textOf(detailTexts, 'bundle')],
  [/^the backup was downloaded$/, () => textOf(detailTexts, 'downloaded')],
  [/^(\d+) entries before this one were lost$/, (m) => textOf(detailTexts, 'lost', { n: m[1]! })],
  [/^it is allowed now$/, () => textOf(detailTexts, 'nowAllowed')],
  [/^message \S+ of (\S+)$/, (m) => textOf(detailTexts, 'message', { n: m[1]! })],
  [/^extension (\S+), link \S+$/, (m) => textOf(detailTexts, 'ofExtension', { n: m[1]! })],
]

/** The area whose pages call members of a line as they do. */
function areaOf(action: string): string {
  const m = /(user|role|person|people|webhook|diversion|did|ring-group|tenant|prompt|contact|key)/.exec(action)
  const areas: Record<string, string> = { user: 'users', role: 'users', person: 'people', people: 'people', webhook: 'webhooks', diversion: 'diversions', did: 'numbers', 'ring-group': 'groups', tenant: 'tenants', prompt: 'prompts', contact: 'contacts', key: 'keys' }
  return (m && areas[m[1]!]) ?? ''
}

type Line = Pick<AuditLine, 'kind' | 'action' | 'field' | 'detail' | 'code' | 'changes' | 'extension'>

const json = (v: unknown) => (v === undefined || v === null ? {} : { v: JSON.stringify(v) })

/** What was before and after, in words, thing by thing. */
export function changesOf(line: Line, called?: Called, all = false): Changed[] {
  const list: Difference[] = line.changes.filter((c) => c.field !== '…').map((c) => {
    const [before, after] = [json(c.before).v, json(c.after).v]
    return { field: c.field, ...(before ? { before } : {}), ...(after ? { after } : {}) }
  })
  const changed = changedOf(list, targetWords, { all, area: areaOf(line.action ?? ''), ...(called ? { called } : {}) })
  // A switch that was on led nowhere while there was no number.
  for (const c of changed.filter((x) => /^(CF[IBNU])$/.test(x.part))) {
    const of = (member: string) => list.find((d) => d.field === `${c.part}.${member}`)
    const [on, to] = [of('enable'), of('destination')]
    const at = c.fields[list.filter((d) => d.field.startsWith(`${c.part}.`)).findIndex((d) => d === on)]
    for (const side of ['before', 'after'] as const) {
      if (on?.[side] === '"yes"' && to && (to[side] === undefined || to[side] === '""') && at) {
        at[side] = textOf(detailTexts, 'inUse', { why: textOf(detailTexts, 'noNumber') })
      }
    }
  }
  return changed
}

const idText = /^[a-z0-9]{16}$|^[a-z0-9-]{20,}$|^\d{8}[-T]\d{6}/

/** Of what or whom a line is, where its action does not say. */
function subjectOf(line: Line, called?: Called): string {
  const ext = /^extension (\S+)$/.exec(line.field ?? '')
  if (ext) {
    return `${thingWords('extension')} ${ext[1]}`
  }
  const action = line.action ?? ''
  const named = line.changes.find((c) => /^(username|name|url)$/.test(c.field))
  const name = String(named?.after ?? named?.before ?? '')
  if (/(user|role|person|contact|webhook|key)/.test(action) && name && name !== '[redacted]') {
    return name
  }
  if (/-(user|role)\b/.test(action)) {
    return called?.('users', line.field ?? '') ?? ''
  }
  return line.kind !== 'refused' && line.field && line.changes.length === 0 && !idText.test(line.field) ? line.field.replace(/^(custom|dipcast)\//, '') : ''
}

/** What was done, and of what or whom. */
export function whatWords(line: Line, called?: Called): string {
  const action = line.action ?? ''
  const parts: Record<string, string> = { trunk: 'trunks', 'time-group': 'time_groups', extension: 'extensions', 'ring-group': 'ring_groups' }
  const done = actionWords(action, (thing, id) => {
    // The action has numbers masked; what was changed has them as they are.
    const whole = line.changes.map((c) => /^\w+\[([^\]]+)\]/.exec(c.field)?.[1]).find((x) => x && id.includes('*'))
    const name = parts[thing] ? called?.(parts[thing], id) : ''
    return name && name !== id && thing !== 'extension' && thing !== 'ring-group' ? name : [phone(whole ?? id), name === id ? '' : name].filter(Boolean).join(' ')
  })
  const subject = subjectOf(line, called)
  return subject && !done.includes(subject) ? `${done}: ${subject}` : done
}

/** More on a line, in short: what became different, or why it was refused. */
export function moreWords(line: Line, called?: Called): string {
  if (line.code) {
    return reasonWords(line)
  }
  if (line.changes.length > 0) {
    const things = changesOf(line, called)
    if (things.length === 1 && things[0]!.how !== 'changed') {
      return someOf(changesOf(line, called, true)[0]!.fields.filter((f) => !f.name || f.after || f.before).map((f) => `${f.name}: ${f.after || f.before}`), 3)
    }
    return someOf(things.map((c) => {
      const fields = c.fields.map((f) => `${f.name ? `${f.name}: ` : ''}${f.before ? `${f.before} → ` : ''}${f.after || '–'}`).join(', ')
      const whole = /^\w+\[/.test(line.changes[0]!.field)
      return whole || c.fields.some((f) => f.name) ? `${c.what}${fields ? ` (${fields})` : ''}` : `${c.what}: ${fields}`
    }))
  }
  return line.detail && line.detail !== subjectOf(line, called) ? saidWords(line.detail, line.action) : ''
}

/** What a detail says. */
export function saidWords(detail: string, action = ''): string {
  for (const [pattern, words] of patterns) {
    const m = pattern.exec(detail)
    if (m) {
      return words(m)
    }
  }
  return /^\d+\b.*: .*changed/.test(detail) ? '' : detailWords(detail, areaOf(action))
}

/** Why something was refused. */
export function reasonWords(line: Line): string {
  return (line.detail && saidWords(line.detail, line.action)) || codeWords(line.code ?? '')
}
