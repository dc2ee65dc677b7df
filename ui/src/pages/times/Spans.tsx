import { ActionIcon, Button, Chip, Group, Input, Paper, Stack, Text, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { CompanySpan } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { days } from './hours'
import { timesTexts } from './texts'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri']
const quick = {
  office: [{ days: weekdays, from: '09:00', to: '18:00' }],
  officeLunch: [{ days: weekdays, from: '09:00', to: '12:00' }, { days: weekdays, from: '13:00', to: '18:00' }],
  always: [{ days: [], from: '00:00', to: '24:00' }],
} as const
const most = 50

/** The times of a time group. A field of the browser knows no 24:00: midnight as an end means it. */
export function Spans({ list, onChange, mayChange }: { list: CompanySpan[]; onChange: (list: CompanySpan[]) => void; mayChange: boolean }) {
  const t = useTexts(timesTexts)
  const change = (i: number, part: Partial<CompanySpan>) => onChange(list.map((s, at) => (at === i ? { ...s, ...part } : s)))
  return (
    <Input.Wrapper label={t('spans')} description={t('spanText')} labelElement="div">
      <Stack gap="xs" mt={6}>
        {mayChange && (
          <Group gap="xs">
            <Text size="sm">{t('presets')}:</Text>
            {(Object.keys(quick) as (keyof typeof quick)[]).map((k) => <Button key={k} size="compact-xs" variant="light" onClick={() => onChange(quick[k].map((s) => ({ ...s, days: [...s.days] })))}>{t(k)}</Button>)}
          </Group>
        )}
        {list.length === 0 && <Text size="sm" c="dimmed">{t('noSpans')}</Text>}
        {list.map((s, i) => (
          <Paper key={i} withBorder p="xs">
            <Group justify="space-between" align="flex-end" wrap="nowrap" gap="xs">
              <Group gap="xs" grow style={{ flex: 1 }}>
                <TextInput type="time" label={t('from')} value={s.from} onChange={(e) => change(i, { from: e.currentTarget.value })} required />
                <TextInput type="time" label={t('to')} value={s.to === '24:00' ? '00:00' : s.to} onChange={(e) => change(i, { to: e.currentTarget.value === '00:00' ? '24:00' : e.currentTarget.value })} required />
              </Group>
              {mayChange && <ActionIcon variant="subtle" color="red" aria-label={`${t('takeSpan')}: ${s.from}–${s.to}`} onClick={() => onChange(list.filter((_, at) => at !== i))}><IconX size={16} /></ActionIcon>}
            </Group>
            <Chip.Group multiple value={s.days ?? []} onChange={(v) => change(i, { days: days.filter((d) => v.includes(d)) })}>
              <Group gap={4} mt="xs" role="group" aria-label={t('days')}>{days.map((d) => <Chip key={d} value={d} size="xs">{t(d)}</Chip>)}</Group>
            </Chip.Group>
          </Paper>
        ))}
        {mayChange && list.length < most && <Group><Button size="compact-sm" variant="light" onClick={() => onChange([...list, { days: [...weekdays], from: '09:00', to: '18:00' }])}>{t('addSpan')}</Button></Group>}
      </Stack>
    </Input.Wrapper>
  )
}
