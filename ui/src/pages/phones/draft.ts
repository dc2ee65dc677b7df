/** Whether two values of JSON are the same; what is absent is the same as its default. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(bare(a)) === JSON.stringify(bare(b))
}

/** A value without members that say nothing, members in one order. */
function bare(v: unknown): unknown {
  if (Array.isArray(v)) {
    return v.map(bare)
  }
  if (v !== null && typeof v === 'object') {
    return Object.fromEntries(
      Object.entries(v)
        .filter(([, x]) => !(x === undefined || x === null || x === '' || x === 0 || x === false))
        .sort(([x], [y]) => (x < y ? -1 : 1))
        .map(([k, x]) => [k, bare(x)]),
    )
  }
  return v === '' || v === 0 || v === false || v === undefined ? null : v
}

/**
 * The members that a form has changed, as a change over REST takes them: others
 * stay as they are, null is the default.
 */
export function changesOf(before: object, after: object): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  const a = before as Record<string, unknown>
  const b = after as Record<string, unknown>
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!same(a[name], b[name])) {
      out[name] = b[name] === undefined || b[name] === '' ? null : b[name]
    }
  }
  return out
}

/** The members of a new thing that say something. */
export function givenOf(draft: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(draft).filter(([, v]) => v !== undefined && v !== null && v !== ''))
}
