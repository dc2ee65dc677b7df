import { Alert, Badge, Button, Divider, Group, Modal, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DeadLetters } from '~/pages/deadletters/DeadLetters'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { SecretOnce } from '~/parts/SecretOnce'
import { useMayAll, useTenant } from '~/shell/me'
import { Deliveries } from './Deliveries'
import { webhooksTexts } from './texts'
import { WebhookDrawer } from './WebhookDrawer'

export type Webhook = Data<'GET /webhooks'>[number]

/** Addresses that are told what happens. */
export default function WebhooksPage() {
  const t = useTexts(webhooksTexts)
  const { chosen } = useTenant()
  const mayAll = useMayAll('webhooks')
  const [open, setOpen] = useState<Webhook | 'new'>()
  return (
    <>
      <PageHeader title={t('title')} text={t('lead')}>
        {chosen && mayAll && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('add')}</Button>}
      </PageHeader>
      <NeedsTenant><Webhooks open={open} onOpen={setOpen} /></NeedsTenant>
    </>
  )
}

function Webhooks({ open, onOpen }: { open: Webhook | 'new' | undefined; onOpen: (w: Webhook | 'new' | undefined) => void }) {
  const t = useTexts(webhooksTexts)
  const { tenant, query } = useTenant()
  const mayAll = useMayAll('webhooks')
  const [seen, setSeen] = useState<string>()
  const [secret, setSecret] = useState<string>()
  const hooks = useQuery({ queryKey: ['webhooks', tenant], queryFn: ({ signal }) => dataOf('GET /webhooks', { query, signal }) })
  const outbox = useQuery({ queryKey: ['webhooks', tenant, 'outbox'], queryFn: ({ signal }) => dataOf('GET /outbox', { query, signal }), refetchInterval: 15_000 })
  const columns = useMemo<ColumnDef<Webhook>[]>(() => [
    { accessorKey: 'url', header: t('url'), cell: ({ row }) => <><Text size="sm" style={{ overflowWrap: 'anywhere' }}>{row.original.url}</Text>{row.original.description && <Text size="xs" c="dimmed">{row.original.description}</Text>}</> },
    { id: 'events', header: t('events'), enableSorting: false, meta: { wide: true }, cell: ({ row }) => (row.original.events ?? []).map((e) => t(`e_${e}`)).join(', ') },
    { id: 'state', header: t('state'), accessorFn: (w) => (w.enabled ? t('on') : t('off')), cell: ({ row }) => <Badge color={row.original.enabled ? 'teal' : 'gray'} variant="outline" tt="none" style={{ color: 'var(--mantine-color-text)' }}>{row.original.enabled ? t('on') : t('off')}</Badge> },
    { id: 'changed', header: t('changed'), accessorFn: (w) => dateTime(w.changed_at), meta: { wide: true } },
    { id: 'log', header: '', enableSorting: false, cell: ({ row }) => <Button size="compact-sm" variant="light" onClick={() => setSeen(row.original.id)} aria-label={t('openOf', { url: row.original.url })}>{t('deliveries')}</Button> },
  ], [t])
  if (hooks.isPending) {
    return <Loading />
  }
  const list = hooks.data ?? []
  const shown = list.find((w) => w.id === seen) ?? (list.length === 1 ? list[0] : undefined)
  const kind = outbox.data?.kinds.find((k) => k.kind === 'webhook')
  return (
    <>
      <ErrorNote error={hooks.error} again={() => void hooks.refetch()} />
      {kind?.paused && <Alert color="orange" mb="sm">{t('paused')}</Alert>}
      {kind && kind.waiting > 0 && <Text size="sm" mb="xs">{t('waiting', { n: kind.waiting })}</Text>}
      <DataTable label={t('title')} rows={list} columns={columns} rowId={(w) => w.id} onOpen={onOpen} empty={<Empty title={t('emptyTitle')} text={t('emptyText')} {...(mayAll ? { action: t('add'), onAction: () => onOpen('new') } : {})} />} />
      {shown && <Deliveries key={shown.id} hook={shown} mayChange={mayAll} />}
      {list.length > 0 && <><Divider my="lg" /><DeadLetters kind="webhook" mayChange={mayAll} nameOf={(to) => list.find((w) => w.id === to)?.url ?? to} /></>}
      {open && <WebhookDrawer key={open === 'new' ? 'new' : `edit ${open.id}`} hook={open === 'new' ? undefined : open} onClose={() => onOpen(undefined)} onSecret={setSecret} />}
      <Modal opened={secret !== undefined} onClose={() => setSecret(undefined)} title={t('secret')} centered closeOnClickOutside={false} closeOnEscape={false} closeButtonProps={{ 'aria-label': t('close') }}>
        <Text size="sm">{t('secretText')}</Text>
        {secret && <SecretOnce label={t('secret')} value={secret} />}
        <Group justify="flex-end"><Button onClick={() => setSecret(undefined)}>{t('doneButton')}</Button></Group>
      </Modal>
    </>
  )
}
