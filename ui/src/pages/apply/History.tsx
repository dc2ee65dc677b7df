import { Accordion, Badge, Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { ApplyRecord, TenantPending } from '~/api/schema'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useTenant } from '~/shell/me'
import { useCalled } from './called'
import { applyTexts } from './texts'
import { authorOf, someOf, versionWords } from './words'

/** The last applies of servers, for operators, with an undo of the newest; folded, as settings are taken back elsewhere. */
export function History({ servers }: { servers: TenantPending['servers'] }) {
  const t = useTexts(applyTexts)
  const [open, setOpen] = useState<string | null>(null)
  return (
    <Accordion variant="contained" value={open} onChange={setOpen} order={2}>
      <Accordion.Item value="history">
        <Accordion.Control>{t('history')}</Accordion.Control>
        <Accordion.Panel>
          <Text size="sm" c="dimmed" mb="xs">{t('historyText')}</Text>
          {open && <Stack>{servers.map((s) => <Server key={s.server_id} id={s.server_id} name={s.server_name || String(s.server_id)} />)}</Stack>}
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}

function Server({ id, name }: { id: number; name: string }) {
  const t = useTexts(applyTexts)
  const may = useMay('apply', 'change')
  const client = useQueryClient()
  const [ask, dialog] = useConfirm()
  const records = useQuery({ queryKey: ['apply', 'records', id], queryFn: ({ signal }) => dataOf('GET /servers/{server_id}/applies', { path: { server_id: id }, signal }), retry: false })
  const called = useCalled()
  const { tenant } = useTenant()
  const versions = useQuery({ queryKey: ['apply', tenant, 'versions', true], queryFn: ({ signal }) => dataOf('GET /tenants/{tenant}/versions', { path: { tenant }, query: { limit: 1000 }, signal }) })
  // What was saved since the apply before is what an apply brought.
  const saved = (i: number) => {
    const list = records.data ?? []
    const before = list.slice(i + 1).find((r) => r.outcome === 'applied' && !r.undoes)
    const all = versions.data ?? []
    return before ? all.filter((v) => v.at > before.at && v.at <= list[i]!.at).map((v) => versionWords(v, all, called)) : []
  }
  const last = records.data?.find((r) => r.outcome === 'applied' && !r.undone && !r.undoes)
  const undo = () => ask({
    title: t('undoApply'), text: t('undoApplyText'), yes: t('undoApply'), danger: true,
    act: async () => {
      await dataOf('POST /servers/{server_id}/apply/undo', { path: { server_id: id } })
      void client.invalidateQueries()
      tellDone(t('undone'))
    },
  })
  return (
    <div>
      <Title order={3} size="h6">{name}</Title>
      <ErrorNote error={records.error} />
      {records.data?.length === 0 && <Text size="sm" c="dimmed">{t('noHistory')}</Text>}
      {records.data && records.data.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('at')}</Table.Th><Table.Th>{t('who')}</Table.Th><Table.Th>{t('outcome')}</Table.Th><Table.Th>{t('what')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {records.data.map((r, i) => (
                <Table.Tr key={r.record}>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{dateTime(r.at)}</Table.Td>
                  <Table.Td>{authorOf(r.by, t('nobody'))}</Table.Td>
                  <Table.Td><Group gap={6}><Outcome of={r} />{may && r === last && <Button size="compact-xs" variant="light" onClick={undo}>{t('undoApply')}</Button>}</Group></Table.Td>
                  <Table.Td>
                    <Text size="sm">{someOf(saved(i), 3) || t('noSaved')}</Text>
                    {r.reason && <Text size="sm" lang="en">{r.reason}</Text>}
                    {r.summary.length > 0 && <details><Text component="summary" size="xs" c="dimmed" style={{ cursor: 'pointer' }}>{t('summaryFiles')}</Text><Text size="xs" lang="en" style={{ overflowWrap: 'anywhere' }}>{r.summary.join('; ')}</Text></details>}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {dialog}
    </div>
  )
}

function Outcome({ of }: { of: ApplyRecord }) {
  const t = useTexts(applyTexts)
  const [text, color] = of.outcome !== 'applied' ? [t('rolledBack'), 'red'] : of.undone ? [t('undone'), 'gray'] : of.undoes ? [t('undoes'), 'blue'] : [t('ok'), 'teal']
  return <Badge tt="none" variant="light" color={color}>{text}</Badge>
}
