import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { PendingBadge } from '../phones/pending'
import { Holidays } from './Holidays'
import { timesTexts } from './texts'
import { TimeGroups } from './TimeGroups'

export default function TimesPage() {
  const t = useTexts(timesTexts)
  const [tab, setTab] = useState<string | null>('groups')
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md"><Tabs.Tab value="groups">{t('groups')}</Tabs.Tab><Tabs.Tab value="holidays">{t('holidays')}</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="groups"><TimeGroups /></Tabs.Panel>
        <Tabs.Panel value="holidays"><Holidays /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
