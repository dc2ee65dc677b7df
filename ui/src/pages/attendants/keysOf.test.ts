import { expect, test } from 'vitest'
import { freeNumber, nextKey, sortedKeys, withoutEmpty } from './keysOf'

const key = (k: string, name?: string) => ({ key: k, to: 'busy', ...(name === undefined ? {} : { name }) })

test('keys come in the order of a phone, and the next is the first that is free', () => {
  expect(sortedKeys([key('0'), key('*'), key('2'), key('1')]).map((k) => k.key)).toEqual(['1', '2', '*', '0'])
  expect(nextKey([key('1'), key('3')])).toBe('2')
  expect(nextKey(['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0'].map((k) => key(k)))).toBeUndefined()
})

test('what is sent has no empty names, and a new one a number that is free', () => {
  expect(withoutEmpty({ number: '650', prompt: 'x', keys: [key('1', ''), key('2', '상담')] }).keys).toEqual([key('1'), key('2', '상담')])
  expect(freeNumber(['650', '1010'])).toBe('660')
})
