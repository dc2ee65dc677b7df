import { expect, test } from 'vitest'
import { bytesOf, textOfBytes } from './passkey'

test('bytes go there and back as base64url', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i)
  for (let n = 0; n <= 256; n++) {
    const text = textOfBytes(all.slice(256 - n).buffer)
    expect(text).toMatch(/^[\w-]*$/)
    expect([...new Uint8Array(bytesOf(text))]).toEqual([...all.slice(256 - n)])
  }
})
