import { Fieldset, Group, Select, SimpleGrid, Switch, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { dataOf } from '~/api/client'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { Setting, useOnly } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { keys, maySet, mistakeIn } from './rules'
import type { Kind, Mistake, Wish } from './rules'
import { diversionTexts } from './texts'

/** The time groups that one may choose; none for who may not see them. */
export function useTimeGroups(): { value: string; label: string }[] {
  const tenant = useTenant()
  const may = useMay('times')
  const found = useQuery({
    queryKey: ['times', tenant.tenant, 'groups'],
    queryFn: ({ signal }) => dataOf('GET /time-groups', { query: { ...tenant.query, limit: 1000 }, signal }),
    enabled: may && tenant.chosen, staleTime: 60_000,
  })
  return useMemo(() => found.data?.map((g) => ({ value: String(g.id), label: g.name || String(g.id) })) ?? [], [found.data])
}

/** One diversion in a form: whether it is on, where it leads, when it counts. */
export function DiversionFields({ kind, wish, onChange, wrong, extensions }: { kind: Kind; wish: Wish; onChange: (w: Wish) => void; wrong?: Mistake; extensions: Set<string> }) {
  const t = useTexts(diversionTexts)
  return (
    <Fieldset legend={<Text fw={600} size="sm">{t(kind)}</Text>} p="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Text size="sm" c="dimmed">{t(`${kind}help`)}</Text>
        <Of kind={kind} name="enable"><Switch label={t('use')} aria-label={`${t(kind)}: ${t('use')}`} checked={wish.on} onChange={(e) => onChange({ ...wish, on: e.currentTarget.checked })} /></Of>
      </Group>
      <Destinations kind={kind} wish={wish} onChange={onChange} wrong={wrong} extensions={extensions} />
    </Fieldset>
  )
}

/** Where a diversion leads, and when it counts. */
export function Destinations({ kind, wish, onChange, wrong, extensions }: { kind: Kind; wish: Wish; onChange: (w: Wish) => void; wrong?: Mistake; extensions: Set<string> }) {
  const t = useTexts(diversionTexts)
  const groups = useTimeGroups()
  // A group that is not on the list any more is still shown.
  const known = wish.group === '' || groups.some((g) => g.value === wish.group) ? groups : [...groups, { value: wish.group, label: wish.group }]
  const told = (number: string, m: Mistake | undefined) => m && t(m, { number: phone(number) })
  const leads = kind !== 'DND' && kind !== 'PEA'
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" mt="xs">
      {leads && (
        <Of kind={kind} name="destination"><TextInput
          label={t('destination')} aria-label={`${t(kind)}: ${t('destination')}`} description={t('destinationHelp')} inputMode="tel" maxLength={24} value={wish.number} error={told(wish.number, wrong)}
          onChange={(e) => onChange({ ...wish, number: e.currentTarget.value })} onBlur={() => onChange({ ...wish, number: phone(wish.number.replace(/[\s.-]/g, '')) })}
        /></Of>
      )}
      {kind === 'PEA' && keys.map((k) => {
        const n = wish.keys[k] ?? ''
        return <Of key={k} kind={kind} name="destinations"><TextInput label={t('key', { key: k })} inputMode="tel" maxLength={24} value={n} error={(n.trim() !== '' && told(n, mistakeIn(n, [], extensions))) || (k === '0' && wrong === 'needsKey' && t('needsKey'))} onChange={(e) => onChange({ ...wish, keys: { ...wish.keys, [k]: e.currentTarget.value } })} /></Of>
      })}
      {known.length > 0 && (
        <Of kind={kind} name="time_group"><Select label={t('timeGroup')} aria-label={`${t(kind)}: ${t('timeGroup')}`} description={t('timeGroupHelp')} data={[{ value: '', label: t('always') }, ...known]} value={wish.group} onChange={(v) => onChange({ ...wish, group: v ?? '' })} allowDeselect={false} /></Of>
      )}
    </SimpleGrid>
  )
}

/** An input that a role has by its member, or by its kind as a whole. */
function Of({ kind, name, children }: { kind: Kind; name: 'enable' | 'destination' | 'destinations' | 'time_group'; children: ReactNode }) {
  return maySet(useOnly('diversions'), kind, name) ? children : <Setting name={name}>{children}</Setting>
}
