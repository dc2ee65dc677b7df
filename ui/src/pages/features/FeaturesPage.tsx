import { Tabs } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { PendingBadge } from '../phones/pending'
import { Codes } from './Codes'
import { Fax, General, Recording } from './Settings'
import { settingsTexts } from './settingsTexts'

const tabs = ['codes', 'recording', 'fax', 'general'] as const

/** What phones do by codes, and what a company sets once. Which tab is open stands in the address. */
export default function FeaturesPage() {
  const t = useTexts(settingsTexts)
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const tab = tabs.find((x) => x === search.tab) ?? 'codes'
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={(v) => void navigate({ to: '/features', search: v === 'codes' || !v ? {} : { tab: v } } as never)} keepMounted={false}>
        <Tabs.List mb="md">{tabs.map((x) => <Tabs.Tab key={x} value={x}>{t(x)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="codes"><Codes /></Tabs.Panel>
        <Tabs.Panel value="recording"><Recording /></Tabs.Panel>
        <Tabs.Panel value="fax"><Fax /></Tabs.Panel>
        <Tabs.Panel value="general"><General /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
