/** Numbers in a row from the first on; empty when the first is none. */
export function inARow(first: string, count: number): string[] {
  if (!/^[1-9]\d{1,5}$/.test(first) || !Number.isInteger(count) || count < 1) {
    return []
  }
  return Array.from({ length: count }, (_, i) => String(Number(first) + i))
}

/** Where new extensions begin: behind those that there are. */
export function nextFirst(taken: string[]): string {
  const numbers = taken.map(Number).filter((n) => Number.isInteger(n) && n > 0)
  return numbers.length === 0 ? '1001' : String(Math.max(...numbers) + 1)
}

/** A number that no extension and no group has, for a group. */
export function freeGroup(taken: string[]): string {
  const all = new Set(taken)
  for (let n = 600; n < 700; n++) {
    if (!all.has(String(n))) {
      return String(n)
    }
  }
  return '6000'
}

function cell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** A table of extensions as the import takes it. */
export function tableOf(rows: { number: string; name: string }[]): string {
  return ['내선,이름', ...rows.map((r) => `${r.number},${cell(r.name.trim())}`)].join('\n')
}

/** An address as carriers write it, with its port when it has one. */
export function hostPort(written: string): { host: string; port?: number } {
  const text = written.trim().replace(/^sips?:/i, '')
  const m = /^([^:]+|\[[^\]]+\]):(\d{1,5})$/.exec(text)
  return m ? { host: m[1]!.replace(/^\[|\]$/g, ''), port: Number(m[2]) } : { host: text }
}
