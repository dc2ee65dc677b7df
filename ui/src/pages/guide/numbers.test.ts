import { expect, test } from 'vitest'
import { APIError } from '~/api/client'
import { freeGroup, hostPort, inARow, isHost, nextFirst, placeOf, tableOf, thingsOf } from './numbers'
import { against, elsewhere } from './refused'
import { doneOf } from './state'

test('numbers in a row', () => {
  expect(inARow('1001', 3)).toEqual(['1001', '1002', '1003'])
  expect([inARow('', 5), inARow('0123', 2), inARow('12a', 2), inARow('1001', 0), inARow('10', 2)]).toEqual([[], [], [], [], []])
  expect([nextFirst([]), nextFirst(['1005', '1001'])]).toEqual(['1001', '1006'])
  expect([freeGroup([]), freeGroup(['600', '601'])]).toEqual(['600', '602'])
})

test('names in a table', () => {
  expect(tableOf([{ number: '1001', name: ' 홍, "길동" ' }, { number: '1002', name: '' }])).toBe('내선,이름\n1001,"홍, ""길동"""\n1002,""')
})

test('steps are done by how things are', () => {
  const nothing = { chosen: false, serversUp: false, extensions: 0, registered: 0, lines: 0, numbers: 0, pending: 0, called: false, kept: false }
  expect(Object.values(doneOf(nothing))).toEqual([false, false, false, false, false, false, false, false])
  const all = { chosen: true, serversUp: true, extensions: 5, registered: 5, lines: 1, numbers: 1, pending: 0, called: true, kept: true }
  expect(Object.values(doneOf(all))).not.toContain(false)
  expect(doneOf({ ...all, serversUp: false }).company).toBe(false)
  expect(doneOf({ ...all, pending: 2 }).apply).toBe(false)
  expect(doneOf({ ...all, pending: undefined, registered: 0 }).apply).toBe(false)
  // Extensions are applied as they are made; the step is not over before there is more.
  expect([doneOf({ ...all, numbers: 0, called: false }).apply, doneOf({ ...all, numbers: 0 }).apply]).toEqual([false, true])
})

test('addresses of carriers', () => {
  expect(['sip.example.net', ' sip:sip.example.net:5070 ', '203.0.113.1:5080', '2001:db8::1', '[2001:db8::1]:5060'].map(hostPort)).toEqual([
    { host: 'sip.example.net' }, { host: 'sip.example.net', port: 5070 }, { host: '203.0.113.1', port: 5080 }, { host: '2001:db8::1' }, { host: '2001:db8::1', port: 5060 },
  ])
})

test('what is no address is seen before it is sent', () => {
  expect(['sip.example.net', '203.0.113.1:5080', '2001:db8::1', 'pbx'].map(isHost)).toEqual([true, true, true, true])
  expect(['https://통신사 주소', 'sip.example.net/x', '', '203.0.113.1:70000'].map(isHost)).toEqual([false, false, false, false])
})

test('what an apply changes, in words of an office', () => {
  const pjsip = { file: 'etc/pjsip.conf', added: ['T2_1001 (endpoint)', 'T2_1001 (aor)', 'T2_1001_1 (endpoint)', 'T2_1002 (auth)', 'trk-1 (endpoint)', 'trk-1 (identify)'], changed: [], removed: [] }
  expect(thingsOf([pjsip])).toEqual({ phones: 2, lines: 1, calls: false, other: false })
  expect(thingsOf([{ file: 'etc/extensions.conf', added: ['T2_in'], changed: [], removed: [] }])).toEqual({ phones: 0, lines: 0, calls: true, other: false })
  expect(thingsOf([{ file: 'etc/logger.conf', added: [], changed: ['general'], removed: [] }]).other).toBe(true)
  expect([placeOf('02', 'ko'), placeOf('051', 'en'), placeOf('099', 'ko')]).toEqual(['서울', 'Busan', ''])
})

test('a refusal is shown at its field', () => {
  const e = new APIError(400, 'invalid_value', 'number: it is there twice', 'number', 0)
  expect([against(e, 'number'), against(e, 'to'), against(new Error('x'), 'number')]).toEqual(['두 번 있습니다', undefined, undefined])
  expect([elsewhere(e, ['to', 'number']), elsewhere(e, ['to'])]).toEqual([undefined, e])
})
