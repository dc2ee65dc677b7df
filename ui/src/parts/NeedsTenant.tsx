import type { ReactNode } from 'react'
import { useTexts } from '~/lang/texts'
import { useTenant } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { Empty } from './Empty'

/** Shows what is one company's, once it is known which: an operator has to choose. */
export function NeedsTenant({ children }: { children: ReactNode }) {
  const t = useTexts(shellTexts)
  const { chosen, tenant } = useTenant()
  if (!chosen) {
    return <Empty title={t('chooseCompany')} text={t('chooseCompanyText')} action={t('makeCompany')} to="/tenants" />
  }
  return <div key={tenant} style={{ display: 'contents' }}>{children}</div>
}
