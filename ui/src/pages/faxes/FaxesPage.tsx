import { Button, Group, Select, Stack, Tabs, Text, TextInput, Tooltip, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconPlayerStop, IconRefresh, IconSearch, IconSend } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { call as ask, dataOf } from '~/api/client'
import type { Fax } from '~/api/schema'
import { dateTime, phone, shortTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { useNames } from '~/live/phones'
import { useLiveEvent } from '~/live/use'
import { useConfirm } from '~/parts/confirm'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useMe, useTenant } from '~/shell/me'
import { FaxStatus } from './FaxStatus'
import { SendDrawer } from './SendDrawer'
import { faxTexts } from './texts'
import { Viewer } from './Viewer'

/** Faxes that came in and that were sent. Which list, and which fax is open, stands in the address. */
export default function FaxesPage() {
  return <NeedsTenant><Faxes /></NeedsTenant>
}

const statuses = { in: ['received', 'failed'], out: ['sending', 'sent', 'failed'] } as const

function Faxes() {
  const t = useTexts(faxTexts)
  const lng = useLanguage()
  const me = useMe()
  const tenant = useTenant()
  const names = useNames()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const dir = search.dir === 'out' ? 'out' : 'in'
  const openId = typeof search.fax === 'string' || typeof search.fax === 'number' ? String(search.fax) : ''
  const go = (next: Record<string, string>) => void navigate({ to: '/faxes', search: next } as never)
  const show = (id: string) => go({ ...(dir === 'out' ? { dir } : {}), ...(id ? { fax: id } : {}) })
  const maySend = useMay('faxes', 'change') && me.role !== 'operator' // a fax is a call of an extension
  const mayCancel = useMay('faxes', 'change')
  const mayNumbers = useMay('numbers', 'change')
  const [sending, setSending] = useState(false)
  const [typed, setTyped] = useState('')
  const [number] = useDebouncedValue(typed.replace(/[^\d+]/g, ''), 400)
  const [status, setStatus] = useState('')
  const [confirm, dialog] = useConfirm()
  const mine = useRef(new Set<string>())
  const key = ['faxes', tenant.tenant]
  const faxes = useInfiniteQuery({
    queryKey: [...key, dir, status, number],
    queryFn: ({ pageParam, signal }) => ask('GET /faxes', { query: { ...tenant.query, direction: dir, status: (status || undefined) as Fax['status'] | undefined, number: number || undefined, limit: 100, after: pageParam || undefined }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => (last.has_more ? last.next : undefined),
    refetchInterval: 60_000,
  })
  const rows = useMemo(() => faxes.data?.pages.flatMap((p) => p.data) ?? [], [faxes.data])
  const listed = rows.find((f) => f.id === openId)
  const one = useQuery({ queryKey: [...key, 'one', openId], queryFn: ({ signal }) => dataOf('GET /faxes/{id}', { path: { id: openId }, query: tenant.query, signal }), enabled: openId !== '' && !listed && !faxes.isPending })
  const open = openId ? (listed ?? one.data) : undefined
  const again = () => queries.invalidateQueries({ queryKey: key })
  useLiveEvent('fax', (e) => {
    void again()
    if (mine.current.has(e.fax.id) && e.event !== 'fax.sending') {
      mine.current.delete(e.fax.id)
      if (e.event === 'fax.sent') {
        tellDone(t('wasSent', { number: phone(e.fax.other) }))
      } else {
        notifications.show({ color: 'red', title: t('notSent', { number: phone(e.fax.other) }), message: e.fax.message?.[lng] ?? '', autoClose: 12_000 })
      }
    }
  })
  const taken = (f: Fax) => {
    mine.current.add(f.id)
    tellDone(t('taken', { number: phone(f.other) }))
    setStatus('')
    setTyped('')
    void again()
    go({ dir: 'out' })
  }
  const resend = (f: Fax) => confirm({
    title: t('resend'), text: t('resendText', { number: phone(f.other) }), yes: t('resend'), act: async () => {
      taken(await dataOf('POST /faxes/{id}/resend', { path: { id: f.id }, query: tenant.query }))
    },
  })
  const cancel = (f: Fax) => confirm({
    title: t('cancel'), text: t('cancelText', { number: phone(f.other) }), yes: t('cancel'), danger: true, act: async () => {
      await dataOf('POST /faxes/{id}/cancel', { path: { id: f.id }, query: tenant.query })
      tellDone(t('cancelled'))
      await again()
    },
  })
  const buttons = (f: Fax) => (
    <>
      {maySend && f.direction === 'out' && (f.status === 'failed' || f.status === 'sent') && f.pages > 0 && <Button size="compact-sm" variant="light" leftSection={<IconRefresh size={14} />} onClick={() => resend(f)}>{t('resend')}</Button>}
      {mayCancel && f.status === 'sending' && <Button size="compact-sm" variant="light" color="red" leftSection={<IconPlayerStop size={14} />} onClick={() => cancel(f)}>{t('cancel')}</Button>}
    </>
  )
  const columns: ColumnDef<Fax>[] = [
    { id: 'time', header: t('time'), enableSorting: false, meta: { width: 120 }, cell: ({ row: { original: f } }) => <Tooltip label={dateTime(f.begun_at)}><Text span size="sm" className="number">{shortTime(f.begun_at)}</Text></Tooltip> },
    { id: 'other', header: dir === 'in' ? t('from') : t('to'), enableSorting: false, cell: ({ row: { original: f } }) => <Text span size="sm" fw={500} className="number">{phone(f.other) || t('anonymous')}</Text> },
    { id: 'own', header: dir === 'in' ? t('own') : t('sender'), enableSorting: false, meta: { wide: true }, cell: ({ row: { original: f } }) => <Text span size="sm">{dir === 'in' ? phone(f.own) : `${f.extension ?? ''} ${names.get(f.extension ?? '') ?? ''}`}</Text> },
    { id: 'pages', header: t('pages'), enableSorting: false, meta: { align: 'right', wide: true, width: 60 }, cell: ({ row: { original: f } }) => f.pages },
    { id: 'status', header: t('status'), enableSorting: false, cell: ({ row: { original: f } }) => <FaxStatus fax={f} /> },
    { id: 'tools', header: () => <VisuallyHidden>{t('actions')}</VisuallyHidden>, enableSorting: false, meta: { align: 'right', wide: true, width: 170 }, cell: ({ row: { original: f } }) => <Group gap={4} justify="flex-end" wrap="nowrap">{buttons(f)}</Group> },
  ]
  const narrowed = number !== '' || status !== ''
  return (
    <>
      <PageHeader title={t('title')} text={me.role === 'operator' ? `${t('intro')} ${t('operators')}` : t('intro')}>
        {maySend && <Button leftSection={<IconSend size={16} />} onClick={() => setSending(true)}>{t('send')}</Button>}
      </PageHeader>
      <Tabs value={dir} onChange={(v) => { setStatus(''); go(v === 'out' ? { dir: 'out' } : {}) }} mb="sm" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="in">{t('in')}</Tabs.Tab>
          <Tabs.Tab value="out">{t('out')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={dir} pt="sm">
          <Group gap="xs" mb="sm" align="flex-end">
            <TextInput type="search" aria-label={t('number')} placeholder={t('number')} title={t('numberHelp')} leftSection={<IconSearch size={16} />} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} w={{ base: '100%', xs: 220 }} />
            <Select aria-label={t('status')} data={[{ value: '', label: t('anyStatus') }, ...statuses[dir].map((s) => ({ value: s as string, label: t(s) }))]} value={status} onChange={(v) => setStatus(v ?? '')} allowDeselect={false} w={160} />
          </Group>
          <ErrorNote error={faxes.error} again={() => void faxes.refetch()} />
          {faxes.isPending ? <Loading /> : (
            <DataTable
              label={t(dir)} rows={rows} columns={columns} rowId={(f) => f.id} onOpen={(f) => show(f.id)}
              empty={faxes.isError ? <span /> : narrowed ? <Empty title={t('none')} text={t('noneText')} />
                : dir === 'in' ? <Empty title={t('emptyIn')} text={t('emptyInText')} action={mayNumbers ? t('toNumbers') : undefined} to="/numbers" />
                  : <Empty title={t('emptyOut')} text={t('emptyOutText')} action={maySend ? t('send') : undefined} onAction={() => setSending(true)} />}
              foot={faxes.hasNextPage && <Stack align="center" my="sm"><Button variant="default" loading={faxes.isFetchingNextPage} onClick={() => void faxes.fetchNextPage()}>{t('more')}</Button></Stack>}
            />
          )}
        </Tabs.Panel>
      </Tabs>
      {openId && one.isError && !listed && <ErrorNote error={one.error} />}
      {open && <Viewer key={open.id} fax={open} onClose={() => show('')}>{buttons(open)}</Viewer>}
      {sending && <SendDrawer onClose={() => setSending(false)} onSent={taken} />}
      {dialog}
    </>
  )
}
