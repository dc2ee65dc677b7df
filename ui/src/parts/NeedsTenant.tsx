import type { ReactNode } from 'react'
import { useTexts } from '~/lang/texts'
import { useMay, useTenant } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { Empty } from './Empty'

/** Shows what is one company's, once it is known which: an operator has to choose. */
export function NeedsTenant({ children }: { children: ReactNode }) {
  const t = useTexts(shellTexts)
  const { chosen, tenant } = useTenant()
  const mayMake = useMay('extensions', 'change')
  if (!chosen) {
    return <Empty title={t('chooseCompany')} text={t('chooseCompanyText')} action={mayMake ? t('guide') : t('makeCompany')} to={mayMake ? '/guide' : '/tenants'} />
  }
  return <div key={tenant} style={{ display: 'contents' }}>{children}</div>
}
