import { Badge, Button, Group, Paper, SimpleGrid, Stack, Switch, Text, ThemeIcon, Title, VisuallyHidden } from '@mantine/core'
import { IconArrowForwardUp, IconBellOff, IconPhoneCheck } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call } from '~/api/client'
import type { Answer } from '~/api/client'
import type { Rule } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useNames } from '~/live/phones'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useOnly } from '~/parts/Setting'
import { useMay, useMe, useTenant } from '~/shell/me'
import { BulkDrawer } from './BulkDrawer'
import { DiversionDrawer } from './DiversionDrawer'
import { useTimeGroups } from './Fields'
import { kinds } from './rules'
import type { Kind, Row } from './rules'
import { diversionTexts } from './texts'

/** Where whose calls go: a table of all; for an employee what is their own. */
export default function DiversionsPage() {
  return <NeedsTenant><Diversions /></NeedsTenant>
}

/** The diversions of all extensions that one may see. */
export function useDiversions() {
  const tenant = useTenant()
  const key = ['diversions', tenant.tenant]
  const queries = useQueryClient()
  const found = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const all: Row[] = []
      for (;;) {
        const page: Answer<'GET /diversions'> = await call('GET /diversions', { query: { ...tenant.query, limit: 1000, offset: all.length }, signal })
        all.push(...page.data)
        if (page.data.length === 0 || all.length >= page.total) {
          return all
        }
      }
    },
    enabled: tenant.chosen, refetchInterval: 30_000,
  })
  return { found, again: () => queries.invalidateQueries({ queryKey: key }) }
}

function useNameOf(): (number: string | null) => string {
  const names = useNames()
  return useMemo(() => (number) => {
    const name = number ? names.get(number) : undefined
    return name ? `${name} ${number}` : phone(number)
  }, [names])
}

/** A diversion in a word and a picture: off is plain, on is not to be missed. */
function State({ rule }: { rule: Rule | undefined }) {
  const t = useTexts(diversionTexts)
  const nameOf = useNameOf()
  const groups = useTimeGroups()
  if (!rule?.active) {
    return <Text span size="sm" c="dimmed"><span aria-hidden>–</span><VisuallyHidden>{t('off')}</VisuallyHidden></Text>
  }
  const group = groups.find((g) => g.value === rule.time_group)?.label
  return (
    <Stack gap={0} align="flex-start">
      {rule.type === 'DND' ? <Badge color="red" variant="light" leftSection={<IconBellOff size={12} />}>{t('on')}</Badge>
        : rule.type === 'PEA' ? <Badge color="grape" variant="light">{t('on')}</Badge>
          : <Text span size="sm" fw={600}><IconArrowForwardUp size={14} aria-label={t('active')} role="img" /> {nameOf(rule.destination)}</Text>}
      {rule.time_group && <Text size="xs" c="dimmed">{group ? t('during', { group }) : t('duringSome')}</Text>}
    </Stack>
  )
}

function activeOf(row: Row): Kind[] {
  return kinds.filter((k) => row.diversions[k]?.active)
}

function Diversions() {
  const t = useTexts(diversionTexts)
  const me = useMe()
  const may = useMay('diversions', 'change')
  const limited = useOnly('diversions') !== undefined // a change of several names extensions, which a role has no settings for
  const names = useNames()
  const { found, again } = useDiversions()
  const [open, setOpen] = useState<Row>()
  const [selected, setSelected] = useState<Set<string>>(new Set())
  const [bulk, setBulk] = useState(false)
  const [only, setOnly] = useState(false)
  const rows = useMemo(() => found.data?.filter((r) => !only || activeOf(r).length > 0) ?? [], [found.data, only])
  const extensions = useMemo(() => new Set(me.role === 'extension' ? [] : found.data?.map((r) => r.extension)), [found.data, me.role])
  const attendants = useMemo(() => found.data?.some((r) => r.diversions.PEA?.active) ?? false, [found.data])
  const columns = useMemo<ColumnDef<Row>[]>(() => [
    { id: 'extension', header: t('extension'), accessorFn: (r) => r.extension, sortingFn: 'alphanumeric', cell: ({ row: { original: r } }) => <Text size="sm" fw={500}>{r.extension} <Text span size="sm" c="dimmed">{names.get(r.extension)}</Text></Text> },
    { id: 'status', header: t('status'), accessorFn: (r) => activeOf(r).length, meta: { width: 150 }, cell: ({ row: { original: r } }) => <Now row={r} /> },
    ...kinds.filter((k) => k !== 'PEA' || attendants).map((k): ColumnDef<Row> => ({ id: k, header: t(k), accessorFn: (r) => (r.diversions[k]?.active ? (r.diversions[k]?.destination ?? 'on') : ''), meta: { wide: true }, cell: ({ row: { original: r } }) => <State rule={r.diversions[k]} /> })),
  ], [t, names, attendants])
  const drawer = (
    <>
      {open && <DiversionDrawer key={open.extension} row={open} name={names.get(open.extension) ?? ''} extensions={extensions} onClose={() => setOpen(undefined)} onSaved={again} />}
      {bulk && <BulkDrawer selected={[...selected].sort()} extensions={extensions} onClose={() => setBulk(false)} onSaved={async () => { setSelected(new Set()); await again() }} />}
    </>
  )
  const own = me.extension !== '' && me.role === 'extension' ? found.data?.find((r) => r.extension === me.extension) : undefined
  return (
    <>
      <PageHeader title={t('title')} text={me.role === 'extension' ? t('introMine') : t('intro')}>
        {own && <Button onClick={() => setOpen(own)}>{t('edit')}</Button>}
      </PageHeader>
      <ErrorNote error={found.error} again={() => void found.refetch()} />
      {found.isPending ? <Loading /> : own ? <Own row={own} /> : (
        <DataTable
          label={t('title')} rows={rows} columns={columns} rowId={(r) => r.extension} onOpen={setOpen} sort={[{ id: 'extension', desc: false }]}
          searchText={(r) => `${r.extension} ${names.get(r.extension) ?? ''} ${kinds.map((k) => r.diversions[k]?.destination ?? '').join(' ')}`}
          selected={may && !limited ? selected : undefined} onSelect={setSelected}
          empty={only || found.isError ? undefined : <Empty title={t('empty')} text={t('emptyText')} action={t('makeExtension')} to="/extensions" />}
          tools={
            <>
              <Switch label={t('onlyActive')} checked={only} onChange={(e) => setOnly(e.currentTarget.checked)} />
              {selected.size > 0 && <Button size="compact-md" onClick={() => setBulk(true)}>{t('changeN', { n: selected.size })}</Button>}
            </>
          }
        />
      )}
      {drawer}
    </>
  )
}

/** What counts now, in the words of the strongest; on a narrow screen it stands for all columns. */
function Now({ row }: { row: Row }) {
  const t = useTexts(diversionTexts)
  const active = activeOf(row)
  if (active.length === 0) {
    return <Text span size="sm" c="dimmed">{t('off')}</Text>
  }
  return <Group gap={4}>{active.map((k) => <Badge key={k} variant="light" color={k === 'DND' ? 'red' : k === 'CFI' ? 'orange' : 'blue'} tt="none" miw="max-content">{t(`now${k}`)}</Badge>)}</Group>
}

/** One's own diversions, each said as a sentence. */
export function Own({ row }: { row: Row }) {
  const t = useTexts(diversionTexts)
  const nameOf = useNameOf()
  const active = activeOf(row)
  const Icon = active[0] === 'DND' ? IconBellOff : active.length > 0 ? IconArrowForwardUp : IconPhoneCheck
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Group wrap="nowrap" align="flex-start">
          <ThemeIcon size={38} radius="xl" variant="light" color={active[0] === 'DND' ? 'red' : active.length > 0 ? 'orange' : 'teal'} aria-hidden><Icon size={22} /></ThemeIcon>
          <Stack gap={2}>
            {active.length === 0 ? <Text>{t('none')}</Text> : active.map((k) => <Text key={k}>{t(`sum${k}`, { to: nameOf(row.diversions[k]?.destination ?? null) })}</Text>)}
          </Stack>
        </Group>
      </Paper>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {kinds.map((k) => (
          <Paper key={k} withBorder p="md" component="section">
            <Title order={2} size="h6">{t(k)}</Title>
            <Text size="xs" c="dimmed" mb={6}>{t(`${k}help`)}</Text>
            <State rule={row.diversions[k]} />
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  )
}
