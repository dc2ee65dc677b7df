import { Badge, Button, Group, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import { count } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { useMay } from '~/shell/me'
import { chooseTenant, useTenantChoice } from '~/shell/tenant'
import { shellTexts } from '~/shell/texts'
import type { Company } from './form'
import { MakeTenant } from './MakeTenant'
import { TenantDrawer } from './TenantDrawer'
import { tenantsTexts } from './texts'

/** The companies of this gateway, for operators. */
export default function TenantsPage() {
  const t = useTexts(tenantsTexts)
  const shell = useTexts(shellTexts)
  const may = useMay('tenants', 'change')
  const chosen = useTenantChoice()
  const [making, setMaking] = useState(false)
  const [open, setOpen] = useState<string>()
  const list = useQuery({ queryKey: ['tenants'], queryFn: ({ signal }) => dataOf('GET /tenants', { query: { limit: 1000 }, signal }) })
  const servers = useQuery({ queryKey: ['servers'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }) })
  const columns = useMemo<ColumnDef<Company>[]>(() => {
    const names = new Map(servers.data?.map((s) => [s.id, s.name]))
    return [
      { accessorKey: 'name', header: t('name'), cell: ({ row: { original: c } }) => <Group gap={6}><Text size="sm" fw={600}>{c.name}</Text>{c.main && <Badge size="xs" variant="light">{t('main')}</Badge>}</Group> },
      { accessorKey: 'number', header: t('tenant'), cell: ({ row }) => row.original.tenant },
      { id: 'servers', header: t('servers'), accessorFn: (c) => c.servers.map((s) => names.get(s) ?? s).join(', '), meta: { wide: true } },
      { accessorKey: 'extensions', header: t('extensions'), meta: { align: 'right' }, cell: ({ getValue }) => count(getValue() as number) },
      { accessorKey: 'trunks', header: t('trunks'), meta: { align: 'right', wide: true } },
      { accessorKey: 'dids', header: t('dids'), meta: { align: 'right', wide: true } },
      { id: 'lines', header: t('lines'), accessorFn: (c) => c.lines ?? Infinity, meta: { align: 'right', wide: true }, cell: ({ row }) => (row.original.lines ? count(row.original.lines) : t('unlimited')) },
      { id: 'history', header: t('history'), accessorFn: (c) => c.history_days ?? Infinity, meta: { wide: true }, cell: ({ row }) => (row.original.history_days ? t('days', { n: row.original.history_days }) : t('forGood')) },
      { id: 'open', header: '', enableSorting: false, meta: { align: 'right' }, cell: ({ row: { original: c } }) => (c.tenant === chosen ? null : <Button size="compact-xs" variant="light" onClick={() => { chooseTenant(c.tenant); tellDone(t('chosen', { name: c.name })) }}>{t('open')}</Button>) },
    ]
  }, [t, servers.data, chosen])
  return (
    <>
      <PageHeader title={shell('tenants')} text={t('text')}>
        {may && <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>{t('make')}</Button>}
      </PageHeader>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && (
        <DataTable
          label={shell('tenants')} rows={list.data} columns={columns} rowId={(c) => c.tenant} onOpen={(c) => setOpen(c.tenant)} searchText={(c) => `${c.name} ${c.tenant}`}
          empty={<Empty title={t('none')} text={t('noneText')} {...(may ? { action: t('make'), onAction: () => setMaking(true) } : {})} />}
        />
      )}
      {making && <MakeTenant onClose={() => setMaking(false)} />}
      {open && <TenantDrawer key={open} tenant={open} onClose={() => setOpen(undefined)} />}
    </>
  )
}
