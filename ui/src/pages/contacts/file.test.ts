import { expect, test } from 'vitest'
import { base64Of, formatOf } from './file'

const bytes = (s: string) => new TextEncoder().encode(s)

test('what a file is', () => {
  expect(formatOf('phone.txt', bytes('\uFEFFBEGIN:VCARD\nVERSION:3.0'))).toBe('vcard')
  expect(formatOf('a.vcf', bytes(''))).toBe('vcard')
  expect(formatOf('a.csv', bytes('이름,번호'))).toBe('csv')
})

test('bytes', () => {
  expect(base64Of(new Uint8Array([0xb1, 0xe8]))).toBe('seg=')
})
