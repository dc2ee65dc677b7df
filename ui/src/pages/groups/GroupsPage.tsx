import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { may, useMe } from '~/shell/me'
import { PendingBadge } from '../phones/pending'
import { Conferences } from './Conferences'
import { Parking } from './Parking'
import { Pickups } from './Pickups'
import { RingGroups } from './RingGroups'
import { groupsTexts } from './texts'

/** The tabs, by the area whose right shows them. */
const tabs = { rings: 'groups', rooms: 'groups', pickups: 'extensions', parking: 'features' } as const

export default function GroupsPage() {
  const t = useTexts(groupsTexts)
  const me = useMe()
  const [tab, setTab] = useState<string | null>('rings')
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">{(Object.keys(tabs) as (keyof typeof tabs)[]).filter((x) => may(me, tabs[x])).map((x) => <Tabs.Tab key={x} value={x}>{t(x)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="rings"><RingGroups /></Tabs.Panel>
        <Tabs.Panel value="rooms"><Conferences /></Tabs.Panel>
        <Tabs.Panel value="pickups"><Pickups /></Tabs.Panel>
        <Tabs.Panel value="parking"><Parking /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
