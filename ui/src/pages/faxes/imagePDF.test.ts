import { expect, test } from 'vitest'
import { jpegPDF } from './imagePDF'
import { wrongWith } from './sending'

test('the table of a PDF says where its parts are', async () => {
  const blob = jpegPDF(new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), 1200, 800)
  const bytes = new Uint8Array(await new Promise<ArrayBuffer>((resolve) => {
    const r = new FileReader()
    r.onload = () => resolve(r.result as ArrayBuffer)
    r.readAsArrayBuffer(blob)
  }))
  const text = [...bytes].map((b) => String.fromCharCode(b)).join('')
  const table = Number(/startxref\n(\d+)/.exec(text)![1])
  expect(text.slice(table, table + 4)).toBe('xref')
  const places = [...text.slice(table).matchAll(/(\d{10}) 00000 n/g)].map((m) => Number(m[1]))
  expect(places.length).toBe(5)
  places.forEach((p, i) => expect(text.slice(p, p + 7)).toBe(`${i + 1} 0 obj`))
  expect(text).toContain('/MediaBox[0 0 842 595]') // wider than tall: the paper lies
})

test('what can be faxed', () => {
  expect(wrongWith({ name: 'offer.PDF', type: '', size: 10 })).toBeUndefined()
  expect(wrongWith({ name: 'photo', type: 'image/jpeg', size: 10 })).toBeUndefined()
  expect(wrongWith({ name: 'offer.docx', type: 'application/msword', size: 10 })).toBe('badFile')
  expect(wrongWith({ name: 'offer.pdf', type: 'application/pdf', size: 30_000_000 })).toBe('tooLarge')
})
