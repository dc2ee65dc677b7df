import { SimpleGrid, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { useMe } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { Bans } from './Bans'
import { ServerCard } from './ServerCard'
import { serversTexts } from './texts'

/** The Asterisk servers: how they are, and who was refused there. */
export default function ServersPage() {
  const t = useTexts(serversTexts)
  const shell = useTexts(shellTexts)
  const operator = useMe().role === 'operator'
  const list = useQuery({ queryKey: ['servers'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }), refetchInterval: 10_000 })
  const cards = (
    <>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending && <Loading />}
      {list.data?.length === 0 && <Empty title={t('none')} text={t('noneText')} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {list.data?.map((s) => <ServerCard key={s.id} server={s} operator={operator} />)}
      </SimpleGrid>
    </>
  )
  return (
    <>
      <PageHeader title={shell('servers')} text={t('text')} />
      {!operator ? cards : (
        <Tabs defaultValue="servers" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="servers">{shell('servers')}</Tabs.Tab>
            <Tabs.Tab value="bans">{t('bans')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="servers">{cards}</Tabs.Panel>
          <Tabs.Panel value="bans"><Bans /></Tabs.Panel>
        </Tabs>
      )}
    </>
  )
}
