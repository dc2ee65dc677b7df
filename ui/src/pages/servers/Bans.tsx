import { Button, NumberInput, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { useMay } from '~/shell/me'
import { serversTexts } from './texts'

type Ban = Data<'GET /bans'>[number]

/** Who is refused at the SIP ports, to be let in again. */
export function Bans() {
  const t = useTexts(serversTexts)
  const may = useMay('servers', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [making, setMaking] = useState(false)
  const [source, setSource] = useState('')
  const [minutes, setMinutes] = useState<number | string>('')
  const list = useQuery({ queryKey: ['servers', 'bans'], queryFn: ({ signal }) => dataOf('GET /bans', { signal }), refetchInterval: 10_000 })
  const columns = useMemo<ColumnDef<Ban>[]>(() => {
    const lift = (b: Ban) => ask({
      title: t('liftTitle', { source: b.source }), text: t('liftText'), yes: t('lift'),
      act: async () => {
        await call('DELETE /bans/{source}', { path: { source: b.source } })
        await queries.invalidateQueries({ queryKey: ['servers', 'bans'] })
        tellDone(t('lifted'))
      },
    })
    return [
      { accessorKey: 'source', header: t('source') },
      { accessorKey: 'failures', header: t('failures'), meta: { align: 'right' }, cell: ({ row }) => row.original.failures || t('byHand') },
      { accessorKey: 'times', header: t('times'), meta: { align: 'right', wide: true } },
      { accessorKey: 'since', header: t('from'), meta: { wide: true }, cell: ({ row }) => shortTime(row.original.since) },
      { accessorKey: 'until', header: t('until'), cell: ({ row }) => shortTime(row.original.until) },
      ...(may ? [{ id: 'lift', header: '', enableSorting: false, cell: ({ row }) => <Button size="compact-xs" variant="default" onClick={() => lift(row.original)} aria-label={`${t('lift')}: ${row.original.source}`}>{t('lift')}</Button> } satisfies ColumnDef<Ban>] : []),
    ]
  }, [t, ask, queries, may])
  const close = () => {
    setMaking(false)
    setSource('')
    setMinutes('')
  }
  const save = async () => {
    await call('POST /bans', { body: { source: source.trim(), ...(minutes === '' ? {} : { minutes: Number(minutes) }) } })
    await queries.invalidateQueries({ queryKey: ['servers', 'bans'] })
    tellDone(t('banned'))
    close()
  }
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">{t('bansText')}</Text>
      {list.error ? <ErrorNote error={list.error} again={() => void list.refetch()} /> : !list.data ? <Loading /> : (
        <DataTable
          label={t('bans')} rows={list.data} columns={columns} rowId={(b) => b.source} searchText={(b) => b.source} empty={<Empty title={t('noBans')} text={t('noBansText')} />}
          tools={may && <Button variant="default" onClick={() => setMaking(true)}>{t('ban')}</Button>}
        />
      )}
      <EditDrawer opened={making} title={t('ban')} dirty={source !== ''} onClose={close} onSave={save} saveText={t('ban')}>
        <TextInput label={t('source')} description={t('sourceHelp')} required maxLength={64} value={source} onChange={(e) => setSource(e.currentTarget.value)} data-autofocus />
        <NumberInput label={t('minutes')} description={t('minutesHelp')} min={1} max={525600} allowDecimal={false} value={minutes} onChange={setMinutes} />
      </EditDrawer>
      {dialog}
    </>
  )
}
