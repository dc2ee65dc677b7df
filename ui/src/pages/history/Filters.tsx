import { Button, Chip, Collapse, Group, NumberInput, Paper, Select, SimpleGrid, TextInput } from '@mantine/core'
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks'
import { IconFilter, IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTexts } from '~/lang/texts'
import { useMay } from '~/shell/me'
import { directions, filterOf, further, periods, results, searchOf } from './filter'
import type { Filter, Period } from './filter'
import { historyTexts } from './texts'

const names = { all: 'all', today: 'today', yesterday: 'yesterday', '7d': 'd7', '30d': 'd30', range: 'range' } as const

/** What one looks for: at hand what is asked most, the rest one press away. */
export function Filters({ filter: f, onChange }: { filter: Filter; onChange: (f: Filter) => void }) {
  const t = useTexts(historyTexts)
  const people = useMay('people')
  const n = further(f)
  const [open, { toggle }] = useDisclosure(n > 0)
  const set = (part: Partial<Filter>) => onChange({ ...f, ...part })
  return (
    <Paper withBorder p="sm" mb="sm" component="section" aria-label={t('search')}>
      <Group gap="sm" align="center">
        <Typed label={t('search')} hidden value={f.q} onChange={(q) => set({ q })} icon={<IconSearch size={16} />} help={t('searchHelp')} />
        <Chip.Group value={f.when} onChange={(v) => set({ when: v as Period })}>
          <Group gap={6} role="radiogroup" aria-label={t('period')}>
            {periods.map((p) => <Chip key={p} value={p} size="sm">{t(names[p])}</Chip>)}
          </Group>
        </Chip.Group>
        <Chip size="sm" color="red" checked={f.result === 'missed'} onChange={(on) => set({ result: on ? 'missed' : '' })}>{t('missedOnly')}</Chip>
        <Button size="compact-md" variant="subtle" leftSection={<IconFilter size={16} />} aria-expanded={open} onClick={toggle}>{n > 0 ? t('conditionsN', { n }) : t('conditions')}</Button>
        {Object.keys(searchOf(f)).length > 0 && <Button size="compact-md" variant="subtle" color="gray" leftSection={<IconX size={16} />} onClick={() => onChange(filterOf({}))}>{t('clear')}</Button>}
      </Group>
      {f.when === 'range' && (
        <Group gap="sm" mt="sm">
          <TextInput type="datetime-local" label={t('from')} value={f.from} max={f.to || undefined} onChange={(e) => set({ from: e.currentTarget.value })} />
          <TextInput type="datetime-local" label={t('to')} value={f.to} min={f.from || undefined} onChange={(e) => set({ to: e.currentTarget.value })} />
        </Group>
      )}
      <Collapse expanded={open}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} mt="sm" spacing="sm">
          <Select label={t('result')} data={[{ value: '', label: t('anyResult') }, ...results.map((r) => ({ value: r as string, label: t(`r_${r}`) }))]} value={f.result} onChange={(v) => set({ result: v ?? '' })} allowDeselect={false} />
          <Select label={t('direction')} data={[{ value: '', label: t('anyDirection') }, ...directions.map((d) => ({ value: d as string, label: t(d) }))]} value={f.direction} onChange={(v) => set({ direction: v ?? '' })} allowDeselect={false} />
          <Typed label={t('ext')} description={t('extHelp')} value={f.ext} onChange={(ext) => set({ ext })} />
          <Typed label={t('did')} description={t('didHelp')} value={f.did} onChange={(did) => set({ did })} />
          {people && <Typed label={t('person')} description={t('personHelp')} value={f.person} onChange={(person) => set({ person })} />}
          <NumberInput label={t('longer')} min={0} max={86400} allowDecimal={false} value={f.longer === '' ? '' : Number(f.longer)} onChange={(v) => set({ longer: String(v) })} />
          <NumberInput label={t('shorter')} min={0} max={86400} allowDecimal={false} value={f.shorter === '' ? '' : Number(f.shorter)} onChange={(v) => set({ shorter: String(v) })} />
        </SimpleGrid>
      </Collapse>
    </Paper>
  )
}

/** A field that asks only once one has stopped typing, or at Enter. */
function Typed({ label, hidden, description, value, onChange, icon, help }: { label: string; hidden?: boolean; description?: string; value: string; onChange: (v: string) => void; icon?: React.ReactNode; help?: string }) {
  const [text, setText] = useState(value)
  const [asked, setAsked] = useState(value)
  useEffect(() => {
    // The address was changed by something else: back, a link, clearing.
    if (value !== asked) {
      setText(value)
      setAsked(value)
    }
  }, [value, asked])
  const tell = (v: string) => {
    if (v !== asked) {
      setAsked(v)
      onChange(v)
    }
  }
  const later = useDebouncedCallback(tell, 400)
  return (
    <TextInput
      type={hidden ? 'search' : 'text'}
      label={hidden ? undefined : label}
      aria-label={hidden ? label : undefined}
      placeholder={hidden ? label : undefined}
      title={help}
      description={description}
      leftSection={icon}
      value={text}
      maxLength={64}
      w={hidden ? { base: '100%', sm: 260 } : undefined}
      onChange={(e) => {
        setText(e.currentTarget.value)
        later(e.currentTarget.value)
      }}
      onKeyDown={(e) => e.key === 'Enter' && tell(text)}
    />
  )
}
