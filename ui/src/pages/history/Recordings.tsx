import { Badge, Button, Group, Menu, Modal, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconDownload, IconLock, IconLockOpen, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { call, dataOf, errorOf, pathOf } from '~/api/client'
import type { CDRRecording } from '~/api/schema'
import { bytes, date, dateTime, duration } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { saveFile } from '~/parts/file'
import { useMay } from '~/shell/me'
import { Player } from './Player'
import { soundTexts } from './soundTexts'

const formats = ['wav', 'mp3', 'opus'] as const
type Format = (typeof formats)[number]
interface Wish {
  title: string
  text?: string
  yes: string
  danger?: boolean
  act: (reason: string) => Promise<unknown>
}

// The reason that was given last counts as a suggestion for the next one.
let lastReason = ''

/** The recordings of a call. Each wish asks for a reason, which the audit trail keeps. */
export function Recordings({ call: id, recordings }: { call: string; recordings: CDRRecording[] }) {
  const t = useTexts(soundTexts)
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="recordings">
      <Title order={2} size="h5" id="recordings" mb="xs">{t('recordings')}</Title>
      <Stack gap="lg">
        {recordings.map((r, i) => <Recording key={r.id} call={id} r={r} label={recordings.length > 1 ? t('recordingN', { n: i + 1 }) : t('recordings')} />)}
      </Stack>
    </Paper>
  )
}

function Recording({ call: callId, r, label }: { call: string; r: CDRRecording; label: string }) {
  const t = useTexts(soundTexts)
  const queries = useQueryClient()
  const mayChange = useMay('recordings', 'change')
  const [reason, setReason] = useState('')
  const [wish, setWish] = useState<Wish>()
  const key = ['recordings', 'one', r.id]
  const details = useQuery({ queryKey: key, queryFn: ({ signal }) => dataOf('GET /recordings/{id}/details', { path: { id: r.id }, signal }) })
  const d = details.data
  const changed = async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: key }), queries.invalidateQueries({ queryKey: ['calls'] })])
  }
  const download = (format: Format) => setWish({
    title: t('downloadAs', { format: t(format) }), yes: t('download'), act: async (why) => {
      const answer = await fetch(pathOf('/recordings/{id}', { id: r.id }, { reason: why, format }))
      if (!answer.ok) {
        throw await errorOf(answer)
      }
      const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1]
      saveFile(name ?? `recording-${r.id}.${format}`, answer.headers.get('Content-Type') ?? '', await answer.blob())
    },
  })
  const hold = (held: boolean) => setWish({
    title: held ? t('hold') : t('unhold'), text: held ? t('holdText') : t('unholdText'), yes: held ? t('hold') : t('unhold'), act: async (why) => {
      await call('PUT /recordings/{id}/hold', { path: { id: r.id }, body: { held, reason: why } })
      await changed()
      tellDone(held ? t('heldDone') : t('unheldDone'))
    },
  })
  const remove = () => setWish({
    title: t('remove'), text: t('removeText'), yes: t('remove'), danger: true, act: async (why) => {
      await call('DELETE /recordings/{id}', { path: { id: r.id }, query: { reason: why } })
      await queries.invalidateQueries({ queryKey: ['calls'] })
      tellDone(t('removed'))
    },
  })
  const damaged = d?.state === 'damaged'
  return (
    <article aria-label={label} data-call={callId}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <Text size="sm" className="number">{dateTime(r.began_at)} · {duration(r.seconds)}{d ? ` · ${bytes(d.bytes)}` : ''}</Text>
          {d?.held && <Badge variant="light" leftSection={<IconLock size={12} />}>{t('held')}</Badge>}
          {damaged && <Badge color="red">{t('damaged')}</Badge>}
          {d?.kept_until && <Text size="xs" c="dimmed">{t('keptUntil', { date: date(d.kept_until) })}</Text>}
        </Group>
        <Group gap="xs">
          {!reason && <Button size="compact-md" leftSection={<IconPlayerPlay size={16} />} disabled={damaged} onClick={() => setWish({ title: t('listen'), yes: t('listen'), act: async (why) => setReason(why) })}>{t('listen')}</Button>}
          <Menu position="bottom-end">
            <Menu.Target><Button size="compact-md" variant="default" leftSection={<IconDownload size={16} />} disabled={damaged}>{t('download')}</Button></Menu.Target>
            <Menu.Dropdown>{formats.map((f) => <Menu.Item key={f} onClick={() => download(f)}>{t(f)}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
          {mayChange && d && <Button size="compact-md" variant="default" leftSection={d.held ? <IconLockOpen size={16} /> : <IconLock size={16} />} onClick={() => hold(!d.held)}>{d.held ? t('unhold') : t('hold')}</Button>}
          {mayChange && d && !d.held && <Button size="compact-md" variant="subtle" color="red" leftSection={<IconTrash size={16} />} onClick={remove}>{t('remove')}</Button>}
        </Group>
      </Group>
      {damaged && <Text size="sm" c="red">{t('damagedText')}</Text>}
      {reason && <Player src={pathOf('/recordings/{id}', { id: r.id }, { reason, format: 'wav' })} seconds={r.seconds} label={label} autoplay />}
      <Reason wish={wish} onClose={() => setWish(undefined)} />
    </article>
  )
}

/** Asks for the reason of a wish, and does it. */
function Reason({ wish, onClose }: { wish: Wish | undefined; onClose: () => void }) {
  const t = useTexts(soundTexts)
  const [why, setWhy] = useState(lastReason)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [missing, setMissing] = useState(false)
  const close = () => {
    setError(undefined)
    setMissing(false)
    onClose()
  }
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    const reason = why.trim()
    setMissing(reason === '')
    if (reason === '' || !wish) {
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      await wish.act(reason)
      lastReason = reason
      close()
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <Modal opened={wish !== undefined} onClose={close} title={wish?.title} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <form noValidate onSubmit={(e) => void submit(e)}>
        {wish?.text && <Text size="sm" mb="xs">{wish.text}</Text>}
        <TextInput label={t('reason')} description={t('reasonText')} value={why} onChange={(e) => setWhy(e.currentTarget.value)} maxLength={200} withAsterisk error={missing ? t('reasonNeeded') : undefined} data-autofocus />
        <Group gap={6} mt="xs" role="group" aria-label={t('suggested')}>
          {(['r1', 'r2', 'r3', 'r4'] as const).map((r) => <Button key={r} size="compact-xs" variant="light" onClick={() => setWhy(t(r))}>{t(r)}</Button>)}
        </Group>
        <ErrorNote error={error} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" color={wish?.danger ? 'red' : undefined} loading={busy}>{wish?.yes}</Button>
        </Group>
      </form>
    </Modal>
  )
}
