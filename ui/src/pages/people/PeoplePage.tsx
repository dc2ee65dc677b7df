import { Anchor, Tabs } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { To } from '~/parts/To'
import { useMay } from '~/shell/me'
import { PeopleList } from './PeopleList'
import { PeopleRules } from './PeopleRules'
import { PeopleSettings } from './PeopleSettings'
import { peopleTexts } from './texts'

/** Who works in the company, with which extension. */
export default function PeoplePage() {
  const t = useTexts(peopleTexts)
  const users = useMay('users')
  const [tab, setTab] = useState<string | null>('list')
  return (
    <>
      <PageHeader title={t('title')} text={<>{t('lead')} {users && <>{t('logins')} <Anchor component={To} to="/users" size="sm">{t('toUsers')}</Anchor></>}</>} />
      <NeedsTenant>
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="list">{t('tabList')}</Tabs.Tab>
            <Tabs.Tab value="rules">{t('tabRules')}</Tabs.Tab>
            <Tabs.Tab value="settings">{t('tabSettings')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="list"><PeopleList /></Tabs.Panel>
          <Tabs.Panel value="rules"><PeopleRules /></Tabs.Panel>
          <Tabs.Panel value="settings"><PeopleSettings /></Tabs.Panel>
        </Tabs>
      </NeedsTenant>
    </>
  )
}
