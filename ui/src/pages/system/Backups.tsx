import { Alert, Badge, Button, Checkbox, Group, Loader, Menu, Text, FileButton, Progress, ActionIcon } from '@mantine/core'
import { IconDots, IconDownload, IconPlus, IconUpload } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { call, dataOf, pathOf } from '~/api/client'
import type { Data } from '~/api/client'
import { bytes, dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone, tellError } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { useMay } from '~/shell/me'
import { backupTexts } from './backupTexts'
import { Restore } from './Restore'
import { upload } from './upload'

export type Backup = Data<'GET /system/backups'>[number]

const colours = { making: 'blue', ready: 'teal', failed: 'red' } as const

/** The backups that are kept: made, checked, taken elsewhere, put in place. */
export function Backups() {
  const t = useTexts(backupTexts)
  const may = useMay('system', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [sounds, setSounds] = useState(false)
  const [sent, setSent] = useState<number>()
  const [checking, setChecking] = useState('')
  const [restoring, setRestoring] = useState<{ backup?: Backup }>()
  const [waiting, setWaiting] = useState(false)
  const list = useQuery({ queryKey: ['system', 'backups'], queryFn: ({ signal }) => dataOf('GET /system/backups', { signal }), refetchInterval: (q) => (q.state.data?.some((b) => b.state === 'making') ? 1_500 : false) })
  const system = useQuery({ queryKey: ['system'], queryFn: ({ signal }) => dataOf('GET /system', { signal }) })
  const last = useQuery({
    queryKey: ['system', 'restore'], queryFn: ({ signal }) => dataOf('GET /system/restore', { signal }), retry: waiting ? 100 : 1, retryDelay: 1_000,
    refetchInterval: (q) => (q.state.data?.state === 'preparing' || q.state.data?.state === 'restarting' ? 1_000 : false),
  })
  // Who asked for a backup is told when it can be downloaded.
  const making = useRef<string>(undefined)
  useEffect(() => {
    const was = list.data?.find((b) => b.id === making.current)
    if (was && was.state !== 'making') {
      making.current = undefined
      if (was.state === 'ready') {
        tellDone(t('isReady'))
      }
    }
    making.current ??= list.data?.find((b) => b.state === 'making')?.id
  }, [list.data, t])
  const going = last.data?.state === 'preparing' || last.data?.state === 'restarting'
  const changed = () => queries.invalidateQueries({ queryKey: ['system', 'backups'] })
  const make = async () => {
    await call('POST /system/backups', { body: { recordings: sounds } })
    await changed()
    tellDone(t('started'))
  }
  const bring = async (file: File | null) => {
    if (!file) {
      return
    }
    setSent(0)
    try {
      await upload(pathOf('/system/backups/upload'), file, setSent)
      await changed()
      tellDone(t('took'))
    } catch (e) {
      tellError(e)
    }
    setSent(undefined)
  }
  const columns = useMemo<ColumnDef<Backup>[]>(() => {
    const check = async (b: Backup) => {
      setChecking(b.id)
      try {
        const found = await dataOf('POST /system/backups/{id}/check', { path: { id: b.id } })
        tellDone(found.good ? t('checkedGood') : t('checkedBad', { why: found.problem ?? '' }))
        await queries.invalidateQueries({ queryKey: ['system', 'backups'] })
      } catch (e) {
        tellError(e)
      }
      setChecking('')
    }
    const remove = (b: Backup) => ask({
      title: t('removeTitle'), text: t('removeText', { time: dateTime(b.created_at) }), yes: t('remove'), danger: true,
      act: async () => {
        await call('DELETE /system/backups/{id}', { path: { id: b.id } })
        await queries.invalidateQueries({ queryKey: ['system', 'backups'] })
        tellDone(t('removed'))
      },
    })
    return [
      { accessorKey: 'created_at', header: t('created'), cell: ({ row: { original: b } }) => <><Text size="sm" fw={600}>{dateTime(b.created_at)}</Text><Text size="xs" c="dimmed">{t(b.kind)}{b.recordings ? ` · ${t('withSounds')}` : ''}{b.by ? ` · ${b.by}` : ''}</Text><Text size="xs" c="dimmed" visibleFrom="sm">{t('fileName', { name: `dipcast-${b.id}.tar.gz` })}</Text></> },
      { accessorKey: 'bytes', header: t('size'), meta: { align: 'right' }, cell: ({ row }) => bytes(row.original.bytes) },
      { accessorKey: 'version', header: t('version'), meta: { wide: true } },
      {
        id: 'state', header: t('state'), accessorFn: (b) => t(b.state), cell: ({ row: { original: b } }) => (
          <>
            <Group gap={4}>
              <Badge variant="light" color={colours[b.state]} leftSection={b.state === 'making' ? <Loader size={10} /> : undefined}>{t(b.state)}</Badge>
              {checking === b.id && <Loader size={14} />}
              {b.good !== undefined && <Badge variant="light" color={b.good ? 'teal' : 'red'}>{t(b.good ? 'checked' : 'bad')}</Badge>}
            </Group>
            {(b.error ?? b.problem) && <Text size="xs" lang="en">{b.error ?? b.problem}</Text>}
          </>
        ),
      },
      {
        id: 'actions', header: '', enableSorting: false, meta: { align: 'right' }, cell: ({ row: { original: b } }) => b.state !== 'making' && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
          {b.state === 'ready' && <Button component="a" href={pathOf('/system/backups/{id}/file', { id: b.id })} download size="compact-sm" variant="light" leftSection={<IconDownload size={14} />}>{t('download')}</Button>}
          <Menu position="bottom-end">
            <Menu.Target><ActionIcon variant="subtle" aria-label={`${t('actions')}: ${dateTime(b.created_at)}`}><IconDots size={18} /></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              {b.state === 'ready' && <Menu.Item onClick={() => void check(b)}>{t('check')}</Menu.Item>}
              {may && b.state === 'ready' && <Menu.Item onClick={() => setRestoring({ backup: b })}>{t('restore')}</Menu.Item>}
              {may && <Menu.Item color="red" onClick={() => remove(b)}>{t('remove')}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
          </Group>
        ),
      },
    ]
  }, [t, may, ask, queries, checking])
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">{t('text')}</Text>
      {system.data && <Text size="sm" mb="sm">{system.data.backups ? t('byClock', { at: system.data.backups.daily, n: system.data.backups.keep }) : system.data.database.kind === 'sqlite' && t('noClock')}</Text>}
      {(going || (waiting && last.isFetching && !last.data)) && <Alert color="blue" variant="light" mb="sm" role="status" icon={<Loader size={18} />}>{t(last.data?.state === 'preparing' ? 'preparing' : 'restarting')}</Alert>}
      {last.data?.state === 'failed' && <Alert color="red" variant="light" mb="sm" title={t('restoreFailed')}><Text size="sm" lang="en">{last.data.error}</Text></Alert>}
      {last.data?.state === 'done' && (
        <Alert color="teal" variant="light" mb="sm" role="status">
          {t('done', { time: dateTime(last.data.at) })}
          {may && last.data.undo && <Group mt="xs"><Button size="compact-sm" variant="default" onClick={() => setRestoring({})}>{t('undo')}</Button></Group>}
        </Alert>
      )}
      {may && (
        <Group mb="md" align="flex-start">
          <Button leftSection={<IconPlus size={16} />} disabled={going} onClick={() => void make().catch(tellError)}>{t('make')}</Button>
          <Checkbox label={t('recordings')} description={t('recordingsHelp')} checked={sounds} onChange={(e) => setSounds(e.currentTarget.checked)} />
          <FileButton accept=".gz,.tgz,application/gzip" onChange={(f) => void bring(f)}>
            {(p) => <Button {...p} variant="default" leftSection={<IconUpload size={16} />} disabled={sent !== undefined || going}>{t('upload')}</Button>}
          </FileButton>
        </Group>
      )}
      {sent !== undefined && <div role="status"><Progress value={sent} aria-label={t('uploading', { n: sent })} /><Text size="sm">{t('uploading', { n: sent })}</Text></div>}
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && <DataTable label={t('text')} rows={list.data} columns={columns} rowId={(b) => b.id} empty={<Empty title={t('none')} text={t('noneText')} {...(may ? { action: t('make'), onAction: () => void make().catch(tellError) } : {})} />} />}
      {restoring && <Restore backup={restoring.backup} onClose={() => setRestoring(undefined)} onBegun={() => { setRestoring(undefined); setWaiting(true); void queries.invalidateQueries({ queryKey: ['system', 'restore'] }); void changed() }} />}
      {dialog}
    </>
  )
}
