import { expect, test } from 'vitest'
import { bytes, duration, phone } from './format'

test.each([
  ['01026132471', '010-2613-2471'],
  ['0212345678', '02-1234-5678'],
  ['021234567', '02-123-4567'],
  ['07045805605', '070-4580-5605'],
  ['16682471', '1668-2471'],
  ['05041234567', '0504-123-4567'],
  ['+821026132471', '010-2613-2471'],
  ['1010', '1010'],
  ['0011234567890', '0011234567890'],
  ['', ''],
])('phone %s', (given, want) => {
  expect(phone(given)).toBe(want)
})

test('duration and bytes', () => {
  expect([duration(7), duration(754), duration(3723), duration(undefined)]).toEqual(['0:07', '12:34', '1:02:03', '0:00'])
  expect([bytes(0), bytes(1536), bytes(5 * 1024 ** 3)]).toEqual(['0 B', '1.5 KB', '5.0 GB'])
})
