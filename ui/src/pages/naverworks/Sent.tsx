import { Alert, Group, Paper, Progress, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { count, dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DeadLetters } from '~/pages/deadletters/DeadLetters'
import { ErrorNote } from '~/parts/ErrorNote'
import { HelpTip } from '~/parts/HelpTip'
import { Loading } from '~/parts/Loading'
import { useMay, useTenant } from '~/shell/me'
import { worksTexts } from './texts'

const columns = ['sent', 'retried', 'expired', 'dropped', 'failed', 'unclear'] as const

/** What was sent, what was not and why, and what may still be sent this minute. */
export function Sent() {
  const t = useTexts(worksTexts)
  const { tenant, query } = useTenant()
  const mayChange = useMay('naverworks', 'change')
  const outbox = useQuery({ queryKey: ['naverworks', tenant, 'outbox'], queryFn: ({ signal }) => dataOf('GET /outbox', { query, signal }), refetchInterval: 5000 })
  if (outbox.isPending) {
    return <Loading />
  }
  const works = outbox.data?.kinds.find((k) => k.kind === 'works')
  const rows = works?.labels ?? []
  return (
    <Stack gap="lg">
      <ErrorNote error={outbox.error} again={() => void outbox.refetch()} />
      {works?.paused && <Alert color="orange" variant="light">{t('paused')}</Alert>}
      <section>
        <Title order={2} size="h4" mb="xs">{t('budget')}</Title>
        {outbox.data?.budgets.length ? (
          <Group>
            {outbox.data.budgets.map((b) => (
              <Paper withBorder p="sm" key={b.to} miw={200}>
                <Group justify="space-between"><Text size="sm">{b.to === 'people' ? t('toPeople') : t('toRooms')}</Text><Text size="sm" fw={600}>{t('of', { left: count(b.left), limit: count(b.limit) })}</Text></Group>
                <Progress value={b.limit > 0 ? (b.left / b.limit) * 100 : 0} color={b.left * 5 < b.limit ? 'orange' : 'teal'} aria-label={b.to === 'people' ? t('toPeople') : t('toRooms')} mt={6} />
              </Paper>
            ))}
          </Group>
        ) : <Text size="sm" c="dimmed">{t('noBudget')}</Text>}
      </section>
      <section>
        <Group mb="xs" gap="xs"><Title order={2} size="h4">{t('tabSent')}</Title>{outbox.data && <Text size="sm" c="dimmed">{t('since', { at: dateTime(outbox.data.since) })} {works && works.waiting > 0 && t('waiting', { n: works.waiting })}</Text>}</Group>
        {rows.length === 0 ? <Text size="sm" c="dimmed">{t('noneSent')}</Text> : (
          <Table.ScrollContainer minWidth={520} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('tabSent') } }}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{t('kind')}</Table.Th>{columns.map((c) => <Table.Th key={c} ta="right">{t(c)}{c === 'expired' && <HelpTip name={t('expired')} text={t('expiredHelp')} />}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>{rows.map((r) => <Table.Tr key={r.label}><Table.Td>{`${r.label}_` in worksTexts.ko ? t(`${r.label}_` as 'ring_') : r.label}</Table.Td>{columns.map((c) => <Table.Td key={c} ta="right">{count(r[c])}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </section>
      <DeadLetters kind="works" mayChange={mayChange} />
    </Stack>
  )
}
