import { expect, test } from 'vitest'
import { strengthOf } from './strength'

test.each([
  ['short', 'hong', 0, 'short'],
  ['hong-is-my-name', 'hong@example.com', 1, 'hasName'],
  ['aaaaaaaaaaaaaaaaaaaa', 'x', 1, 'plain'],
  ['1234567890qwerty', 'x', 1, 'plain'],
  ['kmtvxwzrbp', 'x', 2, 'longer'],
  ['correct horse battery staple', 'x', 3, undefined],
] as const)('%s', (password, name, level, hint) => {
  const s = strengthOf(password, name)
  expect([s.level, s.hint]).toEqual([level, hint])
})
