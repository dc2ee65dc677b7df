import { Anchor, Button, Group, Select, Text } from '@mantine/core'
import { IconPlus, IconRefresh } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { APIError, dataOf } from '~/api/client'
import { dateTime, phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { To } from '~/parts/To'
import { useMay, useMayAll, useTenant } from '~/shell/me'
import { Status, useWhy } from './person'
import type { Person } from './person'
import { PersonDrawer } from './PersonDrawer'
import { peopleTexts } from './texts'

/** All people, and reading the directory. */
export function PeopleList() {
  const t = useTexts(peopleTexts)
  const why = useWhy()
  const { tenant, query } = useTenant()
  const mayAll = useMayAll('people')
  const queries = useQueryClient()
  const [status, setStatus] = useState('')
  const [open, setOpen] = useState<Person | 'new'>()
  const people = useQuery({ queryKey: ['people', tenant], queryFn: ({ signal }) => dataOf('GET /people', { query: { ...query, limit: 1000 }, signal }) })
  const last = useQuery({ queryKey: ['people', tenant, 'sync'], queryFn: ({ signal }) => dataOf('GET /people/sync', { query, signal }), retry: false })
  const sync = useMutation({
    mutationFn: () => dataOf('POST /people/sync', { query }),
    onSuccess: (s) => tellDone(t('synced', { people: s.people, joined: s.joined, left: s.left })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['people', tenant] }),
  })
  const seesWorks = useMay('naverworks')
  const works = useQuery({ queryKey: ['naver-works', tenant, 'set'], queryFn: ({ signal }) => dataOf('GET /naver-works', { query, signal }).then((w) => Boolean(w.client_id)), enabled: seesWorks, retry: false })
  const unconnected = works.data === false || (sync.error instanceof APIError && sync.error.status === 409 && sync.error.message.includes('NAVER WORKS'))
  const columns = useMemo<ColumnDef<Person>[]>(() => [
    { accessorKey: 'name', header: t('name') },
    { accessorKey: 'extension', header: t('extension') },
    { id: 'mobile', accessorFn: (p) => phone(p.mobile), header: t('mobile') },
    { accessorKey: 'status', header: t('status'), cell: ({ row }) => <Status status={row.original.status} /> },
    { id: 'why', accessorFn: (p) => why(p.why), header: t('why'), meta: { wide: true } },
    { accessorKey: 'email', header: t('email'), meta: { wide: true } },
  ], [t, why])
  if (people.isPending) {
    return <Loading />
  }
  const all = people.data ?? []
  const rows = status ? all.filter((p) => p.status === status) : all
  const conflicts = all.filter((p) => p.status === 'conflict').length
  const never = last.error instanceof APIError && last.error.status === 404
  return (
    <>
      <ErrorNote error={people.error} again={() => void people.refetch()} />
      <Group justify="space-between" mb="sm" align="flex-start">
        <div>
          {last.data && last.data.at !== '0001-01-01T00:00:00Z' ? <Text size="sm" c="dimmed">{t('lastSync', { at: dateTime(last.data.at), people: last.data.people, matched: last.data.matched, unmatched: last.data.unmatched, conflicts: last.data.conflicts })}</Text> : (never || last.data) && !unconnected && <Text size="sm" c="dimmed">{t('neverSync')}</Text>}
          {unconnected && <Text size="sm" c="dimmed">{t('unconnected')} {seesWorks && <Anchor component={To} to="/naver-works" size="sm">{t('toWorks')}</Anchor>}</Text>}
          {last.data?.error && <Text size="sm" c="red">{t('syncError')} <span lang="en">{last.data.error}</span></Text>}
          {conflicts > 0 && <Text size="sm" fw={600}>{t('conflictsNote', { n: conflicts })}</Text>}
        </div>
        {mayAll && (
          <Group gap="xs">
            {!unconnected && <Button variant="default" leftSection={<IconRefresh size={16} />} loading={sync.isPending} onClick={() => sync.mutate()}>{t('sync')}</Button>}
            <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('add')}</Button>
          </Group>
        )}
      </Group>
      {!unconnected && <ErrorNote error={sync.error} />}
      <DataTable
        label={t('title')} rows={rows} columns={columns} rowId={(p) => p.id} onOpen={setOpen}
        counted={(n) => t('persons', { n })} searchText={(p) => `${p.name} ${p.extension} ${p.mobile} ${phone(p.mobile)} ${p.email} ${p.user}`}
        tools={<Select aria-label={t('status')} data={[{ value: '', label: t('all') }, ...(['matched', 'by_hand', 'unmatched', 'conflict', 'left'] as const).map((s) => ({ value: s, label: t(s) }))]} value={status} onChange={(v) => setStatus(v ?? '')} allowDeselect={false} w={160} />}
        empty={all.length === 0 ? <Empty title={t('emptyTitle')} text={t('emptyText')} action={t('toWorks')} to="/naver-works">{mayAll && <Button variant="default" onClick={() => setOpen('new')}>{t('add')}</Button>}</Empty> : undefined}
      />
      {open && <PersonDrawer key={open === 'new' ? 'new' : open.id} person={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
    </>
  )
}
