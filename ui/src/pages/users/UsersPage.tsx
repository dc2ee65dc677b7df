import { Badge, Button, Group, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime, shortTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { useMayAll, useMe } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { OneTime } from './OneTime'
import { usersTexts } from './texts'
import { UserDrawer } from './UserDrawer'

export type User = Data<'GET /users'>[number]
export type Given = Data<'POST /users'>

/** Who may sign in. Operators see those of all companies. */
export default function UsersPage() {
  const t = useTexts(usersTexts)
  const shell = useTexts(shellTexts)
  const lang = useLanguage()
  const me = useMe()
  const operator = me.role === 'operator'
  const mayAll = useMayAll('users')
  const [open, setOpen] = useState<string>()
  const [given, setGiven] = useState<{ user: Given; made: boolean }>()
  const list = useQuery({ queryKey: ['users'], queryFn: ({ signal }) => dataOf('GET /users', { query: { limit: 1000 }, signal }) })
  const companies = useQuery({ queryKey: ['tenants', 'choice'], queryFn: ({ signal }) => dataOf('GET /tenants', { signal }), enabled: operator })
  const columns = useMemo<ColumnDef<User>[]>(() => {
    const names = new Map(companies.data?.map((c) => [c.tenant, c.name]))
    return [
      {
        accessorKey: 'username', header: t('username'), cell: ({ row: { original: u } }) => (
          <>
            <Group gap={6}><Text size="sm" fw={600}>{u.username}</Text>{u.id === me.id && <Badge size="xs" variant="light">{t('you')}</Badge>}</Group>
            {u.name && <Text size="xs" c="dimmed">{u.name}</Text>}
          </>
        ),
      },
      { id: 'role', header: t('role'), accessorFn: (u) => (lang === 'ko' ? u.role_name : u.role_name_en) || u.role },
      ...(operator ? [{ id: 'company', header: t('company'), meta: { wide: true }, accessorFn: (u) => (u.tenant ? names.get(u.tenant) ?? u.tenant : t('everyCompany')) } satisfies ColumnDef<User>] : []),
      { accessorKey: 'extension', header: t('extension'), meta: { wide: true } },
      { id: 'state', header: t('state'), accessorFn: (u) => (!u.enabled ? t('disabled') : u.must_change_password ? t('waiting') : t('active')), cell: ({ row: { original: u }, getValue }) => <Badge variant="light" color={!u.enabled ? 'red' : u.must_change_password ? 'yellow' : 'teal'}>{getValue() as string}</Badge> },
      { id: 'factor', header: t('factor'), meta: { wide: true }, accessorFn: (u) => [u.second_factor && t('factorOn'), u.passkeys > 0 && t('factorPasskeys', { n: u.passkeys })].filter(Boolean).join(', ') || t('factorOff') },
      { accessorKey: 'signed_in_at', header: t('signedIn'), meta: { wide: true }, cell: ({ row: { original: u } }) => <span title={dateTime(u.signed_in_at)}>{shortTime(u.signed_in_at) || t('never')}</span> },
    ]
  }, [t, lang, companies.data, operator, me.id])
  return (
    <>
      <PageHeader title={shell('users')} text={t('text')}>
        {mayAll && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('')}>{t('make')}</Button>}
      </PageHeader>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && (
        <DataTable
          label={shell('users')} rows={list.data} columns={columns} rowId={(u) => u.id} onOpen={(u) => setOpen(u.id)} searchText={(u) => `${u.username} ${u.name ?? ''} ${u.extension ?? ''} ${u.tenant ?? ''}`}
          empty={<Empty title={t('none')} text={t('noneText')} {...(mayAll ? { action: t('make'), onAction: () => setOpen('') } : {})} />}
        />
      )}
      {open !== undefined && <UserDrawer key={open} id={open} onClose={() => setOpen(undefined)} onGiven={(user, made) => setGiven({ user, made })} />}
      {given && <OneTime user={given.user} made={given.made} onClose={() => setGiven(undefined)} />}
    </>
  )
}
