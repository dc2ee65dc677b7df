const rate = 16_000

/** A WAV of 16 bits, mono, of samples between -1 and 1. */
export function wavOf(samples: Float32Array, hertz: number): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(44 + samples.length * 2))
  const text = (at: number, s: string) => [...s].forEach((c, i) => out.setUint8(at + i, c.charCodeAt(0)))
  text(0, 'RIFF')
  out.setUint32(4, 36 + samples.length * 2, true)
  text(8, 'WAVEfmt ')
  out.setUint32(16, 16, true)
  out.setUint16(20, 1, true) // PCM
  out.setUint16(22, 1, true) // mono
  out.setUint32(24, hertz, true)
  out.setUint32(28, hertz * 2, true)
  out.setUint16(32, 2, true)
  out.setUint16(34, 16, true)
  text(36, 'data')
  out.setUint32(40, samples.length * 2, true)
  for (const [i, s] of samples.entries()) {
    out.setInt16(44 + i * 2, Math.round(Math.max(-1, Math.min(1, s)) * 0x7fff), true)
  }
  return new Uint8Array(out.buffer)
}

/** The WAV of a file with sound: as it is when it is one, else what the browser makes of it. */
export async function soundOf(file: File): Promise<BlobPart> {
  const bytes = await file.arrayBuffer()
  const head = new TextDecoder('latin1').decode(bytes.slice(0, 12))
  if (head.startsWith('RIFF') && head.endsWith('WAVE')) {
    return bytes
  }
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes)
  const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * rate)), rate)
  const source = offline.createBufferSource()
  source.buffer = sound
  source.connect(offline.destination)
  source.start()
  return wavOf((await offline.startRendering()).getChannelData(0), rate)
}
