import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { dataOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import type { Rights } from './rights'
import type { Role } from './RolesPage'
import { rolesTexts } from './texts'

// Roles of the program, and the sentence on each.
const known = { administrator: 'isAdministrator', company: 'isCompany', supervisor: 'isSupervisor', auditor: 'isAuditor', employee: 'isEmployee' } as const

/** A function that says in a sentence what a role is for: its own, or what it may change and see. */
export function useRoleWords(): (r: Role) => string {
  const t = useTexts(rolesTexts)
  const lang = useLanguage()
  const areas = useQuery({ queryKey: ['rights'], queryFn: ({ signal }) => dataOf('GET /rights', { signal }), staleTime: Infinity }).data
  return useCallback((r: Role) => {
    const key = r.built_in ? known[r.id as keyof typeof known] : undefined
    if (key) {
      return t(key)
    }
    const named = (level: string) => areas?.filter((a) => r.rights[a.area]?.level === level).map((a) => (lang === 'ko' ? a.title : a.title_en)).join(', ')
    return [['change', 'mayChange'], ['see', 'maySee']].map(([level, text]) => [named(level!), text] as const).filter(([what]) => what).map(([what, text]) => t(text as 'maySee', { what: what! })).join(' ') || t('mayNothing')
  }, [t, lang, areas])
}

// What has to be applied before phones have it.
const applied = ['extensions', 'trunks', 'numbers', 'groups', 'times', 'features', 'prompts']

/** Whether somebody with these rights changes what another has to apply. */
export function needsOther(rights: Rights): boolean {
  return applied.some((a) => rights[a]?.level === 'change') && rights.apply?.level !== 'change'
}
