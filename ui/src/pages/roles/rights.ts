import type { Right } from '~/api/types'

export type Rights = Record<string, Right>

/** Rights with one area at another level; 'none' takes it out. */
export function withLevel(rights: Rights, area: string, level: string): Rights {
  const { [area]: _, ...others } = rights
  return level === 'see' || level === 'change' ? { ...others, [area]: { level } } : others
}

/** Rights with one area's change narrowed to settings; none: all of them. */
export function withSettings(rights: Rights, area: string, settings: string[]): Rights {
  return { ...rights, [area]: settings.length > 0 ? { level: 'change', settings } : { level: 'change' } }
}

/** Whether two rights are the same, in whatever order they were given. */
export function sameRights(a: Rights, b: Rights): boolean {
  const text = (r: Rights) => JSON.stringify(Object.keys(r).sort().map((k) => [k, r[k]!.level, [...(r[k]!.settings ?? [])].sort()]))
  return text(a) === text(b)
}
