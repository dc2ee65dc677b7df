import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { PendingBadge } from '../phones/pending'
import { Classes } from './Classes'
import { DIDs } from './DIDs'
import { Further } from './Further'
import { Routes } from './Routes'
import { numbersTexts } from './texts'

const tabs = ['dids', 'routes', 'classes', 'further'] as const

export default function NumbersPage() {
  const t = useTexts(numbersTexts)
  const [tab, setTab] = useState<string | null>('dids')
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">{tabs.map((x) => <Tabs.Tab key={x} value={x}>{t(x)}</Tabs.Tab>)}</Tabs.List>
        <Tabs.Panel value="dids"><DIDs /></Tabs.Panel>
        <Tabs.Panel value="routes"><Routes /></Tabs.Panel>
        <Tabs.Panel value="classes"><Classes /></Tabs.Panel>
        <Tabs.Panel value="further"><Further /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
