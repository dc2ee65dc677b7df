import { Alert, Badge, Button, Group, List, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { TenantApplied, TenantPending } from '~/api/schema'
import { shortTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { wordsOf } from '~/lang/errors'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useMe, useTenant } from '~/shell/me'
import { usePending } from '../phones/pending'
import { Applied } from './Applied'
import { Changes } from './Changes'
import { History } from './History'
import { ServerFiles } from './ServerFiles'
import { applyTexts } from './texts'
import { Versions } from './Versions'
import { useCalled } from './called'
import { authorOf, versionWords, warningWords } from './words'

export default function ApplyPage() {
  const t = useTexts(applyTexts)
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <NeedsTenant><Body /></NeedsTenant>
    </>
  )
}

function Body() {
  const pending = usePending()
  const me = useMe()
  if (pending.error) {
    return <ErrorNote error={pending.error} again={() => void pending.refetch()} />
  }
  if (!pending.data) {
    return <Loading />
  }
  return (
    <Stack gap="xl">
      <Waiting pending={pending.data} />
      {me.role === 'operator' && pending.data.servers.length > 0 && <ServerFiles servers={pending.data.servers} />}
      <Versions pending={pending.data} />
      {pending.data.servers.length > 0 && <Applied pending={pending.data} />}
      {me.role === 'operator' && pending.data.servers.length > 0 && <History servers={pending.data.servers} />}
    </Stack>
  )
}

type Progress = Record<number, TenantApplied | 'busy'>

function Waiting({ pending }: { pending: TenantPending }) {
  const t = useTexts(applyTexts)
  useLanguage()
  const { tenant } = useTenant()
  const client = useQueryClient()
  const called = useCalled()
  const may = useMay('apply', 'change')
  const operator = useMe().role === 'operator'
  const [progress, setProgress] = useState<{ version: number; of: Progress }>({ version: 0, of: {} })
  const { version } = pending
  const busy = Object.values(progress.of).includes('busy')
  // What became of an apply says nothing of what was saved after it.
  const of = busy || progress.version === version ? progress.of : {}
  const apply = async () => {
    setProgress({ version, of: {} })
    const tell = (id: number, done: TenantApplied | 'busy') => setProgress((p) => ({ version, of: { ...p.of, [id]: done } }))
    for (const s of pending.servers) {
      tell(s.server_id, 'busy')
      let done: TenantApplied
      try {
        const list = await dataOf('POST /tenants/{tenant}/apply', { path: { tenant }, query: { server_id: s.server_id } })
        done = list?.[0] ?? { ...s, applied: true, files: 0, calls: -1, restart: false }
      } catch (e) {
        const { text, detail } = wordsOf(e)
        done = { server_id: s.server_id, server_name: s.server_name, applied: false, files: 0, calls: -1, restart: false, problem: detail || text }
      }
      tell(s.server_id, done)
    }
    void client.invalidateQueries()
  }
  if (pending.servers.length === 0) {
    return <Paper withBorder><Empty title={t('noServers')} text={t('noServersText')} /></Paper>
  }
  const files = pending.servers.reduce((n, s) => n + s.files, 0)
  const started = Object.keys(of).length > 0
  const waits = pending.waiting || files > 0
  const done = started && !busy && !waits
  return (
    <section aria-labelledby="waits">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="waits">{t(done ? 'allApplied' : waits || started ? 'waits' : 'nothing')}</Title>
        {may && (waits || busy) && <Button onClick={() => void apply()} loading={busy}>{t('apply')}</Button>}
      </Group>
      <Paper withBorder p="md">
        <Stack>
          {(waits || started) && (
            <Stack gap={6}>
              {pending.servers.map((s) => (
                <Group key={s.server_id} gap="sm" align="flex-start" wrap="wrap">
                  {(operator || pending.servers.length > 1) && <Text size="sm" fw={600}>{t('server')} {s.server_name || s.server_id}</Text>}
                  <Outcome of={of[s.server_id]} server={s} operator={operator} />
                </Group>
              ))}
            </Stack>
          )}
          {pending.waiting && (
            <Group align="flex-start" gap="xl" wrap="wrap">
              <Stack gap={4} style={{ flex: '2 1 320px' }}>
                <Title order={3} size="h6">{t('changes')}</Title>
                {pending.applied === 0 && <Text size="sm" c="dimmed">{t('unknownChanges')}</Text>}
                {pending.changes.length > 0 ? <Changes list={pending.changes} /> : pending.applied !== 0 && <Text size="sm">{t('onlyPasswords')}</Text>}
              </Stack>
              <Stack gap={4} style={{ flex: '1 1 240px' }}>
                <Title order={3} size="h6">{t('by')}</Title>
                <List size="sm" spacing={2}>
                  {pending.versions.slice(0, 20).map((v) => <List.Item key={v.version}>{versionWords(v, pending.versions, called)} <Text span size="sm" c="dimmed">· {authorOf(v.by, t('nobody'))} · {shortTime(v.at)}</Text></List.Item>)}
                </List>
              </Stack>
            </Group>
          )}
          {!waits && !started && <Text size="sm" c="dimmed">{t('nothingText')}</Text>}
          {waits && operator && files > 0 && <Text size="sm" c="dimmed">{t('others')}</Text>}
          {waits && !may && <Text size="sm">{t('asked')}</Text>}
          {may && !waits && !busy && <Group><Button size="compact-sm" variant="default" onClick={() => void apply()}>{t('again')}</Button></Group>}
        </Stack>
      </Paper>
    </section>
  )
}

function Outcome({ of, server, operator }: { of: TenantApplied | 'busy' | undefined; server: TenantPending['servers'][number]; operator: boolean }) {
  const t = useTexts(applyTexts)
  if (of === 'busy') {
    return <Group gap={6} role="status"><Loader size="xs" /><Text size="sm">{t('applying')}</Text></Group>
  }
  if (of?.applied) {
    return (
      <Group gap={6} role="status">
        <IconCheck size={16} aria-hidden />
        <Text size="sm">{of.files === 0 ? t('appliedNothing') : of.calls > 0 ? t('appliedOn', { calls: of.calls }) : t('appliedQuiet')} {of.restart && t('needsRestart')}</Text>
      </Group>
    )
  }
  if (of) {
    return <Alert color="red" variant="light" icon={<IconX size={16} />} title={t('failed')} role="alert" style={{ flex: 1 }}><Text size="sm" style={{ overflowWrap: 'anywhere' }}>{of.problem}</Text></Alert>
  }
  return (
    <Group gap={6}>
      {operator && <Badge tt="none" variant="light" color={server.files > 0 ? 'orange' : 'gray'}>{t('files')}: {server.files}</Badge>}
      <Text size="sm" c="dimmed">{t('lastApplied')}: {shortTime(server.applied_at) || t('never')}</Text>
      {server.restart.length > 0 && <Text size="sm">{t('restart')}: {server.restart.map(warningWords).join(', ')}</Text>}
      {server.problem && <Text size="sm" c="red" style={{ overflowWrap: 'anywhere' }}>{t('problem')}: {server.problem}</Text>}
    </Group>
  )
}
