import { readFileSync } from 'node:fs'
import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { actionWords } from '~/lang/actions'
import { changesOf, moreWords, whatWords } from './words'

beforeAll(() => i18next.init({ lng: 'ko', resources: {}, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false } }))

test.each([
  ['change extension 1010', '내선 1010 변경'],
  ['create-webhook', '웹훅 추가'],
  ['create ring-group 601', '벨 그룹 601 추가'],
  ['create holiday 2026-12-31', '휴일 2026-12-31 추가'],
  ['add public holidays', '한국 공휴일 추가'],
  ['people sync', '조직도 읽기 보기'],
  ['apply', '변경 적용'],
  ['frobnicate', 'frobnicate'],
  ['GET /api/v2/health', 'API 요청 GET /api/v2/health'],
])('%s', (action, want) => {
  expect(actionWords(action)).toBe(want)
})

test('every operation of REST has words', () => {
  const source = readFileSync('../internal/rest/permit.go', 'utf8')
  const ids = [...source.matchAll(/tenant\.Area\w+:\s+"([^"]+)"/g)].flatMap((m) => m[1]!.split(' '))
  expect(ids.length).toBeGreaterThan(150)
  expect(ids.filter((id) => !/[가-힣]/.test(actionWords(id)))).toEqual([])
})

const line = { kind: 'changed' as const, changes: [] }

test('lines name whom and what they are of', () => {
  expect(whatWords({ ...line, action: 'create-user', field: 'k3v7qxw2m5t4nbyd', changes: [{ field: 'username', after: 'kim@example.com' }] })).toBe('로그인 계정 추가: kim@example.com')
  expect(whatWords({ ...line, action: 'change diversions', field: 'extension 1010', changes: [{ field: 'CFB.enable', before: 'no', after: 'yes' }] })).toBe('착신전환 변경: 내선 1010')
  expect(whatWords({ ...line, action: 'change did 0****1234', changes: [{ field: 'dids[025551234].time_group', after: 1 }] }, (part, id) => (part === 'time_group' ? `시간 ${id}` : ''))).toBe('대표번호 02-555-1234 변경')
  expect(whatWords({ ...line, action: 'replace-prompt', field: 'custom/yearend' })).toBe('안내 음성 올리기: yearend')
})

test('what a diversion was and is, as its page says it', () => {
  const l = { ...line, action: 'change diversions', field: 'extension 1002', changes: [{ field: 'CFB.destination', after: 'sub-custom-numbers,01022223333,1' }, { field: 'CFB.enable', before: 'yes', after: 'no' }] }
  expect(changesOf(l)).toEqual([{ part: 'CFB', what: '통화 중', how: 'changed', fields: [{ name: '착신번호', before: '', after: '010-2222-3333' }, { name: '사용', before: '켜짐 (번호가 없어 쓰이지 않음)', after: '꺼짐' }] }])
})

test('why something was refused', () => {
  expect(moreWords({ ...line, kind: 'refused', code: 'invalid_value', field: 'ring_groups', action: 'create ring-group', detail: 'ring_groups: 1001 is an extension too' })).toBe('1001번은 이미 내선 번호입니다. 다른 번호를 쓰세요')
  expect(moreWords({ ...line, kind: 'refused', code: 'unauthorized', action: 'sign in', detail: 'the username or the password is wrong' })).toBe('사용자 이름이나 비밀번호가 맞지 않습니다')
  expect(moreWords({ ...line, kind: 'refused', code: 'forbidden', action: 'users' })).toBe('이 일을 할 권한이 없습니다.')
})
