import { Badge, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { CompanyTimeGroup } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { Setting } from '~/parts/Setting'
import { useMay } from '~/shell/me'
import { EntryDrawer } from '../phones/EntryDrawer'
import { useAll } from '../phones/lists'
import { holds } from './hours'
import { Spans } from './Spans'
import { timesTexts } from './texts'
import { useSpanWords, Week } from './Week'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri']
const start = { name: '', spans: [{ days: weekdays, from: '09:00', to: '18:00' }] } as unknown as CompanyTimeGroup

/** When something holds: office hours. */
export function TimeGroups() {
  const t = useTexts(timesTexts)
  const may = useMay('times', 'change')
  const mayMake = useMay('times', 'change', 'name')
  const all = useAll('time-groups')
  const holidays = useAll('holidays')
  const words = useSpanWords()
  const [open, setOpen] = useState<string>()
  const columns = useMemo((): ColumnDef<CompanyTimeGroup, unknown>[] => [
    { id: 'name', header: t('name'), accessorFn: (g) => g.name || String(g.id), cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text> },
    { id: 'when', header: t('when'), enableSorting: false, accessorFn: (g) => words(g.spans) || t('noSpans') },
    { id: 'holidays', header: t('holidays'), accessorFn: (g) => t(g.on_holidays ? 'onH' : 'off'), meta: { wide: true } },
    {
      id: 'now', header: t('now'), accessorFn: (g) => holds(g, holidays.data ?? [], new Date()),
      cell: ({ getValue }) => <Badge tt="none" variant="light" color={getValue<boolean>() ? 'teal' : 'gray'}>{t(getValue<boolean>() ? 'inside' : 'outside')}</Badge>,
    },
  ], [t, words, holidays.data])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {mayMake && (all.data?.length ?? 0) > 0 && <Group justify="flex-end" mb="xs"><Button onClick={() => setOpen('')}>{t('add')}</Button></Group>}
      {all.isPending ? <Loading /> : all.data && (
        <DataTable label={t('groups')} rows={all.data} columns={columns} rowId={(g) => String(g.id)} onOpen={(g) => setOpen(String(g.id))} empty={<Empty title={t('empty')} text={t('emptyText')} action={mayMake ? t('add') : undefined} onAction={() => setOpen('')} />} />
      )}
      <EntryDrawer<CompanyTimeGroup> path="time-groups" id={open} title={open ? all.data?.find((g) => String(g.id) === open)?.name || t('groups') : t('add')} start={start} mayChange={may} onClose={() => setOpen(undefined)}>
        {({ draft: g, set, isNew }) => (
          <Stack gap="sm">
            <Setting name="name"><TextInput label={t('name')} description={t('nameText')} value={g.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} required data-autofocus={isNew || undefined} /></Setting>
            <Week spans={g.spans ?? []} />
            <Setting name="spans"><Spans list={g.spans ?? []} onChange={(spans) => set({ spans })} mayChange={may} /></Setting>
            <Setting name="on_holidays"><Switch label={t('onHolidays')} description={t('onHolidaysText')} checked={!!g.on_holidays} onChange={(e) => set({ on_holidays: e.currentTarget.checked })} /></Setting>
          </Stack>
        )}
      </EntryDrawer>
    </>
  )
}
