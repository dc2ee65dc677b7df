import { Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { PendingBadge } from '../phones/pending'
import { HoldMusic } from './HoldMusic'
import { Prompts } from './Prompts'
import { promptsTexts } from './texts'
import { Tones } from './Tones'

export default function PromptsPage() {
  const t = useTexts(promptsTexts)
  const [tab, setTab] = useState<string | null>('prompts')
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md"><Tabs.Tab value="prompts">{t('prompts')}</Tabs.Tab><Tabs.Tab value="tones">{t('tones')}</Tabs.Tab><Tabs.Tab value="hold">{t('hold')}</Tabs.Tab></Tabs.List>
        <Tabs.Panel value="prompts"><Prompts /></Tabs.Panel>
        <Tabs.Panel value="tones"><Tones /></Tabs.Panel>
        <Tabs.Panel value="hold"><HoldMusic toTones={() => setTab('tones')} /></Tabs.Panel>
      </Tabs>
    </NeedsTenant>
  )
}
