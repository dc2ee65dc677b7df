import { Badge, Button, Grid, Group, Select, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call } from '~/api/client'
import type { Data } from '~/api/client'
import { time } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { systemTexts } from './texts'

type Line = Data<'GET /system/log'>[number]

const colours = { debug: 'gray', info: 'blue', warn: 'yellow', error: 'red' } as const

/** The last lines of the log, masked; it follows what comes. */
export function Log() {
  const t = useTexts(systemTexts)
  const [level, setLevel] = useState<'debug' | 'info' | 'warn' | 'error'>('info')
  const [component, setComponent] = useState('')
  const [text, setText] = useState('')
  const [follow, setFollow] = useState(true)
  const typed = useMemo(() => ({ component: component.trim(), text: text.trim() }), [component, text])
  const [words] = useDebouncedValue(typed, 300)
  const list = useInfiniteQuery({
    queryKey: ['system', 'log', level, words], initialPageParam: '', refetchInterval: follow ? 3_000 : false,
    queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string }) => call('GET /system/log', { query: { level, ...(words.component ? { component: words.component } : {}), ...(words.text ? { text: words.text } : {}), ...(pageParam ? { after: pageParam } : {}), limit: 200 }, signal }),
    getNextPageParam: (last) => (last.has_more ? last.next : undefined),
  })
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.data) ?? [], [list.data])
  const columns = useMemo<ColumnDef<Line>[]>(() => [
    { id: 'time', header: t('time'), enableSorting: false, meta: { width: 90 }, cell: ({ row }) => <span title={row.original.time}>{time(row.original.time)}</span> },
    { id: 'level', header: t('level'), enableSorting: false, meta: { width: 80 }, cell: ({ row }) => <Badge size="sm" variant="light" color={colours[row.original.level]}>{row.original.level}</Badge> },
    { id: 'component', header: t('component'), enableSorting: false, meta: { wide: true, width: 110 }, cell: ({ row }) => row.original.component ?? '' },
    { id: 'message', header: t('message'), enableSorting: false, cell: ({ row: { original: l } }) => <div lang="en"><Text size="sm">{l.message}</Text>{l.attrs.length > 0 && <Text size="xs" c="dimmed">{l.attrs.map((a) => `${a.key}=${a.value}`).join('  ')}</Text>}</div> },
  ], [t])
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">{t('logText')}</Text>
      <Grid gap="xs" mb="sm" align="flex-end">
        <Grid.Col span={{ base: 6, sm: 3 }}><Select label={t('level')} allowDeselect={false} data={(['debug', 'info', 'warn', 'error'] as const).map((l) => ({ value: l, label: t(l) }))} value={level} onChange={(v) => setLevel((v ?? 'info') as typeof level)} /></Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}><TextInput label={t('component')} placeholder={t('any')} maxLength={40} value={component} onChange={(e) => setComponent(e.currentTarget.value)} /></Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}><TextInput label={t('contains')} maxLength={100} value={text} onChange={(e) => setText(e.currentTarget.value)} /></Grid.Col>
        <Grid.Col span={{ base: 6, sm: 3 }}><Switch label={t('follow')} checked={follow} onChange={(e) => setFollow(e.currentTarget.checked)} pb={8} /></Grid.Col>
      </Grid>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && (
        <DataTable
          label={t('log')} rows={rows} columns={columns} rowId={(l) => l.id} empty={<Empty title={t('noLog')} text={t('noLogText')} />}
          foot={list.hasNextPage && <Group justify="center" mt="sm"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => { setFollow(false); void list.fetchNextPage() }}>{t('more')}</Button></Group>}
        />
      )}
    </>
  )
}
