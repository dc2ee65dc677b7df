import { Badge, Button, Group, List, Modal, Table, Text, Title, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { TenantPending, Version } from '~/api/schema'
import { dateTime } from '~/lang/format'
import { detailWords } from '~/lang/details'
import { useLanguage, useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { useMayUndo } from '../phones/pending'
import { useCalled } from './called'
import { Changes } from './Changes'
import { applyTexts } from './texts'
import { authorOf, versionWords } from './words'

const few = 10

/** The versions of the description, and the way back to one. */
export function Versions({ pending }: { pending: TenantPending }) {
  const t = useTexts(applyTexts)
  const parts = useTexts(partsTexts)
  useLanguage()
  const { tenant } = useTenant()
  const may = useMayUndo()
  const [all, setAll] = useState(false)
  const called = useCalled()
  const [back, setBack] = useState<{ to: number; undone: Version[] }>()
  const versions = useQuery({ queryKey: ['apply', tenant, 'versions', all], queryFn: ({ signal }) => dataOf('GET /tenants/{tenant}/versions', { path: { tenant }, query: { limit: all ? 1000 : few + 1 }, signal }) })
  const list = versions.data ?? []
  return (
    <section aria-labelledby="versions">
      <Title order={2} size="h4" id="versions">{t('versions')}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t('versionsText')}</Text>
      <ErrorNote error={versions.error} />
      <Table.ScrollContainer minWidth={480}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{t('at')}</Table.Th><Table.Th>{t('who')}</Table.Th><Table.Th>{t('what')}</Table.Th><Table.Th><VisuallyHidden>{t('back')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {list.slice(0, all ? undefined : few).map((v, i) => (
              <Table.Tr key={v.version}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{dateTime(v.at)}</Table.Td>
                <Table.Td>{authorOf(v.by, t('nobody'))}</Table.Td>
                <Table.Td>
                  <Group gap={6}>
                    <Text size="sm">{versionWords(v, list, called)}</Text>
                    {pending.waiting && v.version > pending.applied && <Badge tt="none" size="sm" variant="light" color="orange">{t('waitingMark')}</Badge>}
                  </Group>
                </Table.Td>
                <Table.Td ta="right">{may && list[i + 1] && <Button size="compact-xs" variant={i === 0 ? 'light' : 'subtle'} onClick={() => setBack({ to: list[i + 1]!.version, undone: list.slice(0, i + 1) })}>{t(i === 0 ? 'back' : 'backTo')}</Button>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {!all && list.length > few && <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>{parts('more')}</Button>}
      {back !== undefined && <Back version={back.to} undone={back.undone} onClose={() => setBack(undefined)} />}
    </section>
  )
}

/**
 * Shows what taking changes back to a version changes, and does it; with apply the
 * servers get it too. `undone` are those versions, the newest first.
 */
export function Back({ version, undone, apply, onClose }: { version: number; undone: Version[]; apply?: boolean; onClose: () => void }) {
  const t = useTexts(applyTexts)
  const parts = useTexts(partsTexts)
  const called = useCalled()
  const { tenant } = useTenant()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const tried = useQuery({ queryKey: ['apply', tenant, 'back', version], gcTime: 0, queryFn: () => dataOf('POST /tenants/{tenant}/undo', { path: { tenant }, query: { dry_run: true }, body: { version } }) })
  const act = async () => {
    setBusy(true)
    try {
      await dataOf('POST /tenants/{tenant}/undo', { path: { tenant }, body: { version } })
      const done = apply ? await dataOf('POST /tenants/{tenant}/apply', { path: { tenant } }) : []
      void client.invalidateQueries()
      const failed = done?.find((s) => !s.applied)
      if (failed) {
        // What was taken back stays so: it waits among what is to be applied.
        throw new Error(`${failed.server_name}: ${detailWords(failed.problem ?? t('failed'))}`)
      }
      tellDone(t(apply ? 'backApplied' : 'saved'))
      onClose()
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <Modal opened onClose={onClose} title={apply || undone.length === 0 ? t('backApply') : t('backTitle', { what: versionWords(undone.at(-1)!, undone, called) })} centered size="lg" closeButtonProps={{ 'aria-label': parts('close') }}>
      {undone.length > 1 && <><Text size="sm">{t('backMore', { n: undone.length - 1 })}</Text><List size="sm" withPadding mb="sm">{undone.slice(0, -1).map((v) => <List.Item key={v.version}>{versionWords(v, undone, called)}</List.Item>)}</List></>}
      {tried.data ? (tried.data.differences.length > 0 ? <><Text size="sm" mb="sm">{t(apply ? 'backApplyText' : 'backText')}</Text><Changes list={tried.data.differences} /></> : <Text size="sm">{t('backSame')}</Text>) : !tried.error && <Loading />}
      <ErrorNote error={error ?? tried.error} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>{parts('cancel')}</Button>
        <Button loading={busy} disabled={!tried.data || tried.data.differences.length === 0} onClick={() => void act()}>{t(apply ? 'backApply' : undone.length > 1 ? 'backTo' : 'back')}</Button>
      </Group>
    </Modal>
  )
}
