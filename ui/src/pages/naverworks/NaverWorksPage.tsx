import { Badge, Button, Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay } from '~/shell/me'
import { Cards } from './Cards'
import { Sending } from './Sending'
import { Sent } from './Sent'
import { Setup } from './Setup'
import { worksTexts } from './texts'
import { useSaveWorks, useWorks } from './works'

/** The company's bot in NAVER WORKS: set up, its cards, what it sends and what it sent. */
export default function NaverWorksPage() {
  const t = useTexts(worksTexts)
  return (
    <NeedsTenant>
      <Page title={t('title')} text={t('lead')} />
    </NeedsTenant>
  )
}

function Page({ title, text }: { title: string; text: string }) {
  const t = useTexts(worksTexts)
  const mayChange = useMay('naverworks', 'change')
  const [tab, setTab] = useState<string | null>('setup')
  const works = useWorks()
  const off = useSaveWorks(t('turnedOff'))
  const w = works.data?.answer.data
  const on = w !== undefined && !w.off
  return (
    <>
      <PageHeader title={title} text={text}>
        {w && <Badge size="lg" color={on ? 'teal' : 'gray'} variant="outline" tt="none" style={{ color: 'var(--mantine-color-text)' }}>{on ? t('isOn') : t('isOff')}</Badge>}
        {on && mayChange && <Button variant="default" loading={off.isPending} onClick={() => off.mutate({ off: true })}>{t('turnOff')}</Button>}
      </PageHeader>
      <ErrorNote error={works.error ?? off.error} again={works.error ? () => void works.refetch() : undefined} />
      {works.isPending && <Loading />}
      {w && (
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="setup">{t('tabSetup')}</Tabs.Tab>
            <Tabs.Tab value="cards">{t('tabCards')}</Tabs.Tab>
            <Tabs.Tab value="rules">{t('tabRules')}</Tabs.Tab>
            <Tabs.Tab value="sent">{t('tabSent')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="setup"><Setup works={w} /></Tabs.Panel>
          <Tabs.Panel value="cards"><Cards key={works.data?.etag} saved={w.style ?? {}} /></Tabs.Panel>
          <Tabs.Panel value="rules"><Sending key={works.data?.etag} works={w} /></Tabs.Panel>
          <Tabs.Panel value="sent"><Sent /></Tabs.Panel>
        </Tabs>
      )}
    </>
  )
}
