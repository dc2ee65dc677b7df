import { Badge, Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useTenant } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { RoleDrawer } from './RoleDrawer'
import { rolesTexts } from './texts'
import { useRoleWords } from './words'

export type Role = Data<'GET /roles'>[number]

/** What users of a company may be. */
export default function RolesPage() {
  return <NeedsTenant><Roles /></NeedsTenant>
}

function Roles() {
  const t = useTexts(rolesTexts)
  const shell = useTexts(shellTexts)
  const lang = useLanguage()
  const tenant = useTenant()
  const may = useMay('users', 'change')
  const [open, setOpen] = useState<{ role?: Role }>()
  const list = useQuery({ queryKey: ['roles', tenant.tenant], queryFn: ({ signal }) => dataOf('GET /roles', { query: tenant.query, signal }) })
  const about = useRoleWords()
  const columns = useMemo<ColumnDef<Role>[]>(() => [
    { id: 'name', header: t('name'), accessorFn: (r) => (lang === 'ko' ? r.name : r.name_en || r.name), cell: ({ row, getValue }) => <><Text size="sm" fw={600}>{getValue() as string}</Text><Text size="xs" c="dimmed" hiddenFrom="sm">{about(row.original)}</Text></> },
    { id: 'kind', header: t('kind'), accessorFn: (r) => (r.built_in ? t('builtIn') : t('own')), cell: ({ row, getValue }) => <Badge variant="light" color={row.original.built_in ? 'gray' : 'blue'}>{getValue() as string}</Badge> },
    { id: 'may', header: t('may'), enableSorting: false, meta: { wide: true }, cell: ({ row: { original: r } }) => <Text size="sm" style={{ whiteSpace: 'normal' }}>{about(r)}</Text> },
  ], [t, lang, about])
  return (
    <>
      <PageHeader title={shell('roles')} text={t('text')}>
        {may && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({})}>{t('make')}</Button>}
      </PageHeader>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && <DataTable label={shell('roles')} rows={list.data} columns={columns} rowId={(r) => r.id} onOpen={(role) => setOpen({ role })} />}
      {open && list.data && <RoleDrawer key={open.role?.id ?? ''} role={open.role} roles={list.data} onClose={() => setOpen(undefined)} onCopy={(r) => setOpen({ role: { ...r, id: '', built_in: false, name: t('copyOf', { name: lang === 'ko' ? r.name : r.name_en || r.name }) } })} />}
    </>
  )
}
