import { Group, Paper, SegmentedControl, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { overviewTexts } from './texts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Calls by day of the week and hour: a table whose cells are the darker the more there were. */
export function Heat({ all, missed }: { all: (number[] | null)[]; missed: (number[] | null)[] }) {
  const t = useTexts(overviewTexts)
  const [kind, setKind] = useState('in')
  const rows = kind === 'in' ? all : missed
  const most = Math.max(1, ...rows.flatMap((r) => r ?? []))
  const color = kind === 'in' ? 'blue' : 'red'
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" mb="xs">
        <div>
          <Title order={2} size="h5">{t('heat')}</Title>
          <Text size="sm" c="dimmed">{t('heatText')}</Text>
        </div>
        <SegmentedControl size="xs" value={kind} onChange={setKind} data={[{ value: 'in', label: t('heatIn') }, { value: 'missed', label: t('heatMissed') }]} />
      </Group>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('heat')}>
        <table className="heat">
          <thead>
            <tr><th scope="col">{t('day')}</th>{Array.from({ length: 24 }, (_, h) => <th key={h} scope="col" aria-label={t('hour', { n: h })}>{h}</th>)}</tr>
          </thead>
          <tbody>
            {days.map((d, i) => (
              <tr key={d}>
                <th scope="row">{t(d)}</th>
                {Array.from({ length: 24 }, (_, h) => {
                  const n = rows[i]?.[h] ?? 0
                  const part = n === 0 ? 0 : 8 + Math.round((40 * n) / most)
                  return <td key={h} style={{ background: n === 0 ? 'var(--mantine-color-default-hover)' : `color-mix(in srgb, var(--mantine-color-${color}-6) ${part}%, var(--mantine-color-body))` }}>{n || ''}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Paper>
  )
}
