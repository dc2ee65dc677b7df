import { expect, test } from 'vitest'
import { daysWords, holds, weekOf } from './hours'

const office = { id: 1, spans: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }] }
const night = { id: 2, spans: [{ days: ['fri'], from: '22:00', to: '02:00' }] }

test('a span over midnight goes on the next day', () => {
  const week = weekOf(night.spans)
  expect(week.fri).toEqual([{ from: 1320, to: 1440 }])
  expect(week.sat).toEqual([{ from: 0, to: 120 }])
})

test('holds as the gateway does: days, ends, holidays, the night before', () => {
  const at = (s: string) => new Date(`${s}:00`)
  expect(holds(office, [], at('2026-11-20T09:00'))).toBe(true) // a Friday
  expect(holds(office, [], at('2026-11-20T18:00'))).toBe(false)
  expect(holds(office, [], at('2026-11-21T10:00'))).toBe(false)
  expect(holds(office, [{ date: '11-20' }], at('2026-11-20T10:00'))).toBe(false)
  expect(holds({ ...office, on_holidays: true }, [{ date: '2026-11-20' }], at('2026-11-20T10:00'))).toBe(true)
  expect(holds(night, [], at('2026-11-21T01:59'))).toBe(true)
  expect(holds(night, [{ date: '2026-11-20' }], at('2026-11-21T01:59'))).toBe(false)
  expect(holds(night, [{ date: '2026-11-21' }], at('2026-11-21T01:59'))).toBe(true)
})

test('days in words', () => {
  expect(daysWords(['mon', 'tue', 'wed', 'thu', 'fri', 'sun'], (d) => d, 'all')).toBe('mon–fri, sun')
  expect(daysWords(['sat', 'sun'], (d) => d, 'all')).toBe('sat, sun')
  expect(daysWords([], (d) => d, 'all')).toBe('all')
})
