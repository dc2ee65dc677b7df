import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { call, dataOf } from '~/api/client'
import { shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone, tellError } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { authorOf, versionWords } from '../apply/words'
import { Differences } from './Differences'
import { tenantsTexts } from './texts'

/** The versions of a company's settings that are kept, to go back to. */
export function Versions({ tenant, version, may, onDone }: { tenant: string; version: number; may: boolean; onDone: () => void }) {
  const t = useTexts(tenantsTexts)
  const [ask, dialog] = useConfirm()
  const list = useQuery({ queryKey: ['tenants', 'versions', tenant, version], queryFn: ({ signal }) => dataOf('GET /tenants/{tenant}/versions', { path: { tenant }, signal }) })
  const undo = async (to: number, at: string) => {
    const seen = await dataOf('POST /tenants/{tenant}/undo', { path: { tenant }, query: { dry_run: true }, body: { version: to } })
    ask({
      title: t('undoTitle', { at: shortTime(at) }), text: <Differences list={seen.differences} />, yes: t('undoTo'),
      act: async () => {
        await call('POST /tenants/{tenant}/undo', { path: { tenant }, body: { version: to } })
        onDone()
        tellDone(t('undone'))
      },
    })
  }
  if (!list.data) {
    return list.error ? <ErrorNote error={list.error} again={() => void list.refetch()} /> : <Loading />
  }
  return (
    <Stack gap="xs">
      {list.data.length === 0 && <Text size="sm" c="dimmed">{t('noVersions')}</Text>}
      {list.data.map((v) => (
        <Card key={v.version} withBorder p="xs">
          <Group justify="space-between" align="flex-start">
            <div>
              <Text component="div" size="sm" fw={600}>{versionWords(v, list.data)} {v.version === version && <Badge size="xs">{t('nowVersion')}</Badge>}</Text>
              <Text size="xs" c="dimmed">{shortTime(v.at)} · {authorOf(v.by, t('description'))}</Text>
            </div>
            {may && v.version !== version && <Button size="compact-xs" variant="default" onClick={() => void undo(v.version, v.at).catch(tellError)}>{t('undoTo')}</Button>}
          </Group>
        </Card>
      ))}
      {dialog}
    </Stack>
  )
}
