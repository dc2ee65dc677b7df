// What was done, in words. Actions are named in English in the record: a verb, what
// it was done to, and which one: "change extension 1010", "create-webhook".

const verbs: Record<string, string> = {
  change: '바꾸기', create: '만들기', delete: '삭제', make: '만들기', read: '읽기', import: '가져오기', rotate: '새로 만들기', undo: '되돌리기', unlock: '잠금 풀기', sync: '맞추기', hear: '듣기', link: '링크 만들기', hold: '보존',
  end: '끝내기', sign: '로그인', replay: '다시 보내기', upload: '올리기', apply: '적용', lift: '차단 풀기', ban: '차단', reset: '초기화', set: '정하기', restore: '되살리기', backup: '백업', download: '내려받기', connect: '연결', add: '더하기', remove: '빼기', disable: '끄기', enable: '켜기', check: '확인',
}
const things: Record<string, string> = {
  extension: '내선', extensions: '내선', tenant: '회사', webhook: '웹훅', delivery: '웹훅 전달', person: '구성원', people: '구성원', contact: '연락처', contacts: '연락처', recording: '녹음', password: '비밀번호', passwords: '비밀번호', diversions: '착신전환', trunk: '전화선', did: '대표번호',
  route: '발신 경로', routes: '발신 경로', tone: '통화연결음', prompt: '안내 음성', description: '설정 파일', session: '로그인 세션', profile: '내 정보', user: '사용자', role: '역할', key: 'API 키', backup: '백업', certificate: '인증서', holiday: '휴일', group: '그룹', settings: '설정', softphone: '소프트폰', server: '서버',
  factors: '2단계 인증', totp: '인증 앱', passkey: '패스키', fax: '팩스', numbers: '번호', parking: '파킹', totals: '합계', log: '로그', bundle: '지원 자료', support: '지원', apply: '적용',
}
const whole: Record<string, string> = {
  'sign in': '로그인', 'add-passkey': '패스키 만들기', 'remove-passkey': '패스키 삭제', 'passkey-sign-in': '패스키로 로그인', 'begin-passkey': '패스키 만들기 시작', 'sign out': '로그아웃', login: '로그인', 'end-session': '로그인 세션 끝내기', 'change-own-password': '자기 비밀번호 바꾸기', 'change-profile': '자기 정보 바꾸기', 'read passwords': '비밀번호 읽기', undo: '되돌리기', 'undo apply': '적용 되돌리기', apply: '적용',
  'change naver-works': '네이버웍스 설정 바꾸기', 'delete naver-works': '네이버웍스 설정 삭제', 'change people settings': '구성원 설정 바꾸기', 'sync people': '구성원 맞추기', click_to_call: '클릭투콜', 'click_to_call/cancel': '클릭투콜 취소', Originate: '발신(Originate)', Redirect: '돌리기(Redirect)',
  'rotate password': '전화기 비밀번호 새로 만들기', 'make softphone link': '소프트폰 링크 만들기', 'press of a button': '카드 버튼 누르기', 'sign person out': '구성원 로그아웃', unlock: '국제전화 잠금 풀기', connect: '연결',
}

/** An action of the record in a language. */
export function actionWords(action: string, lang: 'ko' | 'en'): string {
  if (/^[A-Z]+ \//.test(action) || action === '') {
    return action
  }
  if (lang === 'en') {
    const words = action.replace(/^([a-z]+)-([a-z])/, '$1 $2')
    return words.charAt(0).toUpperCase() + words.slice(1)
  }
  if (whole[action]) {
    return whole[action]
  }
  const [verb = '', thing = '', ...rest] = action.split(/[ -]/)
  const v = verbs[verb]
  const n = things[thing]
  if (!v || (thing && !n)) {
    return action
  }
  return [n, ...rest, v].filter(Boolean).join(' ')
}

/** A line of what was before and after, with whole objects taken apart. */
export interface Line {
  field: string
  before?: unknown
  after?: unknown
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** Changes as lines of single values: an object that came or went is a line for each member, and what is the same is left out. */
export function linesOf(changes: Line[]): Line[] {
  const out: Line[] = []
  const take = (c: Line) => {
    const b = isObject(c.before)
    const a = isObject(c.after)
    if ((b || a) && (b || c.before === undefined || c.before === null) && (a || c.after === undefined || c.after === null)) {
      const before = (c.before ?? {}) as Record<string, unknown>
      const after = (c.after ?? {}) as Record<string, unknown>
      const members = [...new Set([...Object.keys(before), ...Object.keys(after)])]
      if (members.length > 0) {
        for (const m of members) {
          take({ field: `${c.field}.${m}`, before: before[m], after: after[m] })
        }
        return
      }
    }
    if (JSON.stringify(c.before) !== JSON.stringify(c.after)) {
      out.push(c)
    }
  }
  changes.forEach(take)
  return out
}

/** A value as somebody reads it. */
export function valueWords(v: unknown): string {
  if (v === undefined || v === null || v === '') {
    return ''
  }
  if (typeof v === 'string') {
    return v
  }
  if (Array.isArray(v) && v.every((e) => typeof e === 'string' || typeof e === 'number')) {
    return v.join(', ')
  }
  return JSON.stringify(v, null, typeof v === 'object' ? 1 : 0)
}
