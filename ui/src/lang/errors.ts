import { APIError } from '~/api/client'
import { detailWords } from './details'
import { fieldName } from './fields'
import { defineTexts, textOf } from './texts'

const errorTexts = defineTexts(
  'errors',
  {
    bad_request: '요청을 이해하지 못했습니다.',
    invalid_value: '쓸 수 없는 값입니다.',
    too_long: '너무 깁니다.',
    unauthorized: '로그인이 끝났습니다. 다시 로그인하세요.',
    forbidden: '이 일을 할 권한이 없습니다.',
    not_found: '찾을 수 없습니다. 다른 사람이 지웠을 수 있습니다.',
    conflict: '지금 상태에서는 할 수 없습니다.',
    changed: '그동안 다른 사람이 바꿨습니다. 다시 불러온 뒤 고치세요.',
    rate_limited: '너무 자주 요청했습니다. 잠시 뒤에 다시 하세요.',
    busy: '지금 바쁩니다. 잠시 뒤에 다시 하세요.',
    unavailable: '지금은 할 수 없습니다. 연결과 서버 상태를 확인하고 다시 하세요.',
    timeout: '시간 안에 대답이 없었습니다. 다시 하세요.',
    unknown: '요청은 나갔지만 결과를 알 수 없습니다. 통화 상태를 확인하세요.',
    internal: 'DIPCAST 안에서 오류가 났습니다. 시스템 페이지의 로그를 확인하세요.',
    offline: 'DIPCAST에 닿지 않습니다. 네트워크를 확인하세요.',
  },
  {
    bad_request: 'The request was not understood.',
    invalid_value: 'This value cannot be used.',
    too_long: 'This is too long.',
    unauthorized: 'Your session has ended: sign in again.',
    forbidden: 'You have no right to do this.',
    not_found: 'It is not there; somebody may have deleted it.',
    conflict: 'This cannot be done as things are now.',
    changed: 'Somebody else has changed it meanwhile. Load it again, then change it.',
    rate_limited: 'Too many requests: try again in a moment.',
    busy: 'Busy: try again in a moment.',
    unavailable: 'This does not work now: check connections and servers, then try again.',
    timeout: 'There was no answer in time: try again.',
    unknown: 'It was sent, but what became of it is not known: look at the calls.',
    internal: 'An error within DIPCAST: see the log on the page System.',
    offline: 'DIPCAST cannot be reached: check the network.',
  },
)

/**
 * What went wrong, for people: a sentence in their language, and what the gateway said,
 * in English where we do not know the words. A field is called as the pages of an area
 * call it.
 */
export function wordsOf(e: unknown, area = ''): { text: string; detail: string; field: string } {
  if (!(e instanceof APIError)) {
    return { text: textOf(errorTexts, 'internal'), detail: e instanceof Error ? e.message : String(e), field: '' }
  }
  if (e.status === 0) {
    return { text: textOf(errorTexts, 'offline'), detail: '', field: '' }
  }
  const key = e.status === 412 || (e.status === 409 && e.field === 'If-Match') ? 'changed' : e.code in errorTexts.ko ? (e.code as keyof typeof errorTexts.ko) : 'internal'
  return { text: textOf(errorTexts, key), detail: detailWords(e.message, area), field: e.field && fieldName(e.field, area) }
}

/** Why something was refused, by the code of the answer; the code itself where it is none we know. */
export function codeWords(code: string): string {
  return code in errorTexts.ko ? textOf(errorTexts, code as keyof typeof errorTexts.ko) : code
}

/** What was said of a field, to stand below its input: without the field's name. */
export function saidOf(e: unknown, area = ''): string {
  const { text, detail, field } = wordsOf(e, area)
  const said = detail || text
  if (e instanceof APIError && /[.[]/.test(e.field.replace(/^body\./, ''))) {
    return said.startsWith(`${field}: `) ? said : `${field}: ${said}` // a part of what stands above
  }
  return field && said.startsWith(`${field}: `) ? said.slice(field.length + 2) : said
}
