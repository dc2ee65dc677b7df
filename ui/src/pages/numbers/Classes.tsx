import { Badge, Button, Checkbox, Group, Radio, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { CompanyClass } from '~/api/schema'
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
import { useAll } from '../phones/lists'
import { numbersTexts } from './texts'

const kinds = ['national', 'mobile', 'international', 'premium'] as const
const start = { name: '', dials: ['national', 'mobile'] } as unknown as CompanyClass

/** What extensions may dial. */
export function Classes() {
  const t = useTexts(numbersTexts)
  const may = useMay('features', 'change')
  const mayMake = useMay('features', 'change', 'name')
  const all = useAll('classes-of-service')
  const [open, setOpen] = useState<string>()
  const columns = useMemo((): ColumnDef<CompanyClass, unknown>[] => [
    { id: 'name', header: t('className'), accessorFn: (c) => (c.name === 'all' ? t('allName') : c.name), cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text> },
    {
      id: 'dials', header: t('dials'), enableSorting: false, accessorFn: (c) => c.dials?.join(',') ?? '',
      cell: ({ row: { original: c } }) => (
        <Group gap={4}>
          {c.dials === null ? t('dialsAll') : c.dials.length === 0 ? t('dialsNone') : c.dials.map((d) => <Badge tt="none" key={d} variant="light">{(kinds as readonly string[]).includes(d) ? t(d as 'mobile') : d}</Badge>)}
          {c.no_codes && <Badge tt="none" variant="outline" color="gray">{t('codesOff')}</Badge>}
        </Group>
      ),
    },
  ], [t])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      <Group justify="space-between" mb="xs"><Text size="sm" c="dimmed" maw={640}>{t('classesText')}</Text>{mayMake && <Button onClick={() => setOpen('')}>{t('addClass')}</Button>}</Group>
      {all.isPending ? <Loading /> : all.data && (
        <DataTable label={t('classes')} rows={all.data} columns={columns} rowId={(c) => c.name} onOpen={(c) => setOpen(c.name)} empty={<Empty title={t('emptyClasses')} text={t('emptyClassesText')} action={mayMake ? t('addClass') : undefined} onAction={() => setOpen('')} />} />
      )}
      <EntryDrawer<CompanyClass> path="classes-of-service" id={open} title={open || t('addClass')} start={start} mayChange={may} onClose={() => setOpen(undefined)}>
        {(form) => <Fields {...form} />}
      </EntryDrawer>
    </>
  )
}

function Fields({ draft: d, set, isNew }: Form<CompanyClass>) {
  const t = useTexts(numbersTexts)
  const limited = d.dials !== null && d.dials !== undefined
  return (
    <Stack gap="sm">
      <Setting name="name"><TextInput label={t('className')} description={t('classNameText')} value={d.name} onChange={(e) => set({ name: e.currentTarget.value })} pattern="[A-Za-z][A-Za-z0-9\-]{0,31}" required readOnly={!isNew} data-autofocus={isNew || undefined} /></Setting>
      <Setting name="dials"><Radio.Group label={t('dials')} value={limited ? 'some' : 'all'} onChange={(v) => set({ dials: v === 'all' ? null : ['national', 'mobile'] })}>
        <Group mt={4}><Radio value="all" label={t('dialsAll')} /><Radio value="some" label={t('limit')} /></Group>
      </Radio.Group></Setting>
      {limited && (
        <Setting name="dials"><Checkbox.Group value={d.dials ?? []} onChange={(dials) => set({ dials })} aria-label={t('dials')}>
          <Stack gap="xs">{kinds.map((k) => <Checkbox key={k} value={k} label={t(k)} />)}</Stack>
        </Checkbox.Group></Setting>
      )}
      <Setting name="no_codes"><Switch label={t('noCodes')} checked={!!d.no_codes} onChange={(e) => set({ no_codes: e.currentTarget.checked })} /></Setting>
    </Stack>
  )
}
