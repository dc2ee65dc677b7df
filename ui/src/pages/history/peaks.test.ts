import { expect, test } from 'vitest'
import { peaksOf, samplesOf } from './peaks'

function wav(samples: number[], bits = 16): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(12 + 8 + 16 + 8 + 4 + 8 + samples.length * 2))
  const text = (at: number, s: string) => [...s].forEach((c, i) => data.setUint8(at + i, c.charCodeAt(0)))
  text(0, 'RIFF')
  text(8, 'WAVEfmt ')
  data.setUint32(16, 16, true)
  data.setUint16(20, 1, true)
  data.setUint16(34, bits, true)
  text(36, 'LIST')
  data.setUint32(40, 4, true)
  text(48, 'data')
  data.setUint32(52, samples.length * 2, true)
  samples.forEach((s, i) => data.setInt16(56 + i * 2, s, true))
  return data.buffer
}

test('samples of a WAV, past parts that nobody asked for', () => {
  expect([...samplesOf(wav([1, -2, 3]))!]).toEqual([1, -2, 3])
  expect(samplesOf(wav([1], 8))).toBeUndefined()
  expect(samplesOf(new TextEncoder().encode('OggS'.repeat(20)).buffer)).toBeUndefined()
})

test('peaks are the loudest of each part, and the loudest of all is 1', () => {
  expect([...peaksOf([0, -16384, 8192, 0], 2, 32768)]).toEqual([1, 0.5])
  expect([...peaksOf([0, 100, 50, 0], 2, 32768)].every((p) => p < 0.01)).toBe(true)
  expect(peaksOf([1, 2], 8, 32768).length).toBe(8)
})
