import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { PendingBadge } from '../phones/pending'
import { Parking } from './Parking'
import { Pickups } from './Pickups'
import { RingGroups } from './RingGroups'
import { groupsTexts } from './texts'

const tabs = ['rings', 'pickups', 'parking'] as const

export default function GroupsPage() {
  const t = useTexts(groupsTexts)
  const [tab, setTab] = useState<string | null>('rings')
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">{tabs.map((x) => <Tabs.Tab key={x} value={x}>{t(x)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="rings"><RingGroups /></Tabs.Panel>
        <Tabs.Panel value="pickups"><Pickups /></Tabs.Panel>
        <Tabs.Panel value="parking"><Parking /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
