import { expect, test } from 'vitest'
import { filterOf, further, queryOf, searchOf } from './filter'

const now = new Date(2026, 10, 22, 14, 30)
const seconds = (month: number, day: number) => String(new Date(2026, month, day).getTime() / 1000)

test('yesterday’s missed calls', () => {
  const f = filterOf({ when: 'yesterday', result: 'missed' })
  expect(queryOf(f, now)).toEqual({ start_date: seconds(10, 21), end_date: seconds(10, 22), result: 'missed' })
  expect(further(f)).toBe(0)
})

test('seven days are today and the six before', () => {
  expect(queryOf(filterOf({ when: '7d' }), now)).toEqual({ start_date: seconds(10, 16) })
})

test('a number is searched as it is dialled, a name and a call’s id as they are', () => {
  expect(queryOf(filterOf({ q: '010-2613-2471' }), now).search).toBe('01026132471')
  expect(queryOf(filterOf({ q: '+82 10 2613 2471' }), now).search).toBe('+821026132471')
  expect(queryOf(filterOf({ q: 1010 }), now).search).toBe('1010')
  expect(queryOf(filterOf({ q: '1790000000.12' }), now).search).toBe('1790000000.12')
  expect(queryOf(filterOf({ q: ' 홍길동 ' }), now).search).toBe('홍길동')
})

test('an address says what is looked for, and nothing else', () => {
  const search = { q: '길동', when: 'range', from: '2026-11-01T00:00', to: '2026-11-02T00:00', longer: '60' }
  const f = filterOf({ ...search, unknown: 'x', direction: 'sideways', result: 'nonsense' })
  expect(searchOf(f)).toEqual(search)
  expect(searchOf({ ...f, when: 'today' })).toEqual({ q: '길동', when: 'today', longer: '60' })
  expect(further(f)).toBe(1)
})
