import { Button, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { CompanyRingGroup } from '~/api/schema'
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
import { NumberOr, ToneInput } from '../phones/inputs'
import { useAll } from '../phones/lists'
import { TargetInput, useTargetWords } from '../phones/TargetInput'
import { phonesTexts } from '../phones/texts'
import { Members } from './Members'
import { groupsTexts } from './texts'

const start: CompanyRingGroup = { number: '', name: '', members: [] }

/** Numbers that ring several phones. */
export function RingGroups() {
  const t = useTexts(groupsTexts)
  const phones = useTexts(phonesTexts)
  const may = useMay('groups', 'change')
  const mayMake = useMay('groups', 'change', 'number')
  const all = useAll('ring-groups')
  const extensions = useAll('extensions')
  const words = useTargetWords()
  const [open, setOpen] = useState<string>()
  const names = useMemo(() => new Map((extensions.data ?? []).map((e) => [e.extension, e.name])), [extensions.data])
  const columns = useMemo((): ColumnDef<CompanyRingGroup, unknown>[] => [
    { id: 'number', header: t('number'), accessorFn: (g) => g.number, cell: ({ getValue }) => <Text span size="sm" fw={600}>{getValue<string>()}</Text>, meta: { width: 90 } },
    { id: 'name', header: t('name'), accessorFn: (g) => g.name ?? '' },
    { id: 'members', header: t('members'), accessorFn: (g) => (g.members ?? []).map((m) => (names.has(m) && names.get(m) !== m ? `${m} ${names.get(m)}` : phone(m))).join(', '), cell: ({ getValue }) => <Text size="sm" lineClamp={2}>{getValue<string>()}</Text> },
    { id: 'how', header: t('how'), accessorFn: (g) => t(g.strategy === 'in_turn' ? 'in_turn' : 'all'), meta: { wide: true } },
    { id: 'else', header: t('else'), accessorFn: (g) => words(g.else) || t('endCall'), meta: { wide: true } },
  ], [t, words, names])
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('rings')} rows={all.data} columns={columns} rowId={(g) => g.number} onOpen={(g) => setOpen(g.number)} searchText={(g) => `${g.number} ${g.name ?? ''} ${(g.members ?? []).map((m) => `${m} ${names.get(m) ?? ''}`).join(' ')}`}
          tools={mayMake && <Button onClick={() => setOpen('')}>{t('add')}</Button>}
          empty={<Empty title={t('empty')} text={t('emptyText')} action={mayMake ? t('add') : undefined} onAction={() => setOpen('')} />}
        />
      )}
      <EntryDrawer<CompanyRingGroup> path="ring-groups" id={open} title={open ? `${phones('ring_group')} ${open}` : t('add')} start={start} mayChange={may} onClose={() => setOpen(undefined)}>
        {(form) => <Fields {...form} />}
      </EntryDrawer>
    </>
  )
}

function Fields({ draft: g, set, isNew }: Form<CompanyRingGroup>) {
  const t = useTexts(groupsTexts)
  const phones = useTexts(phonesTexts)
  const turn = g.strategy === 'in_turn'
  return (
    <Stack gap="sm">
      <Setting name="number"><TextInput label={t('number')} description={t('numberText')} value={g.number} onChange={(e) => set({ number: e.currentTarget.value.replace(/\D/g, '') })} inputMode="numeric" pattern="\d{3,10}" maxLength={10} required readOnly={!isNew} data-autofocus={isNew || undefined} /></Setting>
      <Setting name="name"><TextInput label={t('name')} value={g.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} /></Setting>
      <Setting name="members"><Members list={g.members ?? []} onChange={(members) => set({ members })} /></Setting>
      <Setting name="strategy"><Radio.Group label={t('how')} value={turn ? 'in_turn' : 'all'} onChange={(v) => set({ strategy: v === 'all' ? '' : v })}>
        <Stack gap={6} mt={4}><Radio value="all" label={t('all')} description={t('allText')} /><Radio value="in_turn" label={t('in_turn')} description={t('turnText')} /></Stack>
      </Radio.Group></Setting>
      <Setting name="ring_seconds"><NumberOr label={t('ring')} description={t(turn ? 'ringTurn' : 'ringAll')} value={g.ring_seconds} onChange={(v) => set({ ring_seconds: v })} def="20" max={600} unit={phones('seconds')} /></Setting>
      <Setting name="else"><TargetInput label={t('else')} value={g.else} onChange={(v) => set({ else: v })} nowhere={t('endCall')} /></Setting>
      <Setting name="caller_prefix"><TextInput label={phones('callerPrefix')} description={phones('callerPrefixText')} value={g.caller_prefix ?? ''} onChange={(e) => set({ caller_prefix: e.currentTarget.value })} maxLength={80} /></Setting>
      <Setting name="tone"><ToneInput value={g.tone} onChange={(tone) => set({ tone })} /></Setting>
    </Stack>
  )
}
