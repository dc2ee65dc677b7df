import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf, pathOf } from '~/api/client'
import type { Tone } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone, tellError } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { Setting } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { EntryDrawer } from '../phones/EntryDrawer'
import { useAll } from '../phones/lists'
import { Listen, Upload } from './Sound'
import { Speak } from './Speak'
import { promptsTexts } from './texts'

const start: Tone = { name: '', title: '' }

/** Sounds for callers who wait. */
export function Tones() {
  const t = useTexts(promptsTexts)
  const may = useMay('prompts', 'change')
  const mayMake = useMay('prompts', 'change', 'name')
  const { query } = useTenant()
  const client = useQueryClient()
  const all = useAll('tones')
  const [open, setOpen] = useState<string>()
  const columns = useMemo((): ColumnDef<Tone, unknown>[] => [
    { id: 'title', header: t('toneTitle'), accessorFn: (x) => x.title || x.name, cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text> },
    { id: 'name', header: t('toneName'), accessorFn: (x) => x.name, meta: { wide: true } },
    { id: 'sound', header: t('sound'), accessorFn: (x) => (x.recording ? 1 : 0), cell: ({ row: { original: x } }) => <Badge tt="none" variant={x.recording ? 'light' : 'outline'} color={x.recording ? 'teal' : 'orange'}>{x.recording ? t('length', { n: x.recording.length.toFixed(1) }) : t('noSound')}</Badge> },
  ], [t])
  const again = (message: string) => {
    void client.invalidateQueries({ queryKey: ['tones'] })
    void client.invalidateQueries({ queryKey: ['apply'] })
    tellDone(message)
  }
  const drop = (name: string) => dataOf('DELETE /tones/{name}/recording', { path: { name }, query }).then(() => again(t('dropped')), tellError)
  return (
    <>
      <Group justify="space-between" mb="xs"><Text size="sm" c="dimmed" maw={640}>{t('tonesText')}</Text>{mayMake && <Button onClick={() => setOpen('')}>{t('addTone')}</Button>}</Group>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable label={t('tones')} rows={all.data} columns={columns} rowId={(x) => x.name} onOpen={(x) => setOpen(x.name)} empty={<Empty title={t('emptyTones')} text={t('emptyTonesText')} action={mayMake ? t('addTone') : undefined} onAction={() => setOpen('')} />} />
      )}
      <EntryDrawer<Tone>
        path="tones" id={open} title={open ? all.data?.find((x) => x.name === open)?.title || open : t('addTone')} start={start} mayChange={may} onClose={() => setOpen(undefined)}
        pick={(x) => ({ name: x.name, title: x.title })} onSaved={(answer) => setOpen(open === '' ? (answer as { data: Tone }).data.name : undefined)}
      >
        {({ draft: x, set, isNew }) => {
          const now = all.data?.find((one) => one.name === open)
          return (
            <Stack gap="sm">
              <Setting name="title"><TextInput label={t('toneTitle')} value={x.title ?? ''} onChange={(e) => set({ title: e.currentTarget.value })} maxLength={80} data-autofocus={isNew || undefined} /></Setting>
              <Setting name="name"><TextInput label={t('toneName')} description={t('toneNameText')} value={x.name} onChange={(e) => set({ name: e.currentTarget.value })} pattern="[A-Za-z][A-Za-z0-9\-]{0,31}" required readOnly={!isNew} /></Setting>
              {isNew ? <Text size="sm" c="dimmed">{t('saveFirst')}</Text> : (
                <>
                  {now?.recording ? <Listen url={pathOf('/tones/{name}/recording', { name: x.name }, query)} stamp={now.recording.uploaded_at} /> : <Text size="sm" c="dimmed">{t('noSound')}</Text>}
                  {may && <Upload url={pathOf('/tones/{name}/recording', { name: x.name }, query)} title={t('uploadTone')} onDone={() => again(t('toneUploaded'))} />}
                  {may && <Speak url={pathOf('/tones/{name}/recording', { name: x.name }, query)} onKept={() => again(t('toneUploaded'))} />}
                  {may && now?.recording && <Group><Button size="compact-sm" variant="light" color="red" onClick={() => void drop(x.name)}>{t('dropSound')}</Button></Group>}
                </>
              )}
            </Stack>
          )
        }}
      </EntryDrawer>
    </>
  )
}
