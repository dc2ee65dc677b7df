import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { changedOf, summaryWords, warningWords } from './words'

beforeAll(() => i18next.init({ lng: 'ko', resources: {}, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false } }))

const target = (s: string) => (s === 'extension:1010' ? '내선 1010' : s)

test('differences become what people changed', () => {
  const list = changedOf([
    { field: 'extensions[1010].name', before: '"홍길동"', after: '"홍길순"' },
    { field: 'extensions[1010].devices[0].secret', before: '"[redacted]"', after: '"[redacted, another]"' },
    { field: 'ring_groups[600]', after: '{"number":"600"}' },
    { field: 'dids[0212345678].to', before: '"extension:1010"', after: '"busy"' },
    { field: 'parking', after: '{"number":"700"}' },
  ], target)
  expect(list).toEqual([
    { what: '내선 1010', how: 'changed', fields: [{ name: '이름', before: '홍길동', after: '홍길순' }, { name: '전화기 · 비밀번호', before: '(가림)', after: '(가림, 바뀜)' }] },
    { what: '벨 그룹 600', how: 'added', fields: [] },
    { what: '대표번호 0212345678', how: 'changed', fields: [{ name: '받는 곳', before: '내선 1010', after: 'busy' }] },
    { what: '통화 파킹', how: 'changed', fields: [{ name: '', before: '', after: '번호: 700' }] },
  ])
})

test('versions and warnings in words', () => {
  expect([summaryWords('change extension 1010'), summaryWords('create ring-group 600'), summaryWords('undo'), summaryWords('phones of the demo')])
    .toEqual(['내선 1010 변경', '벨 그룹 600 추가', '되돌림', 'phones of the demo'])
  expect(warningWords('T2: the tone welcome has no recording: callers hear that it rings')).toContain('welcome')
  expect(warningWords('module app_voicemail stays loaded until a restart')).toBe('app_voicemail 모듈이 아직 올라가 있음')
})
