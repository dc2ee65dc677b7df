import { Badge, Button, Checkbox, Group, Modal, Select, Stack, Switch, Table, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import type { CompanyHoliday } from '~/api/schema'
import { date } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { Setting } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { EntryDrawer } from '../phones/EntryDrawer'
import { useAll } from '../phones/lists'
import { useSaved } from '../phones/pending'
import { timesTexts } from './texts'

const start: CompanyHoliday = { date: '', name: '' }
const firstYear = 2026
const lastYear = 2032

/** Days off. */
export function Holidays() {
  const t = useTexts(timesTexts)
  const lang = useLanguage()
  const may = useMay('times', 'change')
  const mayMake = useMay('times', 'change', 'date')
  const all = useAll('holidays')
  const [open, setOpen] = useState<string>()
  const [importing, setImporting] = useState(false)
  const [past, setPast] = useState(false)
  const today = new Date().toLocaleDateString('sv-SE')
  const rows = (all.data ?? []).filter((h) => past || h.date.length === 5 || h.date >= today)
  const columns = useMemo((): ColumnDef<CompanyHoliday, unknown>[] => [
    { id: 'date', header: t('date'), accessorFn: (h) => h.date, cell: ({ row: { original: h } }) => <Group gap="xs" wrap="nowrap"><Text span size="sm" fw={600}>{h.date.length === 5 ? h.date : date(`${h.date}T00:00:00`)}</Text>{h.date.length === 5 && <Badge tt="none" variant="light">{t('yearly')}</Badge>}</Group> },
    { id: 'name', header: t('holidayName'), accessorFn: (h) => h.name ?? '' },
    // eslint-disable-next-line react-hooks/exhaustive-deps
  ], [t, lang])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('holidays')} rows={rows} columns={columns} rowId={(h) => h.date} onOpen={(h) => setOpen(h.date)} searchText={(h) => `${h.date} ${h.name ?? ''}`} sort={[{ id: 'date', desc: false }]}
          tools={
            <>
              {mayMake && <Button onClick={() => setOpen('')}>{t('addHoliday')}</Button>}
              {may && <Button variant="light" onClick={() => setImporting(true)}>{t('importKorea')}</Button>}
              {all.data.length > 0 && <Checkbox size="xs" label={t('pastToo')} checked={past} onChange={(e) => setPast(e.currentTarget.checked)} />}
            </>
          }
          empty={<Empty title={t('emptyHolidays')} text={t('emptyHolidaysText')} action={may ? t('importKorea') : undefined} onAction={() => setImporting(true)} />}
        />
      )}
      <EntryDrawer<CompanyHoliday> path="holidays" id={open} title={open || t('addHoliday')} start={start} mayChange={may} onClose={() => setOpen(undefined)}>
        {({ draft: h, set, isNew }) => <Fields holiday={h} set={set} isNew={isNew} />}
      </EntryDrawer>
      {importing && <ImportKorea there={all.data ?? []} onClose={() => setImporting(false)} />}
    </>
  )
}

function Fields({ holiday: h, set, isNew }: { holiday: CompanyHoliday; set: (part: Partial<CompanyHoliday>) => void; isNew: boolean }) {
  const t = useTexts(timesTexts)
  const [every, setEvery] = useState(h.date.length === 5)
  const year = new Date().getFullYear()
  const whole = h.date.length === 5 ? `${year}-${h.date}` : h.date
  return (
    <Stack gap="sm">
      <Setting name="date"><TextInput type="date" label={t('date')} value={whole} onChange={(e) => set({ date: every ? e.currentTarget.value.slice(5) : e.currentTarget.value })} required data-autofocus={isNew || undefined} /></Setting>
      <Setting name="date"><Switch label={t('every')} description={t('everyText')} checked={every} onChange={(e) => { const on = e.currentTarget.checked; setEvery(on); if (whole) { set({ date: on ? whole.slice(5) : whole }) } }} /></Setting>
      <Setting name="name"><TextInput label={t('holidayName')} placeholder={t('holidayPh')} value={h.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} /></Setting>
    </Stack>
  )
}

function ImportKorea({ there, onClose }: { there: CompanyHoliday[]; onClose: () => void }) {
  const t = useTexts(timesTexts)
  const parts = useTexts(partsTexts)
  useLanguage()
  const { query } = useTenant()
  const saved = useSaved()
  const today = new Date()
  // Late in a year the next year is what one means.
  const now = Math.min(Math.max(today.getFullYear() + (today.getMonth() >= 10 ? 1 : 0), firstYear), lastYear)
  const day = today.toLocaleDateString('sv-SE')
  const [year, setYear] = useState(now)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const list = useQuery({ queryKey: ['times', 'korea', year], staleTime: Infinity, queryFn: ({ signal }) => dataOf('GET /holidays/korea', { query: { year }, signal }) })
  const known = new Set(there.map((h) => h.date))
  const added = (list.data ?? []).filter((h) => !known.has(h.date))
  const act = async () => {
    setBusy(true)
    try {
      const done = await dataOf('POST /holidays/korea', { query, body: { year } })
      tellDone(t('imported', { n: done?.length ?? 0 }))
      void saved()
      onClose()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('importKorea')} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <Stack gap="sm">
        <Text size="sm">{t('importText')}</Text>
        <Select label={t('year')} data={Array.from({ length: lastYear - firstYear + 1 }, (_, i) => String(firstYear + i))} value={String(year)} onChange={(v) => v && setYear(Number(v))} allowDeselect={false} data-autofocus />
        <ErrorNote error={error ?? list.error} />
        {list.data ? (
          <Table.ScrollContainer minWidth={280} mah={320} tabIndex={0}>
            <Table aria-label={t('holidays')}><Table.Tbody>
              {list.data.map((h) => <Table.Tr key={h.date}><Table.Td>{date(`${h.date}T00:00:00`)}</Table.Td><Table.Td>{h.name}</Table.Td><Table.Td ta="right"><Badge tt="none" variant="light" color={known.has(h.date) || h.date < day ? 'gray' : 'teal'}>{t(known.has(h.date) ? 'there' : h.date < day ? 'gone' : 'newDay')}</Badge></Table.Td></Table.Tr>)}
            </Table.Tbody></Table>
          </Table.ScrollContainer>
        ) : !list.error && <Loading />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{parts('cancel')}</Button>
          <Button loading={busy} disabled={added.length === 0} onClick={() => void act()}>{added.length === 0 && list.data ? t('allThere') : t('importDo', { n: added.length })}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
