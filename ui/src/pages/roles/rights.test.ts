import { expect, test } from 'vitest'
import { sameRights, withLevel, withSettings } from './rights'

test('rights are given, narrowed and taken', () => {
  const given = withLevel({}, 'diversions', 'change')
  const narrow = withSettings(given, 'diversions', ['enable'])
  expect(narrow).toEqual({ diversions: { level: 'change', settings: ['enable'] } })
  expect(withSettings(narrow, 'diversions', [])).toEqual(given)
  expect(withLevel(narrow, 'diversions', 'see')).toEqual({ diversions: { level: 'see' } })
  expect(withLevel(narrow, 'diversions', 'none')).toEqual({})
})

test('the order of areas and settings makes no difference', () => {
  expect(sameRights({ a: { level: 'see' }, b: { level: 'change', settings: ['x', 'y'] } }, { b: { level: 'change', settings: ['y', 'x'] }, a: { level: 'see' } })).toBe(true)
  expect(sameRights({ a: { level: 'see' } }, { a: { level: 'change' } })).toBe(false)
})
