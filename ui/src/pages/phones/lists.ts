import { useQuery } from '@tanstack/react-query'
import { call } from '~/api/client'
import type { CompanyAttendant, CompanyClass, CompanyConference, CompanyDID, CompanyHoliday, CompanyRingGroup, CompanyTimeGroup, CompanyTrunk, Extension, Prompt, Tone } from '~/api/schema'
import { useTenant } from '~/shell/me'

/** The lists of a company's description, by their paths. */
export interface Lists {
  extensions: Extension
  trunks: CompanyTrunk
  dids: CompanyDID
  'ring-groups': CompanyRingGroup
  attendants: CompanyAttendant
  conferences: CompanyConference
  'time-groups': CompanyTimeGroup
  holidays: CompanyHoliday
  'classes-of-service': CompanyClass
  tones: Tone
  prompts: Prompt
}

interface Page {
  data: unknown[]
  total: number
}

/** Reads a list to its end: a page holds a thousand. */
export async function readAll(read: (offset: number) => Promise<Page>): Promise<unknown[]> {
  const all: unknown[] = []
  for (;;) {
    const page = await read(all.length)
    all.push(...page.data)
    if (page.data.length === 0 || all.length >= page.total) {
      return all
    }
  }
}

/** A whole list of the company. `tenant` asks for another's, as "shared". */
export function useAll<K extends keyof Lists>(what: K, on = true, tenant?: string) {
  const mine = useTenant()
  const query = tenant === undefined ? mine.query : { tenant }
  return useQuery({
    queryKey: [what, tenant ?? mine.tenant, 'all'],
    enabled: on,
    queryFn: async ({ signal }) =>
      (await readAll(async (offset) => await call(`GET /${what}` as 'GET /dids', { query: { ...query, offset }, signal }))) as Lists[K][],
  })
}
