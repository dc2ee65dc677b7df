import { useSyncExternalStore } from 'react'

// The company that an operator looks at. It is kept for the browser's tab, so that
// two tabs may show two companies, and for the next visit.
const kept = 'dipcast.tenant'
const listeners = new Set<() => void>()

function read(): string {
  return sessionStorage.getItem(kept) ?? localStorage.getItem(kept) ?? ''
}

/** Chooses a company, as T2; '' none. */
export function chooseTenant(tenant: string): void {
  sessionStorage.setItem(kept, tenant)
  localStorage.setItem(kept, tenant)
  for (const f of listeners) {
    f()
  }
}

/** The company that was chosen; '' none. */
export function useTenantChoice(): string {
  return useSyncExternalStore((f) => {
    listeners.add(f)
    return () => listeners.delete(f)
  }, read)
}
