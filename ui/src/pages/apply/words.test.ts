import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { changedOf, foldedOf, summaryWords, versionWords, warningWords } from './words'

beforeAll(() => i18next.init({ lng: 'ko', resources: {}, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false } }))

const target = (s: string) => (s === 'extension:1010' ? '내선 1010' : s)

test('differences become what people changed', () => {
  const list = changedOf([
    { field: 'extensions[1010].name', before: '"홍길동"', after: '"홍길순"' },
    { field: 'extensions[1010].devices[0].secret', before: '"[redacted]"', after: '"[redacted, another]"' },
    { field: 'ring_groups[600]', after: '{"number":"600"}' },
    { field: 'dids[0212345678].to', before: '"extension:1010"', after: '"busy"' },
    { field: 'attendants[650].keys', before: '[]', after: '[{"key":"1","to":"extension:1010","name":"상담"}]' },
    { field: 'parking', after: '{"number":"700"}' },
  ], target)
  expect(list).toEqual([
    { part: 'extensions', what: '내선 1010', how: 'changed', fields: [{ name: '이름', before: '홍길동', after: '홍길순' }, { name: '전화기 · 비밀번호', before: '(가림)', after: '(가림, 바뀜)' }] },
    { part: 'ring_groups', what: '벨 그룹 600', how: 'added', fields: [] },
    { part: 'dids', what: '대표번호 02-1234-5678', how: 'changed', fields: [{ name: '받는 곳', before: '내선 1010', after: 'busy' }] },
    { part: 'attendants', what: '자동응답 650', how: 'changed', fields: [{ name: '누르는 번호', before: '', after: '1 상담 → 내선 1010' }] },
    { part: 'parking', what: '통화 파킹', how: 'changed', fields: [{ name: '', before: '', after: '번호: 700' }] },
  ])
})

test('versions and warnings in words', () => {
  expect([summaryWords('change extension 1010'), summaryWords('create ring-group 600'), summaryWords('undo'), summaryWords('by hand')])
    .toEqual(['내선 1010 변경', '벨 그룹 600 추가', '설정 되돌리기', 'by hand'])
  expect(warningWords('T2: the tone welcome has no recording: callers hear that it rings')).toContain('welcome')
  expect(warningWords('module app_voicemail stays loaded until a restart')).toBe('app_voicemail 모듈이 아직 올라가 있음')
})

test('names stand for ids, and many of a kind are one', () => {
  const called = (part: string, id: string) => new Map([['trunks 1', 'KT 대표회선'], ['time_group 1', '업무 시간']]).get(`${part} ${id}`) ?? ''
  expect(summaryWords('create trunk 1', called)).toBe('전화선 KT 대표회선 추가')
  expect(changedOf([{ field: 'dids[025551234].time_group', after: '1' }, { field: 'extensions[1001].recording.incoming', before: '"on_demand"', after: '"always"' }], target, { called }).map((c) => c.fields[0])).toEqual([
    { name: '시간 그룹', before: '', after: '업무 시간' }, { name: '녹음 · 받은 전화', before: '요청할 때만', after: '항상' },
  ])
  const days = changedOf([1, 2, 3, 4].map((n) => ({ field: `holidays[2026-01-0${n}]`, after: `{"name":"휴일 ${n}"}` })), target)
  expect([days[0]!.what, foldedOf(days).map((x) => x.length)]).toEqual(['휴일 2026-01-01 휴일 1', [4]])
})

test('what was taken back is told', () => {
  const list = [{ version: 5, summary: 'undo', restores: 2 }, { version: 4, summary: 'create holiday 2026-12-31' }, { version: 3, summary: 'change extension 1010' }, { version: 2, summary: 'create ring-group 600' }]
  expect(versionWords(list[0]!, list)).toBe('되돌림: 휴일 2026-12-31 추가 외 1건')
  expect(versionWords({ ...list[0]!, restores: 3 }, list)).toBe('되돌림: 휴일 2026-12-31 추가')
})
