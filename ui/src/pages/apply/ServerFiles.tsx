import { Accordion, Alert, Badge, Code, Group, List, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { TenantPending } from '~/api/schema'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { applyTexts } from './texts'
import { warningWords } from './words'

/** The differences of the files of servers, for operators; read when it is opened. */
export function ServerFiles({ servers }: { servers: TenantPending['servers'] }) {
  const t = useTexts(applyTexts)
  const [open, setOpen] = useState<string[]>([])
  return (
    <section aria-labelledby="files">
      <Title order={2} size="h4" id="files">{t('details')}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t('detailsText')}</Text>
      <Accordion multiple variant="contained" value={open} onChange={setOpen} order={3}>
        {servers.map((s) => (
          <Accordion.Item key={s.server_id} value={String(s.server_id)}>
            <Accordion.Control>{s.server_name || s.server_id}</Accordion.Control>
            <Accordion.Panel>{open.includes(String(s.server_id)) && <Files server={s.server_id} />}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  )
}

function Files({ server }: { server: number }) {
  const t = useTexts(applyTexts)
  useLanguage()
  const pending = useQuery({ queryKey: ['apply', 'server', server], queryFn: ({ signal }) => dataOf('GET /servers/{server_id}/pending', { path: { server_id: server }, signal }), retry: false })
  if (pending.error) {
    return <ErrorNote error={pending.error} again={() => void pending.refetch()} />
  }
  if (!pending.data) {
    return <Loading />
  }
  const { changes, warnings, restart, reloads } = pending.data
  return (
    <Stack>
      {warnings.length > 0 && <Alert color="yellow" variant="light" title={t('warnings')}><List size="sm">{warnings.map((w) => <List.Item key={w}>{warningWords(w)}</List.Item>)}</List></Alert>}
      {restart.length > 0 && <Text size="sm">{t('restart')}: {restart.map(warningWords).join(', ')}</Text>}
      {changes.length === 0 && <Text size="sm">{t('noDiff')}</Text>}
      {changes.map((c) => (
        <div key={c.file}>
          <Group gap={6} mb={4}><Text size="sm" fw={600} ff="monospace">{c.file}</Text><Badge tt="none" size="sm" variant="light">{c.kind}</Badge></Group>
          {c.diff ? <Code block mah={360} tabIndex={0} aria-label={c.file}>{c.diff}</Code> : <Text size="sm" c="dimmed">{t('markOnly')}</Text>}
        </div>
      ))}
      {reloads.length > 0 && <Text size="sm" c="dimmed">{t('reloads')}: {reloads.join(', ')}</Text>}
    </Stack>
  )
}
