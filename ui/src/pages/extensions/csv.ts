/** The rows of a CSV, as far as a preview needs them: with quotation marks, and the separator of the first line. */
export function rowsOf(text: string): string[][] {
  const first = text.split('\n', 1)[0] ?? ''
  const separator = [',', ';', '\t'].reduce((best, c) => (first.split(c).length > first.split(best).length ? c : best))
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quoted) {
      if (c !== '"') {
        cell += c
      } else if (text[i + 1] === '"') {
        cell += '"'
        i++
      } else {
        quoted = false
      }
    } else if (c === '"' && cell === '') {
      quoted = true
    } else if (c === separator) {
      row.push(cell.trim())
      cell = ''
    } else if (c === '\n') {
      row.push(cell.trim())
      rows.push(row)
      row = []
      cell = ''
    } else {
      cell += c
    }
  }
  if (cell !== '' || row.length > 0) {
    row.push(cell.trim())
    rows.push(row)
  }
  return rows
}

/** One problem of a file: its line (0: the whole) and what is wrong. */
export interface Mistake {
  line: number
  text: string
}

/** The problems of a file that the gateway named, by their lines. */
export function mistakesOf(message: string): Mistake[] {
  return message.split(/\n|; (?=line \d)/).filter(Boolean).map((one) => {
    const m = /^(?:text: )?line (\d+)(?:, ([^:]+))?: (.*)$/s.exec(one)
    return m ? { line: Number(m[1]), text: m[2] ? `${m[2]}: ${m[3]}` : m[3]! } : { line: 0, text: one }
  })
}

/** A cell as a CSV has it. */
export function cellOf(s: string): string {
  return /[",;\n\t]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s
}

/** One extension to be made. */
export interface Wanted {
  number: string
  name: string
}

/** Reads numbers, ranges and names, a line each; the error is the line that cannot be read. */
export function wantedOf(text: string): { list: Wanted[]; bad?: { line: number; text: string } } {
  const list: Wanted[] = []
  const lines = text.split('\n')
  for (const [i, line] of lines.entries()) {
    const s = line.trim()
    if (s === '') {
      continue
    }
    const range = /^(\d{3,10})\s*[-~]\s*(\d{3,10})$/.exec(s)
    const one = /^(\d{3,10})(?:\s*[,\t]\s*(.*))?$/.exec(s)
    if (range && range[1]!.length === range[2]!.length && Number(range[1]) <= Number(range[2]) && Number(range[2]) - Number(range[1]) < 2000) {
      for (let n = Number(range[1]); n <= Number(range[2]); n++) {
        list.push({ number: String(n).padStart(range[1]!.length, '0'), name: '' })
      }
    } else if (one) {
      list.push({ number: one[1]!, name: one[2] ?? '' })
    } else {
      return { list, bad: { line: i + 1, text: s } }
    }
  }
  return { list }
}
