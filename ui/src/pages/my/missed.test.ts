import { expect, test } from 'vitest'
import type { CDR } from '~/api/schema'
import { missedOf } from './missed'

let n = 0
const cdr = (direction: CDR['direction'], other: string, more: Partial<CDR>): CDR => {
  const me = { number: '1010', extension: '1010' }
  const they = { number: other }
  return { call_id: `c${n++}`, direction, from: direction === 'external' ? they : me, to: direction === 'external' ? me : they, missed: false, billsec: 0, ...more } as CDR
}

test('who was called back since waits no more, and stands behind who does', () => {
  const list = missedOf([
    cdr('outgoing', '0111', { billsec: 12 }),
    cdr('external', '0111', { missed: true }),
    cdr('external', '0222', { missed: true }),
    cdr('external', '0222', { missed: true }),
    cdr('outgoing', '0333', {}), // nobody answered
    cdr('external', '0333', { missed: true }),
  ], '1010')
  expect(list.map((m) => [m.call.from.number, m.times, m.handled])).toEqual([['0222', 2, false], ['0333', 1, false], ['0111', 1, true]])
})

test('calls before the last talk are not counted, and withheld numbers are not one party', () => {
  const list = missedOf([
    cdr('external', '0222', { missed: true }),
    cdr('external', '0222', { billsec: 5 }),
    cdr('external', '0222', { missed: true }),
    cdr('external', '', { missed: true }),
    cdr('external', '', { missed: true }),
  ], '1010')
  expect(list.map((m) => [m.call.from.number, m.times])).toEqual([['0222', 1], ['', 1], ['', 1]])
})
