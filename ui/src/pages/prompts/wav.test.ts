import { expect, test } from 'vitest'
import { wavOf } from './wav'

test('a WAV has its length and its samples', () => {
  const wav = wavOf(new Float32Array([0, 1, -1, 2]), 16_000)
  const view = new DataView(wav.buffer)
  expect(new TextDecoder().decode(wav.slice(0, 4))).toBe('RIFF')
  expect([view.getUint32(4, true), view.getUint32(24, true), view.getUint32(40, true)]).toEqual([44, 16_000, 8])
  expect([0, 1, 2, 3].map((i) => view.getInt16(44 + i * 2, true))).toEqual([0, 32767, -32767, 32767])
})
