import { Badge, Button, SegmentedControl, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import type { CompanyTrunk, TrunkRegistration } from '~/api/schema'
import { shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useMe, useTenant } from '~/shell/me'
import { useAll } from '../phones/lists'
import { PendingBadge } from '../phones/pending'
import { trunksTexts } from './texts'
import { TrunkDrawer } from './TrunkDrawer'

export default function TrunksPage() {
  return <NeedsTenant><Body /></NeedsTenant>
}

/** The logins at carriers, by the trunk's name in the dialplan. */
function useLogins(on: boolean): Map<string, TrunkRegistration[]> | undefined {
  const { tenant, query } = useTenant()
  const me = useMe()
  // Those of shared trunks are an operator's, who then names no company.
  const scope = me.role === 'operator' ? {} : query
  const q = useQuery({ queryKey: ['trunks', tenant, 'logins'], enabled: on, refetchInterval: 10_000, queryFn: ({ signal }) => dataOf('GET /trunk-registrations', { query: scope, signal }), retry: false })
  return useMemo(() => {
    if (!q.data) {
      return undefined
    }
    const by = new Map<string, TrunkRegistration[]>()
    for (const r of q.data) {
      by.set(r.trunk, [...(by.get(r.trunk) ?? []), r])
    }
    return by
  }, [q.data])
}

function Body() {
  const t = useTexts(trunksTexts)
  const me = useMe()
  const may = useMay('trunks', 'change')
  const mayMake = useMay('trunks', 'change', 'host')
  const [whose, setWhose] = useState<'own' | 'shared'>('own')
  const tenant = whose === 'shared' ? 'shared' : undefined
  const all = useAll('trunks', true, tenant)
  const logins = useLogins(true)
  const [open, setOpen] = useState<string>()
  const columns = useMemo((): ColumnDef<CompanyTrunk, unknown>[] => [
    { id: 'name', header: t('name'), accessorFn: (x) => x.name || `trk-${x.id}`, cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text> },
    { id: 'state', header: t('state'), enableSorting: false, accessorFn: (x) => x.id, cell: ({ row }) => <State trunk={row.original} logins={logins} /> },
    { id: 'host', header: t('host'), accessorFn: (x) => x.host + (x.port ? `:${x.port}` : '') },
    { id: 'how', header: t('how'), accessorFn: (x) => (x.preset && x.preset in trunksTexts.ko ? t(x.preset as 'ip') : x.register ? t('register') : t('ip')), meta: { wide: true } },
    { id: 'channels', header: t('channels'), accessorFn: (x) => x.channels || t('unlimited'), meta: { wide: true } },
  ], [t, logins])
  return (
    <>
      <PageHeader title={t('title')} text={t('text')}>
        <PendingBadge />
        {mayMake && <Button onClick={() => setOpen('')}>{t('add')}</Button>}
      </PageHeader>
      {me.role === 'operator' && <SegmentedControl mb="sm" aria-label={t('whose')} data={[{ value: 'own', label: t('own') }, { value: 'shared', label: t('shared') }]} value={whose} onChange={(v) => setWhose(v as 'own')} />}
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('title')} rows={all.data} columns={columns} rowId={(x) => String(x.id)} onOpen={(x) => setOpen(String(x.id))}
          empty={<Empty title={t(tenant ? 'emptyShared' : 'empty')} text={t(tenant ? 'emptySharedText' : 'emptyText')} action={mayMake ? t('add') : undefined} onAction={() => setOpen('')} />}
        />
      )}
      <TrunkDrawer key={whose} id={open} tenant={tenant} mayChange={may} onClose={() => setOpen(undefined)} title={open ? all.data?.find((x) => String(x.id) === open)?.name || `trk-${open}` : t('add')} />
    </>
  )
}

const colors = { registered: 'teal', rejected: 'red', unregistered: 'orange', stopped: 'gray' } as const

function State({ trunk, logins }: { trunk: CompanyTrunk; logins: Map<string, TrunkRegistration[]> | undefined }) {
  const t = useTexts(trunksTexts)
  if (!trunk.register) {
    return <Text span size="sm" c="dimmed">{t('byAddress')}</Text>
  }
  const list = logins?.get(`trk-${trunk.id}`)
  if (!list?.length) {
    return <Badge tt="none" variant="outline" color="gray">{t(logins ? 'notApplied' : 'unknown')}</Badge>
  }
  return list.map((r) => (
    <Badge key={r.server_id} variant="light" color={colors[r.state]} mr={4} title={r.next ? t('next', { at: shortTime(r.next) }) : undefined} tt="none">{t(r.state)}</Badge>
  ))
}
