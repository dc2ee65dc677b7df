import { Alert, Anchor, Badge, Button, Code, Group, Modal, Select, Stack, Table, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useTenant } from '~/shell/me'
import { webhooksTexts } from './texts'
import type { Webhook } from './WebhooksPage'

type Delivery = Data<'GET /webhooks/{id}/deliveries'>[number]
type State = Delivery['state']

const colours = { sent: 'teal', retrying: 'orange', failed: 'red' } as const

/** What was sent to a webhook and how it was answered; a test, and sending again. */
export function Deliveries({ hook, mayChange }: { hook: Webhook; mayChange: boolean }) {
  const t = useTexts(webhooksTexts)
  const { tenant, query } = useTenant()
  const queries = useQueryClient()
  const [state, setState] = useState<State | ''>('')
  const [shown, setShown] = useState<Delivery>()
  const key = ['webhooks', tenant, hook.id, 'deliveries']
  const list = useInfiniteQuery({
    queryKey: [...key, state],
    queryFn: ({ signal, pageParam }) => call('GET /webhooks/{id}/deliveries', { path: { id: hook.id }, query: { ...query, limit: 25, ...(state ? { state } : {}), ...(pageParam ? { after: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => (last.has_more ? last.next : undefined),
    refetchInterval: 15_000,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: key })
  const test = useMutation({ mutationFn: () => dataOf('POST /webhooks/{id}/test', { path: { id: hook.id }, query }), onSettled: () => refresh() })
  const replay = useMutation({
    mutationFn: (d: Delivery) => dataOf('POST /webhooks/{id}/deliveries/{delivery}/replay', { path: { id: hook.id, delivery: d.id }, query }),
    onSuccess: () => tellDone(t('replayed')),
    onSettled: () => refresh(),
  })
  const rows = list.data?.pages.flatMap((p) => p.data) ?? []
  const what = (type: string) => (`e_${type}` in webhooksTexts.ko ? t(`e_${type}` as 'e_webhook.test') : type)
  const d = test.data
  const took = d?.state === 'sent'
  return (
    <Stack gap="xs" mt="lg" component="section" aria-label={t('openOf', { url: hook.url })}>
      <Group justify="space-between">
        <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>{t('deliveries')}: {hook.url}</Title>
        <Group gap="xs">
          <Select aria-label={t('result')} data={[{ value: '', label: t('all') }, ...(['sent', 'retrying', 'failed'] as const).map((s) => ({ value: s, label: t(`s_${s}`) }))]} value={state} onChange={(v) => setState((v ?? '') as State | '')} allowDeselect={false} w={150} size="xs" />
          {mayChange && <Button size="compact-md" loading={test.isPending} onClick={() => test.mutate()}>{t('test')}</Button>}
        </Group>
      </Group>
      <ErrorNote error={test.error ?? replay.error ?? list.error} />
      {d && (
        <Alert role="status" color={took ? 'teal' : 'red'} variant="light" title={took ? t('testOk', { status: d.status, ms: d.took_ms }) : t('testBad')}>
          {!took && <>{d.status > 0 ? `${t('testStatus', { status: d.status, ms: d.took_ms })} ${t('remedyStatus')}` : `${t('testNone')} ${t('remedyNone')}`}{d.error && <Text size="sm" lang="en">{d.error}</Text>}</>}
        </Alert>
      )}
      {list.isSuccess && rows.length === 0 ? <Text size="sm" c="dimmed">{t('deliveriesNone')}</Text> : (
        <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('deliveries') } }}>
          <Table verticalSpacing={4}>
            <Table.Thead><Table.Tr><Table.Th>{t('when')}</Table.Th><Table.Th>{t('what')}</Table.Th><Table.Th>{t('result')}</Table.Th><Table.Th>{t('tries')}</Table.Th><Table.Th aria-label={t('replay')} /></Table.Tr></Table.Thead>
            <Table.Tbody>
              {rows.map((r) => (
                <Table.Tr key={r.id}>
                  <Table.Td>{dateTime(r.tried_at)}</Table.Td>
                  <Table.Td><Anchor component="button" type="button" size="sm" onClick={() => setShown(r)}>{what(r.type)}</Anchor></Table.Td>
                  <Table.Td>
                    <Badge color={colours[r.state]} variant="outline" tt="none" style={{ color: 'var(--mantine-color-text)' }}>{t(`s_${r.state}`)}</Badge>
                    {' '}<Text span size="sm">{r.status > 0 ? `HTTP ${r.status} · ${t('took', { ms: r.took_ms })}` : ''}</Text>
                    {r.error && <Text size="xs" lang="en">{r.error}</Text>}
                  </Table.Td>
                  <Table.Td>{r.tries}</Table.Td>
                  <Table.Td>{mayChange && <Button size="compact-xs" variant="default" loading={replay.isPending && replay.variables.id === r.id} onClick={() => replay.mutate(r)} aria-label={t('replayOf', { what: what(r.type) })}>{t('replay')}</Button>}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {list.hasNextPage && <Group><Button variant="default" size="compact-md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('more')}</Button></Group>}
      <Modal opened={shown !== undefined} onClose={() => setShown(undefined)} title={t('body')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
        <Code block tabIndex={0} mah={420} style={{ overflow: 'auto' }}>{JSON.stringify(shown?.body, null, 2)}</Code>
      </Modal>
    </Stack>
  )
}
