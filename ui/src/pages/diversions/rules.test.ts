import { expect, test } from 'vitest'
import { allowedOf, changesOf, mistake, mistakeIn, wishOf, wishesOf } from './rules'
import type { Row, Wish } from './rules'

const extensions = new Set(['1010', '1013'])

test.each([
  ['010-2613-2471', undefined],
  ['+82 10 2613 2471', undefined],
  ['1013', undefined],
  ['16682471', undefined],
  ['1010', 'itself'],
  ['2013', 'noExtension'],
  ['0012125551234', 'international'],
  ['+12125551234', 'international'],
  ['0601234567', 'premium'],
  ['119', 'emergency'],
  ['02112', 'emergency'],
  ['내선', 'digits'],
])('%s: %s', (number, wrong) => {
  expect(mistakeIn(number, ['1010'], extensions)).toBe(wrong)
})

const off = { active: false, destination: null, enable: true, raw_destination: null, time_group: null }
const row = (part: object): Row => ({ extension: '1010', diversions: Object.fromEntries(['CFI', 'CFB', 'CFN', 'CFU', 'DND', 'PEA'].map((type) => [type, { ...off, type, ...part }])) }) as unknown as Row

test('enabled without a destination is off, and stays untouched', () => {
  const before = wishesOf(row({}))
  expect(before.CFI.on).toBe(false)
  expect(changesOf(before, wishesOf(row({})))).toBeUndefined()
})

test('only what was changed is sent, as it is dialled', () => {
  const before = wishesOf(row({}))
  const now = { ...before, CFN: { on: true, number: '010-2613-2471', group: '', keys: {} }, DND: { ...before.DND, on: true } }
  expect(changesOf(before, now)).toEqual({ CFN: { enable: true, destination: '01026132471', time_group: null }, DND: { enable: true, time_group: null } })
})

test('switching on needs a destination, switching off does not', () => {
  const w: Wish = wishOf(undefined)
  expect(mistake('CFI', { ...w, on: true }, ['1010'], extensions)).toBe('needsNumber')
  expect(mistake('CFI', w, ['1010'], extensions)).toBeUndefined()
  expect(mistake('PEA', { ...w, on: true }, ['1010'], extensions)).toBe('needsKey')
  expect(mistake('PEA', { ...w, on: true, keys: { 0: '1010' } }, ['1010'], extensions)).toBeUndefined()
})

test('a limited role sends what it has: kinds as a whole, of others single members', () => {
  const change = { enable: true, destination: '1013', time_group: null }
  expect(allowedOf({ CFI: change, CFB: change }, undefined)).toEqual({ together: { CFI: change, CFB: change }, single: [] })
  expect(allowedOf({ CFI: change, CFB: change }, ['CFI', 'destination'])).toEqual({ together: { CFI: change }, single: [['CFB', { destination: '1013' }]] })
  expect(allowedOf({ DND: { enable: true, time_group: null } }, ['destination'])).toEqual({ together: undefined, single: [] })
})
