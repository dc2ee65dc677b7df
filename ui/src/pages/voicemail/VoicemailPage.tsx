import { Badge, Button, Drawer, Group, Select, Stack, Switch, Text, Tooltip } from '@mantine/core'
import { IconDownload, IconMail, IconMailOpened, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { call as ask, pathOf } from '~/api/client'
import type { VoicemailMessage } from '~/api/schema'
import { dateTime, duration, phone, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useNames } from '~/live/phones'
import { CallButton } from '~/parts/CallButton'
import { useConfirm } from '~/parts/confirm'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone, tellError } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { Who } from '~/parts/Who'
import { Player } from '~/pages/history/Player'
import { useMay, useMe, useTenant } from '~/shell/me'
import { voicemailTexts } from './texts'

/** The messages in all mailboxes that one may see. */
export default function VoicemailPage() {
  return <NeedsTenant><Voicemail /></NeedsTenant>
}

const idOf = (m: VoicemailMessage) => `${m.extension} ${m.id}`

function Voicemail() {
  const t = useTexts(voicemailTexts)
  const me = useMe()
  const tenant = useTenant()
  const names = useNames()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const ext = search.ext === undefined ? '' : String(search.ext)
  const unread = search.unread !== undefined
  const go = (to: { ext: string; unread: boolean }) => void navigate({ to: '/voicemail', search: { ...(to.ext ? { ext: to.ext } : {}), ...(to.unread ? { unread: 1 } : {}) } } as never)
  const may = useMay('voicemail', 'change')
  const mayExtensions = useMay('extensions', 'change')
  const [open, setOpen] = useState<VoicemailMessage>()
  const [selected, setSelected] = useState<Set<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const [confirm, dialog] = useConfirm()
  const key = ['voicemail', tenant.tenant]
  const found = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask('GET /voicemail', { query: { ...tenant.query, limit: 1000 }, signal }),
    refetchInterval: 30_000,
  })
  const all = useMemo(() => found.data?.data ?? [], [found.data])
  const rows = useMemo(() => all.filter((m) => (ext === '' || m.extension === ext) && (!unread || !m.read)), [all, ext, unread])
  const fresh = all.filter((m) => !m.read).length
  const again = () => queries.invalidateQueries({ queryKey: key })
  const mark = async (messages: VoicemailMessage[], read: boolean) => {
    for (const m of messages) {
      await ask('POST /voicemail/{ext}/{id}/read', { path: { ext: m.extension, id: m.id }, query: tenant.query, body: { read } })
    }
    await again()
  }
  const remove = (messages: VoicemailMessage[]) => confirm({
    title: t('remove'), text: messages.length === 1 ? t('removeText') : t('removeN', { n: messages.length }), yes: t('remove'), danger: true, act: async () => {
      try {
        for (const m of messages) {
          await ask('DELETE /voicemail/{ext}/{id}', { path: { ext: m.extension, id: m.id }, query: tenant.query })
        }
      } finally {
        await again()
      }
      setOpen(undefined)
      setSelected(new Set())
      tellDone(t('removed'))
    },
  })
  const chosen = rows.filter((m) => selected.has(idOf(m)))
  const markChosen = async (read: boolean) => {
    setBusy(true)
    try {
      await mark(chosen, read)
      setSelected(new Set())
      tellDone(t('marked'))
    } catch (e) {
      tellError(e)
    }
    setBusy(false)
  }
  const listen = (m: VoicemailMessage) => {
    setOpen(m)
    if (!m.read && may) {
      void mark([m], true).catch(tellError)
    }
  }
  const columns: ColumnDef<VoicemailMessage>[] = [
    { id: 'state', header: t('state'), accessorFn: (m) => (m.read ? 1 : 0), meta: { width: 120 }, cell: ({ row: { original: m } }) => (m.read ? <Group gap={6} wrap="nowrap"><IconMailOpened size={16} aria-hidden /><Text size="sm" c="dimmed">{t('old')}</Text></Group> : <Badge variant="light" tt="none" miw="max-content" leftSection={<IconMail size={12} />}>{t('new')}</Badge>) },
    { id: 'time', header: t('time'), accessorFn: (m) => m.at, meta: { width: 120 }, cell: ({ row: { original: m } }) => <Tooltip label={dateTime(m.at)}><Text span size="sm" className="number">{shortTime(m.at)}</Text></Tooltip> },
    { id: 'caller', header: t('caller'), accessorFn: (m) => m.name || m.number, cell: ({ row: { original: m } }) => <Who party={{ name: m.name, number: m.number }} anonymous={t('anonymous')} fw={m.read ? 400 : 600} /> },
    ...(me.extension && me.role === 'extension' ? [] : [{ id: 'box', header: t('box'), accessorFn: (m) => m.extension, meta: { wide: true }, cell: ({ row: { original: m } }) => <Text span size="sm">{m.extension} {m.owner && m.owner !== m.extension ? m.owner : names.get(m.extension)}</Text> } satisfies ColumnDef<VoicemailMessage>]),
    { id: 'length', header: t('length'), accessorFn: (m) => m.seconds, meta: { align: 'right', wide: true, width: 80 }, cell: ({ row: { original: m } }) => <Text span size="sm" className="number">{duration(m.seconds)}</Text> },
    { id: 'tools', header: t('actions'), enableSorting: false, meta: { align: 'right', wide: true, width: 150 }, cell: ({ row: { original: m } }) => <Group gap={4} wrap="nowrap" justify="flex-end"><Button size="compact-sm" variant="light" leftSection={<IconPlayerPlay size={14} />} onClick={() => listen(m)}>{t('play')}</Button><CallButton number={m.number} name={m.name} /></Group> },
  ]
  const boxes = [...new Set([...all.map((m) => m.extension), ...(ext ? [ext] : [])])].sort()
  // The one that is open as it is now: it may have been marked.
  const now = open && (all.find((m) => idOf(m) === idOf(open)) ?? open)
  return (
    <>
      <PageHeader title={t('title')} text={fresh > 0 ? `${t('intro')} ${t('newN', { n: fresh })}` : t('intro')} />
      <ErrorNote error={found.error} again={() => void found.refetch()} />
      {found.isPending ? <Loading /> : (
        <DataTable
          label={t('title')} rows={rows} columns={columns} rowId={idOf} onOpen={listen} searchText={(m) => `${m.name} ${m.number} ${phone(m.number)} ${m.extension} ${m.owner} ${names.get(m.extension) ?? ''}`}
          selected={may ? selected : undefined} onSelect={setSelected}
          empty={found.isError ? <span /> : all.length > 0 ? <Empty title={t('none')} text={t('noneText')} /> : <Empty title={t('empty')} text={t('emptyText')} action={mayExtensions ? t('toExtensions') : undefined} to="/extensions" />}
          tools={
            <>
              {me.role !== 'extension' && <Select aria-label={t('box')} data={[{ value: '', label: t('allBoxes') }, ...boxes.map((b) => ({ value: b, label: `${b} ${names.get(b) ?? ''}`.trim() }))]} value={ext} onChange={(v) => go({ ext: v ?? '', unread })} allowDeselect={false} searchable w={190} />}
              <Switch label={t('unread')} checked={unread} onChange={(e) => go({ ext, unread: e.currentTarget.checked })} />
              {chosen.length > 0 && (
                <Group gap={4}>
                  <Button size="compact-md" variant="default" loading={busy} onClick={() => void markChosen(true)}>{t('markRead')}</Button>
                  <Button size="compact-md" variant="default" loading={busy} onClick={() => void markChosen(false)}>{t('markUnread')}</Button>
                  <Button size="compact-md" variant="light" color="red" onClick={() => remove(chosen)}>{t('remove')}</Button>
                </Group>
              )}
            </>
          }
        />
      )}
      <Drawer opened={open !== undefined} onClose={() => setOpen(undefined)} position="right" size="lg" title={now && t('message', { name: now.name || phone(now.number) || t('anonymous') })} closeButtonProps={{ 'aria-label': t('close') }}>
        {now && (
          <Stack gap="md">
            <Text size="sm">{dateTime(now.at)} · {t('box')} {now.extension} {now.owner !== now.extension ? now.owner : ''}</Text>
            <Player key={idOf(now)} src={pathOf('/voicemail/{ext}/{id}/sound', { ext: now.extension, id: now.id }, tenant.query)} seconds={now.seconds} label={t('message', { name: now.name || phone(now.number) || t('anonymous') })} autoplay />
            <Group gap="xs">
              <CallButton number={now.number} name={now.name} text />
              <Button component="a" variant="default" leftSection={<IconDownload size={16} />} href={pathOf('/voicemail/{ext}/{id}/sound', { ext: now.extension, id: now.id }, tenant.query)} download={`voicemail-${now.extension}-${now.at.slice(0, 10)}-${now.number || 'unknown'}.wav`}>{t('download')}</Button>
              {may && <Button variant="default" leftSection={now.read ? <IconMail size={16} /> : <IconMailOpened size={16} />} onClick={() => void mark([now], !now.read).catch(tellError)}>{now.read ? t('markUnread') : t('markRead')}</Button>}
              {may && <Button variant="light" color="red" leftSection={<IconTrash size={16} />} onClick={() => remove([now])}>{t('remove')}</Button>}
            </Group>
          </Stack>
        )}
      </Drawer>
      {dialog}
    </>
  )
}
