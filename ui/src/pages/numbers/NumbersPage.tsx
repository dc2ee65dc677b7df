import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { may, useMe } from '~/shell/me'
import { PendingBadge } from '../phones/pending'
import { Classes } from './Classes'
import { DIDs } from './DIDs'
import { Further } from './Further'
import { Routes } from './Routes'
import { numbersTexts } from './texts'

/** The tabs, by the area whose right shows them. */
const tabs = { dids: 'numbers', routes: 'trunks', classes: 'features', further: 'numbers' } as const

export default function NumbersPage() {
  const t = useTexts(numbersTexts)
  const me = useMe()
  const [tab, setTab] = useState<string | null>('dids')
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">{(Object.keys(tabs) as (keyof typeof tabs)[]).filter((x) => may(me, tabs[x])).map((x) => <Tabs.Tab key={x} value={x}>{t(x)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="dids"><DIDs /></Tabs.Panel>
        <Tabs.Panel value="routes"><Routes /></Tabs.Panel>
        <Tabs.Panel value="classes"><Classes /></Tabs.Panel>
        <Tabs.Panel value="further"><Further /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
