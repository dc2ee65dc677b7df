import { Button, Group, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { dataOf } from '~/api/client'
import { phone, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { To } from '~/parts/To'
import type { Guide } from './state'
import { guideTexts } from './texts'

/** Where missed calls are: those since yesterday, and the way to all. */
export function HistoryStep({ guide }: { guide: Guide }) {
  const t = useTexts(guideTexts)
  const since = useMemo(() => {
    const d = new Date()
    return new Date(d.getFullYear(), d.getMonth(), d.getDate() - 1).toISOString()
  }, [])
  const missed = useQuery({ queryKey: ['calls', guide.tenant, 'guide', 'missed', since], queryFn: ({ signal }) => dataOf('GET /cdr', { query: { ...guide.query, missed: 'true', start_date: since, limit: 5 }, signal }), refetchInterval: 8000 })
  const rows = missed.data ?? []
  const party = (p: { extension?: string; name?: string; number: string }) => [p.extension ?? phone(p.number), p.name].filter(Boolean).join(' ')
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>{t('missedSince')}</Text>
      {missed.isSuccess && rows.length === 0 && <Text size="sm" c="dimmed">{t('missedNone')}</Text>}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={280} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('missedSince') } }}>
          <Table verticalSpacing={4}>
            <Table.Thead><Table.Tr><Table.Th>{t('at')}</Table.Th><Table.Th>{t('from')}</Table.Th><Table.Th>{t('to')}</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>{rows.map((r) => <Table.Tr key={r.call_id}><Table.Td>{shortTime(r.calldate)}</Table.Td><Table.Td>{party(r.from)}</Table.Td><Table.Td>{r.calltype === 2 && r.did ? phone(r.did) : party(r.to)}</Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Group>
        <Button component={To} to="/history" search={{ result: 'missed', when: 'yesterday' }}>{t('toYesterday')}</Button>
        <Button component={To} to="/history" search={{ result: 'missed' }} variant="default">{t('toMissed')}</Button>
        <Button component={To} to="/history" variant="default">{t('toHistory')}</Button>
      </Group>
    </Stack>
  )
}
