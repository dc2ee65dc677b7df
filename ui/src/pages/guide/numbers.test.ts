import { expect, test } from 'vitest'
import { freeGroup, hostPort, inARow, nextFirst, tableOf } from './numbers'
import { doneOf } from './state'

test('numbers in a row', () => {
  expect(inARow('1001', 3)).toEqual(['1001', '1002', '1003'])
  expect([inARow('', 5), inARow('0123', 2), inARow('12a', 2), inARow('1001', 0), inARow('1', 2)]).toEqual([[], [], [], [], []])
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
})

test('addresses of carriers', () => {
  expect(['sip.example.net', ' sip:sip.example.net:5070 ', '203.0.113.1:5080', '2001:db8::1', '[2001:db8::1]:5060'].map(hostPort)).toEqual([
    { host: 'sip.example.net' }, { host: 'sip.example.net', port: 5070 }, { host: '203.0.113.1', port: 5080 }, { host: '2001:db8::1' }, { host: '2001:db8::1', port: 5060 },
  ])
})
