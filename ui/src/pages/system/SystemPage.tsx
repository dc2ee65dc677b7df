import { Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { dataOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { shellTexts } from '~/shell/texts'
import { Backups } from './Backups'
import { Certificate } from './Certificate'
import { Log } from './Log'
import { Overview } from './Overview'
import { Support } from './Support'
import { systemTexts } from './texts'

/** The gateway itself, for operators. */
export default function SystemPage() {
  const t = useTexts(systemTexts)
  const shell = useTexts(shellTexts)
  const navigate = useNavigate()
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const system = useQuery({ queryKey: ['system'], queryFn: ({ signal }) => dataOf('GET /system', { signal }), refetchInterval: 30_000 })
  return (
    <>
      <PageHeader title={shell('system')} text={t('text')} />
      <Tabs value={tab ?? 'overview'} onChange={(v) => void navigate({ to: '.', search: { tab: v ?? 'overview' } as never, replace: true })} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="overview">{t('overview')}</Tabs.Tab>
          <Tabs.Tab value="certificate">{t('certificate')}</Tabs.Tab>
          <Tabs.Tab value="backups">{t('backups')}</Tabs.Tab>
          <Tabs.Tab value="log">{t('log')}</Tabs.Tab>
          <Tabs.Tab value="support">{t('support')}</Tabs.Tab>
        </Tabs.List>
        <ErrorNote error={system.error} again={() => void system.refetch()} />
        {system.isPending && <Loading />}
        <Tabs.Panel value="overview">{system.data && <Overview system={system.data} />}</Tabs.Panel>
        <Tabs.Panel value="certificate">{system.data && <Certificate certificate={system.data.certificate} />}</Tabs.Panel>
        <Tabs.Panel value="backups"><Backups /></Tabs.Panel>
        <Tabs.Panel value="log"><Log /></Tabs.Panel>
        <Tabs.Panel value="support"><Support /></Tabs.Panel>
      </Tabs>
    </>
  )
}
