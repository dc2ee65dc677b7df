/** The largest file of contacts that the gateway takes. */
export const maxFile = 8 << 20

/** vCards begin in one way, whatever the file is called. */
export function formatOf(name: string, bytes: Uint8Array): 'csv' | 'vcard' {
  const head = new TextDecoder('latin1').decode(bytes.slice(0, 64)).replace(/^[^\x21-\x7e]+/, '').toUpperCase()
  return head.startsWith('BEGIN:VCARD') || /\.(vcf|vcard)$/i.test(name) ? 'vcard' : 'csv'
}

/** The bytes as the gateway takes them: it knows the encodings of Korean files. */
export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  }
  return btoa(text)
}

/** Has the browser keep a text as a file. */
export function keep(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
