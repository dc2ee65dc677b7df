import { createContext, useContext, useMemo } from 'react'
import type { ReactNode } from 'react'
import type { Me } from '~/api/types'
import { useTenantChoice } from './tenant'

const Context = createContext<Me | undefined>(undefined)

/** Gives who is signed in to what is below. */
export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <Context value={me}>{children}</Context>
}

/** Who is signed in. */
export function useMe(): Me {
  return useContext(Context)!
}

/** Whether somebody may see an area, or change it, or change one setting in it. */
export function may(me: Me, area: string, level: 'see' | 'change' = 'see', setting?: string): boolean {
  const right = me.rights[area]
  if (!right || (level === 'change' && right.level !== 'change')) {
    return false
  }
  return level === 'see' || !setting || !right.settings?.length || right.settings.includes(setting)
}

/** Whether the one who is signed in may see or change an area. */
export function useMay(area: string, level: 'see' | 'change' = 'see', setting?: string): boolean {
  return may(useMe(), area, level, setting)
}

/** Whether the one who is signed in may change all of an area: also make and remove things, which no single settings allow. */
export function useMayAll(area: string): boolean {
  const me = useMe()
  return may(me, area, 'change') && !me.rights[area]?.settings?.length
}

/**
 * The company that pages are about: one's own, or the one that an operator has
 * chosen. `query` goes into requests; `chosen` is false while an operator has to choose.
 */
export function useTenant(): { tenant: string; query: { tenant?: string }; chosen: boolean } {
  const me = useMe()
  const choice = useTenantChoice()
  return useMemo(() => {
    if (me.role !== 'operator') {
      return { tenant: me.tenant, query: {}, chosen: true }
    }
    return { tenant: choice, query: choice ? { tenant: choice } : {}, chosen: choice !== '' }
  }, [me, choice])
}
