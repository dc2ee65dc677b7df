import { Alert, Button, Group, MultiSelect, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useTenant } from '~/shell/me'
import { worksTexts } from './texts'
import { useSaveWorks } from './works'
import type { Works } from './works'

/** Who gets cards, when, and how many. */
export function Sending({ works }: { works: Works }) {
  const t = useTexts(worksTexts)
  const { tenant, query } = useTenant()
  const mayChange = useMay('naverworks', 'change')
  const mayTimes = useMay('times')
  const mayExtensions = useMay('extensions')
  const save = useSaveWorks()
  const was = {
    extensions: works.extensions ?? [], follow_ups: works.follow_ups ?? 'all', quiet_hours: works.quiet_hours ?? 0, only_external: works.only_external ?? false, no_call_back: works.no_call_back ?? false,
    recordings: works.recordings ?? false, ring_seconds: works.ring_seconds ?? 0, per_minute: works.per_minute ?? 0, room: works.room ?? '', group_room: works.group_room ?? '',
  }
  const [f, setF] = useState(was)
  const set = (more: Partial<typeof f>) => setF((x) => ({ ...x, ...more }))
  const extensions = useQuery({ queryKey: ['extensions', tenant, 'choice'], enabled: mayExtensions, queryFn: ({ signal }) => dataOf('GET /extensions', { query: { ...query, limit: 1000 }, signal }) })
  const times = useQuery({ queryKey: ['times', tenant, 'choice'], enabled: mayTimes, queryFn: ({ signal }) => dataOf('GET /time-groups', { query, signal }) })
  const health = useQuery({ queryKey: ['naverworks', tenant, 'health'], retry: false, queryFn: ({ signal }) => dataOf('GET /health', { signal }) })
  const number = (v: string | number) => (v === '' ? 0 : Number(v))
  const findings = (health.data?.cards ?? []).filter((c) => c.tenant === tenant)
  const choice = (extensions.data ?? []).map((e) => ({ value: e.extension, label: e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension }))
  for (const e of f.extensions) {
    if (!choice.some((c) => c.value === e)) {
      choice.push({ value: e, label: e })
    }
  }
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate(f) }}>
      <Stack gap="md" maw={620}>
        {findings.map((c) => <Alert key={c.group} color="orange" variant="light">{t('cardsFinding', { group: c.group, people: c.people, told: c.told })}</Alert>)}
        <MultiSelect label={t('who')} description={t('whoHelp')} data={choice} value={f.extensions} onChange={(v) => set({ extensions: v })} searchable clearable disabled={!mayChange} />
        <Select label={t('followUps')} data={(['all', 'missed', 'none'] as const).map((v) => ({ value: v, label: t(`f_${v}`) }))} value={f.follow_ups} onChange={(v) => v && set({ follow_ups: v as 'all' })} allowDeselect={false} disabled={!mayChange} />
        <Select label={t('quiet')} description={t('quietHelp')} data={[{ value: '0', label: t('quietNone') }, ...(times.data ?? []).map((g) => ({ value: String(g.id), label: g.name || String(g.id) }))]} value={String(f.quiet_hours)} onChange={(v) => set({ quiet_hours: Number(v ?? 0) })} allowDeselect={false} disabled={!mayChange} />
        <Switch label={t('onlyExternal')} checked={f.only_external} onChange={(e) => set({ only_external: e.currentTarget.checked })} disabled={!mayChange} />
        <Switch label={t('noCallBack')} checked={f.no_call_back} onChange={(e) => set({ no_call_back: e.currentTarget.checked })} disabled={!mayChange} />
        <Switch label={t('recordings')} description={t('recordingsHelp')} checked={f.recordings} onChange={(e) => set({ recordings: e.currentTarget.checked })} disabled={!mayChange} />
        <NumberInput label={t('ring')} description={t('ringHelp')} value={f.ring_seconds || ''} onChange={(v) => set({ ring_seconds: number(v) })} min={-1} max={600} allowDecimal={false} disabled={!mayChange} />
        <NumberInput label={t('perMinute')} description={t('perMinuteHelp')} value={f.per_minute || ''} onChange={(v) => set({ per_minute: number(v) })} min={-1} max={100000} allowDecimal={false} disabled={!mayChange} />
        <TextInput label={t('groupRoom')} description={t('groupRoomHelp')} value={f.group_room} onChange={(e) => set({ group_room: e.currentTarget.value.trim() })} maxLength={100} disabled={!mayChange} />
        <TextInput label={t('room')} description={t('roomHelp')} value={f.room} onChange={(e) => set({ room: e.currentTarget.value.trim() })} maxLength={100} disabled={!mayChange} />
        <ErrorNote error={save.error} />
        {mayChange && <Group><Button type="submit" loading={save.isPending} disabled={JSON.stringify(f) === JSON.stringify(was)}>{t('save')}</Button></Group>}
      </Stack>
    </form>
  )
}
