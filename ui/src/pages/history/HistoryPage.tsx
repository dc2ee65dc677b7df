import { Button, Group, Stack, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconArrowDownLeft, IconArrowUpRight, IconArrowsLeftRight, IconArrowRight, IconMicrophone, IconPrinter, IconRefresh } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo } from 'react'
import { call as ask } from '~/api/client'
import type { CDR } from '~/api/schema'
import { dateTime, duration, phone, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { CallButton } from '~/parts/CallButton'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { Who } from '~/parts/Who'
import { useMe, useTenant } from '~/shell/me'
import { ExportButton } from './Export'
import { filterOf, queryOf, searchOf } from './filter'
import type { Filter } from './filter'
import { Filters } from './Filters'
import { ledText } from './led'
import { OutcomeText } from './OutcomeText'
import { historyTexts } from './texts'

const pageSize = 50
// The gateway looks through a bounded part of the history at a time; so often more
// is looked through by itself before one is asked whether to go on.
const looks = 12

/** The calls that have ended. What is looked for stands in the address. */
export default function HistoryPage() {
  return <NeedsTenant><History /></NeedsTenant>
}

const arrows = { external: IconArrowDownLeft, outgoing: IconArrowUpRight, internal: IconArrowsLeftRight }

/** Whom to call back: the other side, as seen by the one who looks. */
export function otherSide(c: Pick<CDR, 'direction' | 'from' | 'to'>, me: string) {
  if (c.direction === 'external') {
    return c.from
  }
  return c.direction === 'internal' && c.to.extension === me && me !== '' ? c.from : c.to
}

function History() {
  const t = useTexts(historyTexts)
  const me = useMe()
  const tenant = useTenant()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const f = useMemo(() => filterOf(search), [search])
  const change = (next: Filter) => void navigate({ to: '/history', search: searchOf(next) } as never)
  const key = ['calls', tenant.tenant, 'history', f]
  const calls = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => ask('GET /cdr', { query: { ...tenant.query, ...queryOf(f, new Date()), limit: pageSize, after: pageParam || undefined }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => (last.has_more ? last.next : undefined),
    staleTime: 30_000,
  })
  const pages = calls.data?.pages
  const rows = useMemo(() => pages?.flatMap((p) => p.data) ?? [], [pages])
  const fetchNext = calls.fetchNextPage
  const lookOn = calls.hasNextPage && !calls.isFetching && !calls.isError && rows.length < pageSize / 2 && (pages?.length ?? 0) % looks !== 0
  useEffect(() => {
    if (lookOn) {
      void fetchNext()
    }
  }, [lookOn, fetchNext, pages])
  const mayMore = calls.hasNextPage && !calls.isFetching && !calls.isError && rows.length >= pageSize / 2
  const onEnd = useCallback(() => {
    if (mayMore) {
      void fetchNext()
    }
  }, [mayMore, fetchNext])
  const columns = useMemo<ColumnDef<CDR>[]>(() => [
    { id: 'time', header: t('time'), enableSorting: false, meta: { width: 110, wide: true }, cell: ({ row: { original: c } }) => <Tooltip label={dateTime(c.calldate)}><Text span size="sm" className="number">{shortTime(c.calldate)}</Text></Tooltip> },
    {
      id: 'who', header: t('who'), enableSorting: false, cell: ({ row: { original: c } }) => {
        const Arrow = arrows[c.direction]
        return (
          <Group gap={6} wrap="nowrap" align="flex-start">
            <Tooltip label={t(c.direction)}><Arrow size={18} aria-label={t(c.direction)} role="img" className="direction" /></Tooltip>
            <div className="keep">
              <Who party={c.from} anonymous={t('anonymous')} fw={500} /> <IconArrowRight size={12} aria-label="→" role="img" /> <Who party={c.to.number || c.to.extension ? c.to : { number: c.dst }} fw={500} />
              {c.led_to && <Text span size="xs" c="dimmed"> · {ledText(c.led_to)}</Text>}
              {c.did && (c.to.extension || c.did !== c.to.number) && <Text span size="xs" c="dimmed" className="number" visibleFrom="sm"> · {phone(c.did)}</Text>}
              <Text size="xs" c="dimmed" hiddenFrom="sm" className="number">{[shortTime(c.calldate), c.billsec > 0 && duration(c.billsec), c.did && c.did !== c.to.number && phone(c.did)].filter(Boolean).join(' · ')}</Text>
            </div>
          </Group>
        )
      },
    },
    { id: 'result', header: t('result'), enableSorting: false, cell: ({ row: { original: c } }) => <OutcomeText call={c} /> },
    { id: 'talk', header: t('talk'), enableSorting: false, meta: { align: 'right', wide: true, width: 80 }, cell: ({ row: { original: c } }) => <Text span size="sm" className="number">{c.billsec > 0 ? duration(c.billsec) : ''}</Text> },
    { id: 'wait', header: t('wait'), enableSorting: false, meta: { align: 'right', wide: true, width: 80 }, cell: ({ row: { original: c } }) => <Text span size="sm" c="dimmed" className="number">{duration(c.wait)}</Text> },
    {
      id: 'tools', header: () => <VisuallyHidden>{t('actions')}</VisuallyHidden>, enableSorting: false, meta: { align: 'right', wide: true, width: 120 }, cell: ({ row: { original: c } }) => {
        const other = otherSide(c, me.extension)
        return (
          <Group gap={4} wrap="nowrap" justify="flex-end">
            {c.recording_url && <Tooltip label={t('recorded')}><IconMicrophone size={18} aria-label={t('recorded')} role="img" /></Tooltip>}
            {c.fax_id && <Tooltip label={t('fax')}><IconPrinter size={18} aria-label={t('fax')} role="img" /></Tooltip>}
            <CallButton number={other.extension || other.number} name={other.name} />
          </Group>
        )
      },
    },
  ], [t, me.extension])
  const anything = Object.keys(searchOf(f)).length > 0
  return (
    <>
      <PageHeader title={t('title')} text={t('intro')}>
        <Button variant="default" leftSection={<IconRefresh size={16} />} loading={calls.isRefetching && !calls.isFetchingNextPage} onClick={() => void queries.resetQueries({ queryKey: key })}>{t('refresh')}</Button>
        <ExportButton filter={f} />
      </PageHeader>
      <Filters filter={f} onChange={change} />
      <ErrorNote error={calls.error} again={() => void calls.refetch()} />
      {calls.isPending ? <Loading /> : (
        <DataTable
          label={t('title')}
          rows={rows}
          columns={columns}
          rowId={(c) => c.call_id}
          onOpen={(c) => void navigate({ to: '/history/$call', params: { call: c.call_id } } as never)}
          height="calc(100dvh - 270px)"
          onEnd={onEnd}
          empty={calls.hasNextPage || calls.isError ? <span /> : anything ? <Empty title={t('none')} text={t('noneText')} action={t('clear')} onAction={() => change(filterOf({}))} /> : <Empty title={t('empty')} text={t('emptyText')} action={t('guide')} to="/guide" />}
          foot={
            <Stack align="center" my="sm" gap={4} aria-live="polite">
              {lookOn || (calls.isFetchingNextPage && rows.length < pageSize / 2) ? <Text size="sm" c="dimmed">{t('looking')}</Text> : calls.hasNextPage && (
                <Button variant="default" loading={calls.isFetchingNextPage} onClick={() => void fetchNext()}>{rows.length < pageSize / 2 ? t('lookOn') : t('more')}</Button>
              )}
            </Stack>
          }
        />
      )}
    </>
  )
}
