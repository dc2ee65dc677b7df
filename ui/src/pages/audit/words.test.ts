import { expect, test } from 'vitest'
import { actionWords, linesOf, valueWords } from './words'

test.each([
  ['change extension 1010', 'ko', '내선 1010 바꾸기'],
  ['create-webhook', 'ko', '웹훅 만들기'],
  ['sign in', 'ko', '로그인'],
  ['frobnicate', 'ko', 'frobnicate'],
  ['GET /api/v2/health', 'ko', 'GET /api/v2/health'],
  ['delete-webhook', 'en', 'Delete webhook'],
] as const)('%s in %s', (action, lang, want) => {
  expect(actionWords(action, lang)).toBe(want)
})

test('an object that was changed is shown by its members, without what stayed', () => {
  expect(linesOf([{ field: 'x', before: { a: 1, b: 2 }, after: { a: 1, b: 3, c: [1, 2] } }, { field: 'y', after: 'z' }])).toEqual([
    { field: 'x.b', before: 2, after: 3 }, { field: 'x.c', before: undefined, after: [1, 2] }, { field: 'y', after: 'z' },
  ])
  expect([valueWords([1, 2]), valueWords(false), valueWords(undefined)]).toEqual(['1, 2', 'false', ''])
})
