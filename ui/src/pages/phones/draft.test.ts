import { expect, test } from 'vitest'
import { changesOf, givenOf } from './draft'
import { readAll } from './lists'

test('changesOf sends what was changed only, and null for what was emptied', () => {
  const before = { number: '1010', name: '홍길동', ring_seconds: 15, devices: [{}], voicemail: { email: 'a@b.c' } }
  expect(changesOf(before, { ...before })).toEqual({})
  expect(changesOf(before, { ...before, name: '', ring_seconds: undefined, call_limit: 0, no_call_waiting: false })).toEqual({ name: null, ring_seconds: null })
  expect(changesOf(before, { ...before, voicemail: { email: 'a@b.c', pin: '4711' } })).toEqual({ voicemail: { email: 'a@b.c', pin: '4711' } })
  expect(changesOf({ dials: null }, { dials: [] })).toEqual({ dials: [] })
})

test('givenOf leaves out what is empty', () => {
  expect(givenOf({ number: '600', name: '', tone: undefined, register: false })).toEqual({ number: '600', register: false })
})

test('readAll reads on where a page ends', async () => {
  const list = Array.from({ length: 2345 }, (_, i) => i)
  const asked: number[] = []
  const all = await readAll((offset) => {
    asked.push(offset)
    return Promise.resolve({ data: list.slice(offset, offset + 1000), total: list.length })
  })
  expect(all).toEqual(list)
  expect(asked).toEqual([0, 1000, 2000])
})
