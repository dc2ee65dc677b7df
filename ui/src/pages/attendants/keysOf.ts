import type { CompanyAttendant, CompanyKey } from '~/api/schema'

/** The keys of a phone, in its order; # plays the announcement again. */
export const allKeys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0']

/** The first key that leads nowhere yet. */
export function nextKey(list: CompanyKey[]): string | undefined {
  return allKeys.find((k) => !list.some((one) => one.key === k))
}

/** The keys in the order of a phone. */
export function sortedKeys(list: CompanyKey[]): CompanyKey[] {
  return [...list].sort((a, b) => allKeys.indexOf(a.key) - allKeys.indexOf(b.key))
}

/** An attendant as it is sent: names that say nothing are left out. */
export function withoutEmpty(a: CompanyAttendant): CompanyAttendant {
  return { ...a, keys: (a.keys ?? []).map((k) => (k.name ? k : { key: k.key, to: k.to })) }
}

/** A number for something new: the first from 650 by tens that is nobody's. */
export function freeNumber(taken: string[], first = 650): string {
  for (let n = first; n < 1000; n += 10) {
    if (!taken.includes(String(n))) {
      return String(n)
    }
  }
  return ''
}
