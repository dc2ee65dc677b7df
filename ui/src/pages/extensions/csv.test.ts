import { expect, test } from 'vitest'
import { cellOf, mistakesOf, rowsOf, wantedOf } from './csv'

test('rows of a CSV with quotation marks and another separator', () => {
  expect(rowsOf('내선;이름\r\n1010;"홍, ""길"" 동"\n1011;\n')).toEqual([['내선', '이름'], ['1010', '홍, "길" 동'], ['1011', '']])
  expect(cellOf('홍, "길"')).toBe('"홍, ""길"""')
})

test('mistakes by their lines', () => {
  expect(mistakesOf('line 3, 등급: there is no class of service "x"\nline 4: is missing; line 5, name: too long')).toEqual([
    { line: 3, text: '등급: there is no class of service "x"' }, { line: 4, text: 'is missing' }, { line: 5, text: 'name: too long' },
  ])
  expect(mistakesOf('is neither UTF-8 nor CP949')).toEqual([{ line: 0, text: 'is neither UTF-8 nor CP949' }])
})

test('numbers, ranges and names', () => {
  expect(wantedOf('1010-1012\n\n1020, 성춘향\n0901~0902')).toEqual({
    list: [{ number: '1010', name: '' }, { number: '1011', name: '' }, { number: '1012', name: '' }, { number: '1020', name: '성춘향' }, { number: '0901', name: '' }, { number: '0902', name: '' }],
  })
  expect(wantedOf('1010\nabc').bad).toEqual({ line: 2, text: 'abc' })
  expect(wantedOf('1019-1010').bad?.line).toBe(1)
})
