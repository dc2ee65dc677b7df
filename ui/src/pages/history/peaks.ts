/** The loudest of each of n equal parts of samples, 0 to 1, drawn so that the loudest of all is 1. */
export function peaksOf(samples: ArrayLike<number>, n: number, full: number): Float32Array {
  const peaks = new Float32Array(n)
  let most = 0
  for (let i = 0; i < n; i++) {
    const from = Math.floor((i * samples.length) / n)
    const to = Math.max(from + 1, Math.floor(((i + 1) * samples.length) / n))
    let peak = 0
    for (let j = from; j < to && j < samples.length; j++) {
      const v = Math.abs(samples[j]!)
      if (v > peak) {
        peak = v
      }
    }
    peaks[i] = peak / full
    most = Math.max(most, peaks[i]!)
  }
  // Silence stays flat: what is only hiss is not drawn as if somebody spoke.
  if (most > 0.02) {
    for (let i = 0; i < n; i++) {
      peaks[i]! /= most
    }
  }
  return peaks
}

/** The samples of a WAV of 16 bits, as our recordings are; undefined: it is another file. Of several channels all samples in turn. */
export function samplesOf(file: ArrayBuffer): Int16Array | undefined {
  const v = new DataView(file)
  const word = (at: number) => String.fromCharCode(v.getUint8(at), v.getUint8(at + 1), v.getUint8(at + 2), v.getUint8(at + 3))
  if (file.byteLength < 44 || word(0) !== 'RIFF' || word(8) !== 'WAVE') {
    return undefined
  }
  let pcm16 = false
  for (let at = 12; at + 8 <= file.byteLength;) {
    const size = v.getUint32(at + 4, true)
    if (word(at) === 'fmt ' && at + 24 <= file.byteLength) {
      pcm16 = v.getUint16(at + 8, true) === 1 && v.getUint16(at + 22, true) === 16
    }
    if (word(at) === 'data') {
      const bytes = Math.min(size, file.byteLength - at - 8) & ~1
      return pcm16 ? new Int16Array(file.slice(at + 8, at + 8 + bytes)) : undefined
    }
    at += 8 + size + (size & 1)
  }
  return undefined
}

/** The peaks of a sound. What is no WAV the browser decodes, slowed to 8 kHz so that an hour fits into memory. */
export async function peaksOfSound(file: ArrayBuffer, n: number): Promise<Float32Array> {
  const samples = samplesOf(file)
  if (samples) {
    return peaksOf(samples, n, 32768)
  }
  const sound = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(file)
  return peaksOf(sound.getChannelData(0), n, 1)
}
