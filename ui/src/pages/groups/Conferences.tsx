import { Badge, Button, PasswordInput, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { CompanyConference } from '~/api/schema'
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
import { NumberOr } from '../phones/inputs'
import { useAll } from '../phones/lists'
import { phonesTexts } from '../phones/texts'
import { groupsTexts } from './texts'

const start: CompanyConference = { number: '', name: '', pin: '' }

/** Rooms where everybody who calls in talks with each other. */
export function Conferences() {
  const t = useTexts(groupsTexts)
  const phones = useTexts(phonesTexts)
  const may = useMay('groups', 'change')
  const mayMake = useMay('groups', 'change', 'number')
  const all = useAll('conferences')
  const [open, setOpen] = useState<string>()
  const columns = useMemo((): ColumnDef<CompanyConference, unknown>[] => [
    { id: 'number', header: t('number'), accessorFn: (r) => r.number, cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text>, meta: { width: 90 } },
    { id: 'name', header: t('name'), accessorFn: (r) => r.name ?? '' },
    { id: 'seats', header: t('seats'), accessorFn: (r) => r.seats || 20, meta: { wide: true } },
    { id: 'pin', header: t('entry'), accessorFn: (r) => (r.open ? 1 : 0), cell: ({ row: { original: r } }) => <Badge tt="none" variant={r.open ? 'outline' : 'light'} color={r.open ? 'orange' : 'teal'}>{t(r.open ? 'entryOpen' : 'entryPin')}</Badge> },
  ], [t])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('rooms')} rows={all.data} columns={columns} rowId={(r) => r.number} onOpen={(r) => setOpen(r.number)} searchText={(r) => `${r.number} ${r.name ?? ''}`}
          tools={mayMake && <Button onClick={() => setOpen('')}>{t('addRoom')}</Button>}
          empty={<Empty title={t('emptyRooms')} text={t('emptyRoomsText')} action={mayMake ? t('addRoom') : undefined} onAction={() => setOpen('')} />}
        />
      )}
      <EntryDrawer<CompanyConference> path="conferences" id={open} title={open ? `${phones('conference')} ${open}` : t('addRoom')} start={start} mayChange={may} onClose={() => setOpen(undefined)}>
        {(form) => <Fields {...form} />}
      </EntryDrawer>
    </>
  )
}

function Fields({ draft: r, set, isNew }: Form<CompanyConference>) {
  const t = useTexts(groupsTexts)
  return (
    <Stack gap="sm">
      <Setting name="number"><TextInput label={t('number')} description={t('roomNumberText')} value={r.number} onChange={(e) => set({ number: e.currentTarget.value.replace(/\D/g, '') })} inputMode="numeric" pattern="\d{3,10}" maxLength={10} required readOnly={!isNew} data-autofocus={isNew || undefined} /></Setting>
      <Setting name="name"><TextInput label={t('name')} value={r.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} /></Setting>
      <Setting name="open"><Switch label={t('askPin')} description={t('askPinText')} checked={!r.open} onChange={(e) => set({ open: !e.currentTarget.checked })} /></Setting>
      {!r.open && <Setting name="pin"><PasswordInput label={t('pin')} description={t(isNew ? 'pinText' : 'pinKeep')} value={r.pin ?? ''} onChange={(e) => set({ pin: e.currentTarget.value.replace(/\D/g, '') || undefined })} inputMode="numeric" pattern="\d{4,10}" maxLength={10} required={isNew} autoComplete="new-password" /></Setting>}
      <Setting name="seats"><NumberOr label={t('seats')} description={t('seatsText')} value={r.seats} onChange={(v) => set({ seats: v })} def="20" min={2} max={100} /></Setting>
      <Setting name="quiet"><Switch label={t('quiet')} description={t('quietText')} checked={!!r.quiet} onChange={(e) => set({ quiet: e.currentTarget.checked })} /></Setting>
    </Stack>
  )
}
