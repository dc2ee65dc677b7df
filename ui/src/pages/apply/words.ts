import type { Difference } from '~/api/schema'
import { defineTexts, textOf } from '~/lang/texts'

/** What the parts of a company's description are called. */
const fieldTexts = defineTexts(
  'apply.fields',
  {
    extensions: '내선', trunks: '전화선', dids: '대표번호', ring_groups: '벨 그룹', time_groups: '시간 그룹', holidays: '휴일', classes: '발신 등급', tones: '통화연결음', routes: '발신 경로', numbers: '표시할 수 있는 번호',
    parking: '통화 파킹', codes: '기능 코드', softphone: '소프트폰', recording: '녹음', fax: '팩스', name: '이름', hold_music: '통화 대기음', naver_works: '네이버웍스', language: '언어', area_code: '지역번호', lines: '동시 외부 통화 수', international: '국제전화', premium: '060 전화',
    class: '발신 등급', own_number: '발신 번호', ring_seconds: '벨 울리는 시간(초)', call_limit: '동시 통화 수', no_call_waiting: '통화 중 대기 끔', pickup_groups: '당겨 받기 그룹', voicemail: '음성사서함', devices: '전화기', recorded: '녹음', server: '서버',
    to: '받는 곳', else: '시간 밖이거나 받지 않을 때', time_group: '시간 그룹', tone: '통화연결음', caller_prefix: '발신자 이름 앞에 붙일 말', detect_fax: '팩스 감지(초)', description: '설명', members: '구성원', strategy: '울리는 순서', spans: '시간대', on_holidays: '휴일에도 적용', dials: '걸 수 있는 번호', no_codes: '기능 코드 막음',
    host: '서버 주소', port: '포트', transport: '전송 방식', proxy: '프록시', username: '아이디', auth_user: '인증 아이디', secret: '비밀번호', register: '등록', codecs: '코덱', channels: '동시 통화 수', match: '허용하는 주소', prefixes: '앞자리', strip: '앞에서 뺄 자리 수', prepend: '앞에 붙일 번호', number: '번호', title: '이름', date: '날짜', encrypt: '암호화', pin: '비밀번호(PIN)', ask_pin: '비밀번호 묻기', email: '이메일', days: '요일', from: '부터', internal: '내선', incoming: '받은 전화', outgoing: '건 전화', spaces: '자리 수', seconds: '초', contacts: '동시 등록 수', app: '앱', dtmf: '버튼음', qualify_seconds: '확인 간격(초)', expiry_seconds: '등록 유지(초)', p_asserted_identity: 'P-Asserted-Identity', preset: '연결 방식', id: '번호',
    extension: '내선', 'extensions import': '내선 가져오기', trunk: '전화선', did: '대표번호', 'ring-group': '벨 그룹', 'time-group': '시간 그룹', holiday: '휴일', 'class-of-service': '발신 등급', tenant: '회사 설정', password: '전화기 비밀번호', 'feature-codes': '기능 코드', 'naver-works': '네이버웍스',
    create: '{{what}} 추가', change: '{{what}} 변경', delete: '{{what}} 삭제', undo: '되돌림', importExtensions: '내선 가져오기', importDescription: '회사 설명 파일 가져오기', publicHolidays: '공휴일 가져오기', config: '설정 파일', newPassword: '전화기의 새 비밀번호', softphoneMade: '소프트폰 추가',
    yes: '예', no: '아니요', hidden: '(가림)', otherHidden: '(가림, 바뀜)',
    staysLoaded: '{{name}} 모듈이 아직 올라가 있음',
    noSound: '통화연결음 {{name}}에 음원이 없어 발신자는 일반 연결음을 듣습니다. 안내 음성 페이지에서 올리세요.',
  },
  {
    extensions: 'Extension', trunks: 'Trunk', dids: 'Number', ring_groups: 'Ring group', time_groups: 'Time group', holidays: 'Holiday', classes: 'Class of service', tones: 'Ringback tone', routes: 'Route', numbers: 'Numbers that may be shown',
    parking: 'Parking', codes: 'Feature codes', softphone: 'Softphones', recording: 'Recording', fax: 'Fax', name: 'Name', hold_music: 'Hold music', naver_works: 'NAVER WORKS', language: 'Language', area_code: 'Area code', lines: 'Outside calls at a time', international: 'International calls', premium: '060 calls',
    class: 'Class of service', own_number: 'Number shown', ring_seconds: 'Rings for (s)', call_limit: 'Calls at a time', no_call_waiting: 'No call waiting', pickup_groups: 'Pick-up groups', voicemail: 'Voicemail', devices: 'Phones', recorded: 'Recording', server: 'Server',
    to: 'Goes to', else: 'Otherwise', time_group: 'Time group', tone: 'Ringback tone', caller_prefix: 'Before the caller’s name', detect_fax: 'Listens for faxes (s)', description: 'Description', members: 'Members', strategy: 'How it rings', spans: 'Times', on_holidays: 'On holidays too', dials: 'May dial', no_codes: 'No feature codes',
    host: 'Address', port: 'Port', transport: 'Transport', proxy: 'Proxy', username: 'User', auth_user: 'User for authentication', secret: 'Password', register: 'Registers', codecs: 'Codecs', channels: 'Calls at a time', match: 'Addresses allowed', prefixes: 'Begins with', strip: 'Digits taken off', prepend: 'Put before', number: 'Number', title: 'Name', date: 'Date', encrypt: 'Encrypted', pin: 'PIN', ask_pin: 'Asks for the PIN', email: 'E-mail', days: 'Days', from: 'From', internal: 'internal', incoming: 'incoming', outgoing: 'outgoing', spaces: 'Spaces', seconds: 'Seconds', contacts: 'Registered at a time', app: 'App', dtmf: 'Digits', qualify_seconds: 'Probed every (s)', expiry_seconds: 'Registers for (s)', p_asserted_identity: 'P-Asserted-Identity', preset: 'Connects', id: 'Id',
    extension: 'extension', 'extensions import': 'extensions', trunk: 'trunk', did: 'number', 'ring-group': 'ring group', 'time-group': 'time group', holiday: 'holiday', 'class-of-service': 'class of service', tenant: 'company', password: 'password of a phone', 'feature-codes': 'feature codes', 'naver-works': 'NAVER WORKS',
    create: 'Added: {{what}}', change: 'Changed: {{what}}', delete: 'Deleted: {{what}}', undo: 'Taken back', importExtensions: 'Extensions imported', importDescription: 'Description imported from a file', publicHolidays: 'Public holidays added', config: 'Configuration file', newPassword: 'New password of a phone', softphoneMade: 'Softphone added',
    yes: 'yes', no: 'no', hidden: '(hidden)', otherHidden: '(hidden, another one)',
    staysLoaded: 'module {{name}} stays loaded',
    noSound: 'The ringback tone {{name}} has no sound: callers hear ordinary ringing. Upload one on the page Announcements.',
  },
)

type Key = keyof typeof fieldTexts.ko

function word(name: string): string {
  return name in fieldTexts.ko ? textOf(fieldTexts, name as Key) : name
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
  if (!m || !((m[2] as string) in fieldTexts.ko)) {
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
