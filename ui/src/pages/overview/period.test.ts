import { expect, test } from 'vitest'
import { boundsOf } from './period'

const now = new Date(2026, 10, 22, 13, 30)
const days = (p: Parameters<typeof boundsOf>[0], first?: string, last?: string) => {
  const { from, to } = boundsOf(p, now, first, last)
  return [from.toLocaleString('sv'), to.toLocaleString('sv')]
}

test('periods are whole days of the browser', () => {
  expect(days('today')).toEqual(['2026-11-22 00:00:00', '2026-11-23 00:00:00'])
  expect(days('yesterday')).toEqual(['2026-11-21 00:00:00', '2026-11-22 00:00:00'])
  expect(days('week')).toEqual(['2026-11-16 00:00:00', '2026-11-23 00:00:00'])
})

test('a range holds both its days, in either order, and at most as many as are given', () => {
  expect(days('range', '2026-11-03', '2026-11-01')).toEqual(['2026-11-01 00:00:00', '2026-11-04 00:00:00'])
  expect(days('range', '2025-01-01', '2026-11-01')).toEqual(['2026-08-02 00:00:00', '2026-11-02 00:00:00'])
})
