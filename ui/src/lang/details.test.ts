import i18next from 'i18next'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { detailWords } from './details'
import { fieldName } from './fields'

beforeAll(() => i18next.init({ lng: 'ko', resources: {}, interpolation: { escapeValue: false }, keySeparator: false, nsSeparator: false }))
beforeEach(() => i18next.changeLanguage('ko'))

test('known sentences in Korean, others as they are', () => {
  expect(detailWords('등급: there is no class of service "nope"')).toBe('등급: 발신 등급 "nope"이(가) 없습니다')
  expect(detailWords('the extension is still used by ring_groups[600].members, dids[0212345678].to')).toBe('아직 쓰는 곳이 있습니다: 벨 그룹 600의 구성원, 대표번호 0212345678의 받는 곳')
  expect(detailWords('voicemail.pin: must be 4 to 10 digits; call_limit: 900 is not between 0 and 100')).toBe('음성사서함 · 비밀번호(PIN): 4~10자리 숫자여야 합니다; 동시 통화 수: 0에서 100 사이여야 합니다')
  expect(detailWords('something else: new')).toBe('something else: new')
})

test('English stays English', async () => {
  await i18next.changeLanguage('en')
  expect(detailWords('is missing')).toBe('is missing')
  expect(detailWords('failed_dest: is missing')).toBe('Where failed calls go: is missing')
})

test('fields are called as the pages call them', () => {
  expect(fieldName('extensions[1010].devices[0].secret')).toBe('내선 1010 · 전화기 1 · 비밀번호')
  expect([fieldName('number'), fieldName('number', 'numbers'), fieldName('number', 'groups')]).toEqual(['번호', '대표번호', '그룹 번호'])
  expect(fieldName('something_new')).toBe('something_new')
})
