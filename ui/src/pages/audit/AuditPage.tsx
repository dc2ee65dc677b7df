import { Badge, Button, Grid, Group, Select, Text, TextInput } from '@mantine/core'
import '@mantine/dates/styles.css'
import { DateInput } from '@mantine/dates'
import { useDebouncedValue } from '@mantine/hooks'
import { IconDownload, IconShieldCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import 'dayjs/locale/ko'
import { call, dataOf, pathOf } from '~/api/client'
import type { Data, Request } from '~/api/client'
import { shortTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useMe, useTenant } from '~/shell/me'
import { useCompanies } from '~/shell/Shell'
import { shellTexts } from '~/shell/texts'
import type { Called } from '../apply/words'
import { AuditDrawer, kindText } from './AuditDrawer'
import { useCalled } from '../apply/called'
import { CheckDialog } from './CheckDialog'
import { auditTexts } from './texts'
import { moreWords, whatWords } from './words'

export type AuditLine = Data<'GET /audit'>[number]
type Filter = NonNullable<Request<'GET /audit'>['query']>

const kinds = ['changed', 'refused', 'signed_in', 'signed_out', 'applied', 'recording', 'locked', 'unlocked', 'banned', 'unbanned', 'repeated', 'gap']
const colours: Record<string, string> = { changed: 'blue', applied: 'blue', refused: 'orange', repeated: 'orange', locked: 'red', banned: 'red', gap: 'red' }

/** Who did what, when, from where. */
export default function AuditPage() {
  const t = useTexts(auditTexts)
  const shell = useTexts(shellTexts)
  const lang = useLanguage()
  const me = useMe()
  const operator = me.role === 'operator'
  const [kind, setKind] = useState<string | null>(null)
  const [tenant, setTenant] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const [from, setFrom] = useState<string | null>(null)
  const [to, setTo] = useState<string | null>(null)
  const users = useQuery({ queryKey: ['users'], queryFn: ({ signal }) => dataOf('GET /users', { query: { limit: 1000 }, signal }), enabled: useMay('users') })
  const companies = useCompanies(operator)
  const chosen = useTenant()
  const mine = useCalled()
  const [open, setOpen] = useState<AuditLine>()
  const [checking, setChecking] = useState(false)
  const typed = useMemo(() => ({ name: name.trim(), text: text.trim() }), [name, text])
  const [words] = useDebouncedValue(typed, 300)
  const filter = useMemo<Filter>(() => ({
    ...(kind ? { kind } : {}), ...(tenant ? { tenant } : {}), ...(words.name ? { name: words.name } : {}), ...(words.text ? { text: words.text } : {}),
    ...(from ? { from: new Date(`${from}T00:00:00`).toISOString() } : {}), ...(to ? { to: new Date(new Date(`${to}T00:00:00`).getTime() + 86_400_000).toISOString() } : {}),
  }), [kind, tenant, words, from, to])
  const list = useInfiniteQuery({
    queryKey: ['audit', filter], initialPageParam: '',
    queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string }) => call('GET /audit', { query: { ...filter, limit: 100, ...(pageParam ? { after: pageParam } : {}) }, signal }),
    getNextPageParam: (last) => (last.has_more ? last.next : undefined),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.data) ?? [], [list.data])
  const companyOf = useCallback((number?: string) => (number === me.tenant && me.tenant_name) || (companies.data?.find((c) => c.tenant === number)?.name ?? number ?? ''), [companies.data, me])
  // Names are known of the company that is looked at.
  const calledIn = useCallback((r: AuditLine): Called => (part, id) => (part === 'users' ? users.data?.find((u) => u.id === id)?.username ?? '' : r.tenant === chosen.tenant ? mine(part, id) : ''), [chosen.tenant, mine, users.data])
  const columns = useMemo<ColumnDef<AuditLine>[]>(() => [
    { accessorKey: 'time', header: t('time'), meta: { width: 130 }, enableSorting: false, cell: ({ row }) => shortTime(row.original.time) },
    { id: 'who', header: t('who'), enableSorting: false, meta: { width: 190 }, cell: ({ row: { original: r } }) => r.name || (r.extension ? r.extension : <Text size="sm" c="dimmed">{t('unknownWho')}</Text>) },
    {
      id: 'what', header: t('what'), enableSorting: false, cell: ({ row: { original: r } }) => (
        <>
          <Group gap={6}><Badge size="sm" variant="light" tt="none" color={colours[r.kind] ?? 'gray'}>{kindText(t, r.kind)}</Badge><span style={{ overflowWrap: 'anywhere' }}>{whatWords(r, calledIn(r))}</span></Group>
          <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>{moreWords(r, calledIn(r))}</Text>
        </>
      ),
    },
    ...(operator ? [{ id: 'company', header: t('company'), enableSorting: false, meta: { wide: true, width: 130 }, cell: ({ row }) => companyOf(row.original.tenant) } satisfies ColumnDef<AuditLine>] : []),
    { id: 'where', header: t('where'), enableSorting: false, meta: { wide: true, width: 150 }, cell: ({ row }) => row.original.remote ?? '' },
  ], [t, lang, operator, companyOf, calledIn])
  const filtered = Object.keys(filter).length > 0
  const clear = () => {
    setKind(null)
    setTenant(null)
    setName('')
    setText('')
    setFrom(null)
    setTo(null)
  }
  return (
    <>
      <PageHeader title={shell('audit')} text={t('text')}>
        <Button component="a" href={pathOf('/audit.csv', undefined, filter)} download variant="default" leftSection={<IconDownload size={16} />}>{t('csv')}</Button>
        {operator && <Button variant="default" leftSection={<IconShieldCheck size={16} />} onClick={() => setChecking(true)}>{t('check')}</Button>}
      </PageHeader>
      <Grid gap="xs" mb="sm" align="flex-end">
        <Grid.Col span={{ base: 6, sm: 4, lg: 2 }}><DateInput label={t('from')} placeholder={t('any')} value={from} onChange={setFrom} valueFormat="YYYY-MM-DD" locale={lang} clearable maxDate={to ?? undefined} /></Grid.Col>
        <Grid.Col span={{ base: 6, sm: 4, lg: 2 }}><DateInput label={t('to')} placeholder={t('any')} value={to} onChange={setTo} valueFormat="YYYY-MM-DD" locale={lang} clearable minDate={from ?? undefined} /></Grid.Col>
        <Grid.Col span={{ base: 6, sm: 4, lg: 2 }}><Select label={t('kind')} placeholder={t('any')} clearable data={kinds.map((k) => ({ value: k, label: kindText(t, k) }))} value={kind} onChange={setKind} /></Grid.Col>
        <Grid.Col span={{ base: 6, sm: 4, lg: 2 }}><TextInput label={t('name')} placeholder={t('any')} maxLength={64} value={name} onChange={(e) => setName(e.currentTarget.value)} /></Grid.Col>
        {operator && <Grid.Col span={{ base: 6, sm: 4, lg: 2 }}><CompanyFilter value={tenant} onChange={setTenant} /></Grid.Col>}
        <Grid.Col span={{ base: 6, sm: 4, lg: 2 }}><TextInput label={t('contains')} maxLength={100} value={text} onChange={(e) => setText(e.currentTarget.value)} /></Grid.Col>
      </Grid>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && (
        <DataTable
          label={shell('audit')} rows={rows} columns={columns} rowId={(r) => r.id} onOpen={(r) => setOpen(r)}
          empty={filtered ? <Empty title={t('noneFound')} text={t('noneFoundText')} action={t('clear')} onAction={clear} /> : <Empty title={t('none')} text={t('noneText')} />}
          foot={list.hasNextPage && <Group justify="center" mt="sm"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('more')}</Button></Group>}
        />
      )}
      <AuditDrawer line={open} company={companyOf(open?.tenant)} called={open ? calledIn(open) : mine} onClose={() => setOpen(undefined)} />
      {checking && <CheckDialog onClose={() => setChecking(false)} />}
    </>
  )
}

function CompanyFilter({ value, onChange }: { value: string | null; onChange: (v: string | null) => void }) {
  const t = useTexts(auditTexts)
  const companies = useCompanies()
  return <Select label={t('company')} placeholder={t('allCompanies')} clearable searchable data={companies.data?.map((c) => ({ value: c.tenant, label: c.name })) ?? []} value={value} onChange={onChange} />
}
