import { Group, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { createContext, use, useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { saidOf } from '~/lang/errors'
import { useTexts } from '~/lang/texts'
import { may, useMe } from '~/shell/me'
import { partsTexts } from './texts'

/** The area of rights that a form is in; '' where it has none. */
export const AreaContext = createContext('')

/** What the gateway said against the fields of a form: an error, the field that it names, and who wants to know whether an input shows it. */
export const FormErrorContext = createContext<{ error: unknown; field: string; shown?: (at: boolean) => void }>({ error: undefined, field: '' })

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
  const wrong = use(FormErrorContext)
  // Who may change nothing sees a form that is locked as a whole.
  if (!area || !may(me, area, 'change') || may(me, area, 'change', name)) {
    return <Allowed error={wrong.field === name ? wrong.error : undefined} shown={wrong.shown}>{children}</Allowed>
  }
  return (
    <div className="seen">
      <fieldset disabled style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>{children}</fieldset>
      <Group gap={4} mt={2} wrap="nowrap"><IconLock size={12} aria-hidden /><Text size="xs" c="dimmed">{t('locked')}</Text></Group>
    </div>
  )
}

/** An input, and why its value was refused, which comes into sight. The input stays the same one. */
function Allowed({ error, shown, children }: { error: unknown; shown?: (at: boolean) => void; children: ReactNode }) {
  const area = use(AreaContext)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!error) {
      return
    }
    void box.current?.scrollIntoView({ block: 'center' })
    shown?.(true)
    return () => shown?.(false)
  }, [error, shown])
  return (
    <div ref={box} className={error ? 'wrong' : undefined}>
      {children}
      {!!error && <Text size="sm" c="var(--mantine-color-error)" mt={4} role="alert">{saidOf(error, area)}</Text>}
    </div>
  )
}

/** What a form may send: members that a role leaves out are not in it. */
export function onlyAllowed<T extends object>(body: T, only: string[] | undefined): T {
  return only ? (Object.fromEntries(Object.entries(body).filter(([name]) => only.includes(name))) as T) : body
}
