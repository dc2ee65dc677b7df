import type { Data } from '~/api/client'
import type { Rule, RuleChange, RulesChange } from '~/api/schema'

/** The kinds with one destination, in the order in which they count. */
export const leading = ['CFI', 'CFB', 'CFN', 'CFU'] as const
export const kinds = ['DND', 'CFI', 'CFB', 'CFN', 'CFU', 'PEA'] as const
export type Kind = (typeof kinds)[number]
export const keys = ['0', '1', '2', '3', '4'] as const

export type Row = Data<'GET /diversions'>[number]

/** One diversion in a form. */
export interface Wish {
  on: boolean
  number: string
  group: string
  /** Of PEA: where keys lead. */
  keys: Record<string, string>
}
export type Wishes = Record<Kind, Wish>

/** A diversion as a form shows it. On is what counts: a new extension has all enabled without a destination, which is off. */
export function wishOf(r: Rule | undefined): Wish {
  return { on: r?.active ?? false, number: r?.destination ?? '', group: r?.time_group ?? '', keys: { ...r?.destinations } }
}

export function wishesOf(row: Row): Wishes {
  return Object.fromEntries(kinds.map((k) => [k, wishOf(row.diversions[k])])) as Wishes
}

/** A number as it is dialled, however it is written. */
export function dialled(number: string): string {
  const n = number.replace(/[\s().-]/g, '')
  return n.startsWith('+82') ? `0${n.slice(3).replace(/^0/, '')}` : n
}

export type Mistake = 'needsNumber' | 'digits' | 'itself' | 'international' | 'premium' | 'emergency' | 'noExtension' | 'needsKey'

/** What is wrong with a destination; undefined: nothing that is known here. The gateway checks it again. */
export function mistakeIn(number: string, own: string[], extensions: Set<string>): Mistake | undefined {
  const n = dialled(number)
  if (n.startsWith('+') || n.startsWith('00')) {
    return 'international'
  }
  if (!/^\d{3,15}$/.test(n)) {
    return 'digits'
  }
  if (own.includes(n)) {
    return 'itself'
  }
  if (extensions.has(n)) {
    return undefined
  }
  if (n.startsWith('060')) {
    return 'premium'
  }
  if (/^(0[2-6]\d?)?(112|119)$/.test(n)) {
    return 'emergency'
  }
  // Extensions have at most six digits; a public number that is as short begins with 0 or 1.
  return extensions.size > 0 && /^[2-9]\d{2,5}$/.test(n) ? 'noExtension' : undefined
}

/** What is wrong with a wish; off is never wrong. */
export function mistake(kind: Kind, w: Wish, own: string[], extensions: Set<string>): Mistake | undefined {
  if (kind === 'DND') {
    return undefined
  }
  if (kind === 'PEA') {
    const given = keys.map((k) => w.keys[k] ?? '').filter((n) => n.trim() !== '')
    if (w.on && given.length === 0) {
      return 'needsKey'
    }
    // A key may lead back to the extension itself.
    return given.map((n) => mistakeIn(n, [], extensions)).find((m) => m)
  }
  if (w.number.trim() === '') {
    return w.on ? 'needsNumber' : undefined
  }
  return mistakeIn(w.number, own, extensions)
}

/** What is to be sent so that a diversion becomes what was wished. */
export function changeOf(kind: Kind, w: Wish): RuleChange {
  const c: RuleChange = { enable: w.on, time_group: w.group || null }
  if (kind === 'PEA') {
    c.destinations = Object.fromEntries(keys.map((k) => [k, dialled(w.keys[k] ?? '') || null]))
  } else if (kind !== 'DND') {
    c.destination = dialled(w.number) || null
  }
  return c
}

/** Only what was changed, so that what somebody else changed meanwhile stays; undefined: nothing. */
export function changesOf(before: Wishes, now: Wishes): RulesChange | undefined {
  const out: RulesChange = {}
  for (const k of kinds) {
    if (JSON.stringify(changeOf(k, before[k])) !== JSON.stringify(changeOf(k, now[k]))) {
      out[k] = changeOf(k, now[k])
    }
  }
  return Object.keys(out).length > 0 ? out : undefined
}

/** Whether a role that is limited to `only` changes a member of a kind: by the member, or by the kind as a whole. */
export function maySet(only: string[] | undefined, kind: Kind, member: keyof RuleChange): boolean {
  return !only || only.includes(kind) || only.includes(member)
}

/**
 * The changes that a limited role sends: kinds that it may change as a whole go
 * together, of others each by itself with the members that it has.
 */
export function allowedOf(changes: RulesChange, only: string[] | undefined): { together: RulesChange | undefined; single: [Kind, RuleChange][] } {
  const together: RulesChange = {}
  const single: [Kind, RuleChange][] = []
  for (const k of kinds) {
    const change = changes[k]
    if (!change) {
      continue
    }
    if (!only || only.includes(k)) {
      together[k] = change
      continue
    }
    const some = Object.fromEntries(Object.entries(change).filter(([m]) => only.includes(m))) as RuleChange
    if (Object.keys(some).length > 0) {
      single.push([k, some])
    }
  }
  return { together: Object.keys(together).length > 0 ? together : undefined, single }
}
