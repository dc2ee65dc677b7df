import { Button, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { CompanyDID } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { Setting } from '~/parts/Setting'
import { useMay } from '~/shell/me'
import { EntryDrawer } from '../phones/EntryDrawer'
import type { Form } from '../phones/EntryDrawer'
import { LanguageInput, NumberOr, ToneInput } from '../phones/inputs'
import { useAll } from '../phones/lists'
import { TargetInput, useTargetWords } from '../phones/TargetInput'
import { phonesTexts } from '../phones/texts'
import { numbersTexts } from './texts'

const start: CompanyDID = { number: '', to: 'extension' }

/** Public numbers, and where calls to them go. */
export function DIDs() {
  const t = useTexts(numbersTexts)
  const may = useMay('numbers', 'change')
  const mayMake = useMay('numbers', 'change', 'number')
  const all = useAll('dids')
  const times = useAll('time-groups')
  const words = useTargetWords()
  const [open, setOpen] = useState<string>()
  const columns = useMemo((): ColumnDef<CompanyDID, unknown>[] => [
    { id: 'number', header: t('did'), accessorFn: (d) => d.number, cell: ({ row }) => <Text span size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>{phone(row.original.number)}</Text> },
    { id: 'to', header: t('to'), accessorFn: (d) => words(d.to) },
    { id: 'hours', header: t('hours'), accessorFn: (d) => (d.time_group ? times.data?.find((g) => g.id === d.time_group)?.name || d.time_group : t('always')), meta: { wide: true } },
    { id: 'else', header: t('else'), accessorFn: (d) => (d.time_group ? words(d.else) || t('endCall') : ''), meta: { wide: true } },
    { id: 'description', header: t('description'), accessorFn: (d) => d.description ?? '', meta: { wide: true } },
  ], [t, words, times.data])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('dids')} rows={all.data} columns={columns} rowId={(d) => d.number} onOpen={(d) => setOpen(d.number)} searchText={(d) => `${d.number} ${phone(d.number)} ${d.description ?? ''} ${words(d.to)}`}
          tools={mayMake && <Button onClick={() => setOpen('')}>{t('addDID')}</Button>}
          empty={<Empty title={t('emptyDID')} text={t('emptyDIDText')} action={mayMake ? t('addDID') : undefined} onAction={() => setOpen('')} />}
        />
      )}
      <EntryDrawer<CompanyDID> path="dids" id={open} title={open ? phone(open) : t('addDID')} start={start} mayChange={may} onClose={() => setOpen(undefined)}>
        {(form) => <Fields {...form} />}
      </EntryDrawer>
    </>
  )
}

function Fields({ draft: d, set, isNew }: Form<CompanyDID>) {
  const t = useTexts(numbersTexts)
  const phones = useTexts(phonesTexts)
  const times = useAll('time-groups')
  return (
    <Stack gap="sm">
      <Setting name="number"><TextInput label={t('did')} description={t('didText')} value={d.number} onChange={(e) => set({ number: e.currentTarget.value.replace(/[^\d+]/g, '') })} inputMode="tel" required readOnly={!isNew} maxLength={21} data-autofocus={isNew || undefined} /></Setting>
      <Setting name="description"><TextInput label={t('description')} description={t('descriptionText')} value={d.description ?? ''} onChange={(e) => set({ description: e.currentTarget.value })} maxLength={80} /></Setting>
      <Setting name="to"><TargetInput label={t('to')} value={d.to} onChange={(to) => set({ to })} fax required /></Setting>
      <Setting name="time_group"><Select label={t('hours')} description={t('hoursText')} data={[{ value: '0', label: t('always') }, ...(times.data ?? []).map((g) => ({ value: String(g.id), label: g.name || String(g.id) })), ...(d.time_group && !times.data?.some((g) => g.id === d.time_group) ? [{ value: String(d.time_group), label: String(d.time_group) }] : [])]} value={String(d.time_group ?? 0)} onChange={(v) => set({ time_group: Number(v ?? 0) || undefined, ...(v === '0' ? { else: undefined } : {}) })} allowDeselect={false} /></Setting>
      {!!d.time_group && <Setting name="else"><TargetInput label={t('outside')} value={d.else} onChange={(v) => set({ else: v })} fax nowhere={t('endCall')} /></Setting>}
      <Setting name="tone"><ToneInput value={d.tone} onChange={(tone) => set({ tone })} /></Setting>
      <Setting name="caller_prefix"><TextInput label={phones('callerPrefix')} description={phones('callerPrefixText')} value={d.caller_prefix ?? ''} onChange={(e) => set({ caller_prefix: e.currentTarget.value })} maxLength={80} /></Setting>
      <Setting name="detect_fax"><NumberOr label={t('detect')} description={t('detectText')} value={d.detect_fax} onChange={(v) => set({ detect_fax: v })} max={15} unit={phones('seconds')} /></Setting>
      <Setting name="language"><LanguageInput value={d.language} onChange={(language) => set({ language })} /></Setting>
    </Stack>
  )
}
