import { Group, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { createContext, use } from 'react'
import type { ReactNode } from 'react'
import { useTexts } from '~/lang/texts'
import { may, useMe } from '~/shell/me'
import { partsTexts } from './texts'

/** The area of rights that a form is in; '' where it has none. */
export const AreaContext = createContext('')

/** The single settings that the one who is signed in may change in an area; undefined: no limit. */
export function useOnly(area: string): string[] | undefined {
  const only = useMe().rights[area]?.settings
  return only?.length ? only : undefined
}

/**
 * Input of one setting of a form, by the member of the request that it goes into.
 * Where a role leaves it out it is to look at only, and says so.
 */
export function Setting({ name, children }: { name: string; children: ReactNode }) {
  const t = useTexts(partsTexts)
  const area = use(AreaContext)
  const me = useMe()
  // Who may change nothing sees a form that is locked as a whole.
  if (!area || !may(me, area, 'change') || may(me, area, 'change', name)) {
    return children
  }
  return (
    <div className="seen">
      <fieldset disabled style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>{children}</fieldset>
      <Group gap={4} mt={2} wrap="nowrap"><IconLock size={12} aria-hidden /><Text size="xs" c="dimmed">{t('locked')}</Text></Group>
    </div>
  )
}

/** What a form may send: members that a role leaves out are not in it. */
export function onlyAllowed<T extends object>(body: T, only: string[] | undefined): T {
  return only ? (Object.fromEntries(Object.entries(body).filter(([name]) => only.includes(name))) as T) : body
}
