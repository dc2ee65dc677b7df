import i18next from 'i18next'
import { beforeEach, expect, test } from 'vitest'
import { detailWords } from './details'

beforeEach(() => i18next.init({ lng: 'ko', resources: {} }))

test('known sentences in Korean, others as they are', () => {
  expect(detailWords('등급: there is no class of service "nope"')).toBe('등급: 발신 등급 "nope"이(가) 없습니다')
  expect(detailWords('the extension is still used by ring_groups[600].members, dids[0212345678].to')).toBe('아직 쓰는 곳이 있습니다: 벨 그룹 600의 구성원, 대표번호 0212345678의 받는 곳')
  expect(detailWords('voicemail.pin: must be 4 to 10 digits; call_limit: 900 is not between 0 and 100')).toBe('voicemail.pin: 4~10자리 숫자여야 합니다; call_limit: 0에서 100 사이여야 합니다')
  expect(detailWords('something else: new')).toBe('something else: new')
})

test('English stays English', async () => {
  await i18next.changeLanguage('en')
  expect(detailWords('is missing')).toBe('is missing')
})
