/** Numbers in a row from the first on; empty when the first is none. */
export function inARow(first: string, count: number): string[] {
  if (!/^[1-9]\d{2,9}$/.test(first) || !Number.isInteger(count) || count < 1) {
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

/** Whether an address is one that a carrier can have: no link, no words. */
export function isHost(written: string): boolean {
  const { host, port } = hostPort(written)
  return (/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(host) || /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(host)) && (port === undefined || (port > 0 && port < 65536))
}

/** Area codes of Korea, with their places in Korean and English. */
export const areaCodes: [string, string, string][] = [
  ['02', '서울', 'Seoul'], ['031', '경기', 'Gyeonggi'], ['032', '인천', 'Incheon'], ['033', '강원', 'Gangwon'], ['041', '충남', 'Chungnam'], ['042', '대전', 'Daejeon'], ['043', '충북', 'Chungbuk'], ['044', '세종', 'Sejong'],
  ['051', '부산', 'Busan'], ['052', '울산', 'Ulsan'], ['053', '대구', 'Daegu'], ['054', '경북', 'Gyeongbuk'], ['055', '경남', 'Gyeongnam'], ['061', '전남', 'Jeonnam'], ['062', '광주', 'Gwangju'], ['063', '전북', 'Jeonbuk'], ['064', '제주', 'Jeju'],
]

/** The place of an area code; '' when it is none. */
export function placeOf(code: string, lang: string): string {
  const found = areaCodes.find(([c]) => c === code)
  return found?.[lang === 'ko' ? 1 : 2] ?? ''
}

interface FileChange {
  file: string
  added: string[]
  changed: string[]
  removed: string[]
}

/** What an apply changes, as an office counts: phones and lines, whether numbers and rules are among it, and whether anything else is. */
export function thingsOf(changes: FileChange[]): { phones: number; lines: number; calls: boolean; other: boolean } {
  const phones = new Set<string>()
  const lines = new Set<string>()
  for (const s of changes.flatMap((c) => [...c.added, ...c.changed, ...c.removed])) {
    const line = /^trk-\d+/.exec(s)
    const phone = /^(?:T\d+_)?\d+(?= \()|^(?:T\d+_)?\d+(?=_\d+ \()/.exec(s)
    if (line) {
      lines.add(line[0])
    } else if (phone) {
      phones.add(phone[0])
    }
  }
  const calls = changes.some((c) => c.file.endsWith('extensions.conf'))
  return { phones: phones.size, lines: lines.size, calls, other: changes.length > 0 && phones.size === 0 && lines.size === 0 && !calls }
}
