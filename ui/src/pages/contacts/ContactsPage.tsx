import { Button, Group, Menu, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconDownload, IconPlus, IconSearch, IconUpload } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { count, phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellError } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMayAll, useTenant } from '~/shell/me'
import { ContactDrawer } from './ContactDrawer'
import { keep } from './file'
import { ImportContacts } from './ImportContacts'
import { contactsTexts } from './texts'

type Contact = Data<'GET /contacts'>[number]

const size = 500

/** Names behind numbers. */
export default function ContactsPage() {
  const t = useTexts(contactsTexts)
  const { query, chosen } = useTenant()
  const mayAll = useMayAll('contacts')
  // A call's page leads here with a number that nobody has a name for.
  const navigate = useNavigate()
  const asked = String((useSearch({ strict: false }) as Record<string, unknown>).new ?? '')
  const [open, setOpen] = useState<Contact | 'new' | undefined>(asked && mayAll ? 'new' : undefined)
  const close = () => {
    setOpen(undefined)
    if (asked) {
      void navigate({ to: '/contacts', search: {}, replace: true } as never)
    }
  }
  const [importing, setImporting] = useState(false)
  const save = useMutation({
    mutationFn: (format: 'csv' | 'vcard') => dataOf('GET /contacts/export', { query: { ...query, format } }),
    onSuccess: (f) => keep(f.format === 'csv' ? 'contacts.csv' : 'contacts.vcf', f.format === 'csv' ? 'text/csv' : 'text/vcard', f.format === 'csv' ? `\uFEFF${f.text}` : f.text),
    onError: tellError,
  })
  return (
    <>
      <PageHeader title={t('title')} text={t('lead')}>
        {chosen && (
          <Menu>
            <Menu.Target><Button variant="default" leftSection={<IconDownload size={16} />} loading={save.isPending}>{t('export')}</Button></Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => save.mutate('csv')}>{t('exportCsv')}</Menu.Item>
              <Menu.Item onClick={() => save.mutate('vcard')}>{t('exportVcard')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
        {chosen && mayAll && <Button variant="default" leftSection={<IconUpload size={16} />} onClick={() => setImporting(true)}>{t('import')}</Button>}
        {chosen && mayAll && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('add')}</Button>}
      </PageHeader>
      <NeedsTenant>
        <Contacts onOpen={setOpen} onImport={() => setImporting(true)} onAdd={() => setOpen('new')} />
        {open && <ContactDrawer key={open === 'new' ? 'new' : open.number} contact={open === 'new' ? undefined : open} number={asked} onClose={close} />}
        <ImportContacts opened={importing} onClose={() => setImporting(false)} />
      </NeedsTenant>
    </>
  )
}

function Contacts({ onOpen, onImport, onAdd }: { onOpen: (c: Contact) => void; onImport: () => void; onAdd: () => void }) {
  const t = useTexts(contactsTexts)
  const { tenant, query } = useTenant()
  const mayAll = useMayAll('contacts')
  const [search, setSearch] = useState('')
  const [wanted] = useDebouncedValue(search.trim(), 250)
  const list = useInfiniteQuery({
    queryKey: ['contacts', tenant, wanted],
    queryFn: ({ signal, pageParam }) => call('GET /contacts', { query: { ...query, limit: size, offset: pageParam, ...(wanted ? { search: wanted } : {}) }, signal }),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.offset + last.data.length < last.total && last.data.length > 0 ? last.offset + last.data.length : undefined),
    placeholderData: keepPreviousData,
  })
  const columns = useMemo<ColumnDef<Contact>[]>(() => [
    { accessorKey: 'name', header: t('name') },
    { accessorKey: 'company', header: t('company') },
    { id: 'number', accessorFn: (c) => phone(c.number), header: t('number') },
  ], [t])
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.data) ?? [], [list.data])
  const total = list.data?.pages[0]?.total ?? 0
  if (list.isPending) {
    return <Loading />
  }
  const empty = wanted
    ? <Empty title={t('noneTitle')} text={t('noneText')} />
    : mayAll ? <Empty title={t('emptyTitle')} text={t('emptyText')} action={t('import')} onAction={onImport}><Button variant="default" onClick={onAdd}>{t('add')}</Button></Empty> : <Empty title={t('emptyTitle')} text="" />
  return (
    <>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      <Group mb="xs" gap="xs">
        <TextInput type="search" leftSection={<IconSearch size={16} />} placeholder={t('search')} aria-label={t('search')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} w={{ base: '100%', xs: 320 }} />
        <Text size="sm" c="dimmed" ml="auto" aria-live="polite">{t('total', { n: count(total) })}</Text>
      </Group>
      <DataTable label={t('title')} rows={rows} columns={columns} rowId={(c) => c.number} onOpen={onOpen} empty={empty} foot={list.hasNextPage ? (
        <Group justify="center" mt="sm">
          <Text size="sm" c="dimmed">{t('shown', { n: count(rows.length), all: count(total) })}</Text>
          <Button variant="default" size="compact-md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('more')}</Button>
        </Group>
      ) : undefined} />
    </>
  )
}
