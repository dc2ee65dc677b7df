import { Badge, Button, Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { CompanyAttendant } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { Setting } from '~/parts/Setting'
import { useMay } from '~/shell/me'
import { EntryDrawer } from '../phones/EntryDrawer'
import type { Form } from '../phones/EntryDrawer'
import { NumberOr } from '../phones/inputs'
import { useAll } from '../phones/lists'
import { PendingBadge } from '../phones/pending'
import { PromptInput } from '../phones/PromptInput'
import { TargetInput, useTargetWords } from '../phones/TargetInput'
import { phonesTexts } from '../phones/texts'
import { Keys } from './Keys'
import { freeNumber, withoutEmpty } from './keysOf'
import { attendantsTexts } from './texts'

export default function AttendantsPage() {
  const t = useTexts(attendantsTexts)
  return (
    <NeedsTenant>
      <PageHeader title={t('title')} text={t('text')}><PendingBadge /></PageHeader>
      <Attendants />
    </NeedsTenant>
  )
}

/** Menus by key, and which public numbers lead to each. */
function Attendants() {
  const t = useTexts(attendantsTexts)
  const phones = useTexts(phonesTexts)
  const may = useMay('groups', 'change')
  const mayMake = useMay('groups', 'change', 'number')
  const mayDIDs = useMay('numbers')
  const all = useAll('attendants')
  const dids = useAll('dids', mayDIDs)
  const extensions = useAll('extensions')
  const words = useTargetWords()
  const [open, setOpen] = useState<string>()
  const leads = useMemo(() => (number: string) => (dids.data ?? []).filter((d) => d.to === `attendant:${number}` || d.else === `attendant:${number}`).map((d) => phone(d.number)), [dids.data])
  const columns = useMemo((): ColumnDef<CompanyAttendant, unknown>[] => [
    { id: 'number', header: t('number'), accessorFn: (a) => a.number, cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text>, meta: { width: 90 } },
    { id: 'name', header: t('name'), accessorFn: (a) => a.name ?? '' },
    { id: 'keys', header: t('keys'), accessorFn: (a) => (a.keys ?? []).map((k) => `${k.key} ${k.name || words(k.to)}`).join(', '), cell: ({ getValue }) => <Text size="sm" lineClamp={2}>{getValue<string>()}</Text> },
    { id: 'else', header: t('else'), accessorFn: (a) => words(a.else) || t('endCall'), meta: { wide: true } },
    { id: 'dids', header: t('dids'), accessorFn: (a) => leads(a.number).join(', '), cell: ({ getValue }) => getValue<string>() || <Badge tt="none" variant="outline" color="gray">{t('noDids')}</Badge>, meta: { wide: true } },
  ], [t, words, leads])
  const start = useMemo((): CompanyAttendant => ({ number: freeNumber([...(all.data ?? []).map((a) => a.number), ...(extensions.data ?? []).map((e) => e.extension)]), name: '', prompt: '', keys: [{ key: '1', to: '' }] }), [all.data, extensions.data])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('title')} rows={all.data} columns={columns} rowId={(a) => a.number} onOpen={(a) => setOpen(a.number)} searchText={(a) => `${a.number} ${a.name ?? ''} ${(a.keys ?? []).map((k) => `${k.name ?? ''} ${words(k.to)}`).join(' ')}`}
          tools={mayMake && <Button onClick={() => setOpen('')}>{t('add')}</Button>}
          empty={<Empty title={t('empty')} text={t('emptyText')} action={mayMake ? t('add') : undefined} onAction={() => setOpen('')} />}
        />
      )}
      <EntryDrawer<CompanyAttendant> path="attendants" id={open} title={open ? `${phones('attendant')} ${open}` : t('add')} start={start} prepare={withoutEmpty} mayChange={may} onClose={() => setOpen(undefined)}>
        {(form) => <Fields {...form} dids={leads(form.draft.number)} mayDIDs={mayDIDs} />}
      </EntryDrawer>
    </>
  )
}

function Fields({ draft: a, set, isNew, dids, mayDIDs }: Form<CompanyAttendant> & { dids: string[]; mayDIDs: boolean }) {
  const t = useTexts(attendantsTexts)
  const phones = useTexts(phonesTexts)
  return (
    <Stack gap="sm">
      <Setting name="number"><TextInput label={t('number')} description={t('numberText')} value={a.number} onChange={(e) => set({ number: e.currentTarget.value.replace(/\D/g, '') })} inputMode="numeric" pattern="\d{3,10}" maxLength={10} required readOnly={!isNew} /></Setting>
      <Setting name="name"><TextInput label={t('name')} placeholder={t('namePh')} value={a.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} data-autofocus={isNew || undefined} /></Setting>
      <Setting name="prompt"><PromptInput label={t('prompt')} description={t('promptText')} value={a.prompt} onChange={(prompt) => set({ prompt })} suggest={`menu-${a.number || '1'}`} text={t('promptPh')} /></Setting>
      <Setting name="keys"><Keys list={a.keys ?? []} onChange={(keys) => set({ keys })} /></Setting>
      <Setting name="direct"><Checkbox label={t('direct')} description={t('directText')} checked={!!a.direct} onChange={(e) => set({ direct: e.currentTarget.checked })} /></Setting>
      <Setting name="wait_seconds"><NumberOr label={t('wait')} description={t('waitText')} value={a.wait_seconds} onChange={(v) => set({ wait_seconds: v })} def="5" max={30} unit={phones('seconds')} /></Setting>
      <Setting name="plays"><NumberOr label={t('plays')} description={t('playsText')} value={a.plays} onChange={(v) => set({ plays: v })} def="3" max={10} /></Setting>
      <Setting name="else"><TargetInput label={t('else')} description={t('elseText')} value={a.else} onChange={(v) => set({ else: v })} nowhere={t('endCall')} /></Setting>
      {!isNew && mayDIDs && <Text size="sm" c="dimmed">{dids.length ? t('reachedBy', { numbers: dids.join(', ') }) : t('reachedByNone')}</Text>}
    </Stack>
  )
}
