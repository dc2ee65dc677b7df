/** Where a call is sent, as its text says: "extension:1010", "busy". */
export interface Target {
  kind: string
  value: string
}

export const targetKinds = ['extension', 'ring_group', 'attendant', 'conference', 'voicemail', 'number', 'notice', 'fax', 'busy', 'hangup'] as const

/** Kinds that need no more than themselves. */
export const plainKinds = new Set(['fax', 'busy', 'hangup', ''])

/** Reads the text of a target; '' is nowhere. */
export function targetOf(text: string | undefined): Target {
  const s = text ?? ''
  const at = s.indexOf(':')
  return at < 0 ? { kind: s, value: '' } : { kind: s.slice(0, at), value: s.slice(at + 1) }
}

/** The text of a target. */
export function targetText(t: Target): string {
  return t.value === '' ? t.kind : `${t.kind}:${t.value}`
}
