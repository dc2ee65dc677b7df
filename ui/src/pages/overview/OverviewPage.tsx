import { Alert, Anchor, Group, Paper, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { count, date, duration, shortTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { Chart } from '~/parts/Chart'
import type { Series } from '~/parts/Chart'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { To } from '~/parts/To'
import { useMay, useMe, useTenant } from '~/shell/me'
import { Health } from './Health'
import { Heat } from './Heat'
import './overview.css'
import { boundsOf, periods } from './period'
import type { Period } from './period'
import { overviewTexts } from './texts'

const kept = 'dipcast.overview'
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** What the company's calls were like, and how the box is. */
export default function OverviewPage() {
  const t = useTexts(overviewTexts)
  const me = useMe()
  const tenant = useTenant()
  const [period, setPeriod] = useState<Period>(() => periods.find((p) => p === sessionStorage.getItem(kept)) ?? 'today')
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const choose = (p: Period) => {
    sessionStorage.setItem(kept, p)
    setPeriod(p)
  }
  const company = me.role !== 'extension'
  const overview = useQuery({
    queryKey: ['overview', tenant.tenant, period, first, last],
    queryFn: ({ signal }) => {
      const { from, to } = boundsOf(period, new Date(), first, last)
      return dataOf('GET /overview', { query: { ...tenant.query, from: from.toISOString(), to: to.toISOString(), zone }, signal })
    },
    enabled: company, placeholderData: keepPreviousData,
    refetchInterval: (q) => (q.state.data?.whole === false ? 3000 : 60_000),
  })
  return (
    <>
      <PageHeader title={t('title')} text={t('text')}>
        <Select aria-label={t('period')} w={150} value={period} onChange={(v) => choose(v as Period)} allowDeselect={false} data={periods.map((p) => ({ value: p, label: t(p) }))} />
      </PageHeader>
      {period === 'range' && (
        <Group mb="sm" align="flex-end" gap="xs">
          <TextInput type="date" label={t('from')} value={first} onChange={(e) => setFirst(e.currentTarget.value)} />
          <TextInput type="date" label={t('to')} value={last} onChange={(e) => setLast(e.currentTarget.value)} />
          <Text size="sm" c="dimmed">{t('maxDays')}</Text>
        </Group>
      )}
      <Stack gap="lg">
        {!company && <Text>{t('forExtension')}</Text>}
        <ErrorNote error={overview.error} again={() => void overview.refetch()} />
        {company && overview.isPending && !overview.error && <Loading />}
        {overview.data && <Numbers o={overview.data} />}
        <section aria-label={t('health')}>
          <Title order={2} size="h5" mb="xs">{t('health')}</Title>
          <Health />
        </section>
      </Stack>
    </>
  )
}

function Numbers({ o }: { o: Data<'GET /overview'> }) {
  const t = useTexts(overviewTexts)
  const mayHistory = useMay('calls')
  const sum = o.total
  const missed = o.today.in_missed + o.today.internal_missed
  const secs = (n: number) => t('sec', { n: Math.round(n * 10) / 10 })
  const empty = sum.in + sum.out + sum.internal === 0
  return (
    <>
      {!o.whole && <Alert variant="light" role="status">{t('counting', { n: o.missing_hours })}</Alert>}
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        <Figure label={t('missedToday')} value={count(missed)} color={missed > 0 ? 'red' : undefined}>
          {missed > 0 && mayHistory && <Anchor component={To} to="/history" search={{ result: 'missed', when: 'today' }} size="sm">{t('seeMissed')}</Anchor>}
        </Figure>
        <Figure label={t('received')} value={count(sum.in)}>{t(servedOf(sum) > 0 ? 'ofReceivedServed' : 'ofReceived', { answered: count(sum.in_answered), missed: count(sum.in_missed), served: count(servedOf(sum)) })}</Figure>
        <Figure label={t('answeredRate')} value={sum.in > 0 ? `${Math.round((100 * sum.in_answered) / sum.in)} %` : '–'}>{t('voicemail', { n: count(sum.voicemail) })}</Figure>
        <Figure label={t('wait')} value={sum.in_answered > 0 ? secs(sum.wait_mean) : '–'}>{sum.in_answered > 0 && t('waitP90', { time: secs(sum.wait_p90) })}</Figure>
        <Figure label={t('made')} value={count(sum.out)}>{t('ofMade', { answered: count(sum.out_answered) })} · {t('internal', { n: count(sum.internal) })}</Figure>
        <Figure label={t('peak')} value={count(sum.peak)}>{o.peak_at ? shortTime(o.peak_at) : ''}</Figure>
      </SimpleGrid>
      {empty ? <Paper withBorder><Empty title={t('none')} text={t('noneText')} action={t('guide')} to="/guide" /></Paper> : <Charts o={o} />}
    </>
  )
}

/** Calls that came and that nobody answered, but an announcement, a mailbox, a fax. */
function servedOf(c: { in: number; in_answered: number; in_missed: number }): number {
  return Math.max(0, c.in - c.in_answered - c.in_missed)
}

function Figure({ label, value, color, children }: { label: string; value: string; color?: string | undefined; children?: ReactNode }) {
  return (
    <Paper withBorder p="sm">
      <Text size="sm" c="dimmed">{label}</Text>
      <Text fz={26} fw={700} c={color} className="figure">{value}</Text>
      <Text size="xs" c="dimmed" component="div">{children}</Text>
    </Paper>
  )
}

function Charts({ o }: { o: Data<'GET /overview'> }) {
  const t = useTexts(overviewTexts)
  const lang = useLanguage()
  const { at, calls, waits, peaks } = useMemo(() => {
    const of = (f: (p: (typeof o.points)[number]) => number | null) => o.points.map(f)
    return {
      at: o.points.map((p) => Date.parse(p.at)),
      calls: [
        { label: t('answered'), values: of((p) => p.in_answered), color: 'blue', kind: 'bar' },
        { label: t('missed'), values: of((p) => p.in_missed), color: 'red', kind: 'bar' },
        { label: t('served'), values: of(servedOf), color: 'gray', kind: 'bar' },
      ] as Series[],
      waits: [
        { label: t('waitMean'), values: of((p) => (p.in_answered > 0 ? p.wait_mean : null)), color: 'teal', kind: 'bar' },
        { label: t('wait90'), values: of((p) => (p.in_answered > 0 ? p.wait_p90 : null)), color: 'orange', kind: 'line' },
      ] as Series[],
      peaks: [{ label: t('concurrent'), values: of((p) => p.peak), color: 'violet', kind: 'bar' }] as Series[],
    }
  }, [o, t])
  const name = useCallback((x: number) => {
    const d = new Date(x)
    const lng = lang === 'ko' ? 'ko-KR' : 'en-GB'
    const day = d.toLocaleDateString(lng, { month: 'numeric', day: 'numeric' })
    if (o.step === 'day') {
      return day
    }
    const hour = d.toLocaleTimeString(lng, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return o.points.length > 24 ? `${day} ${hour}` : hour
  }, [o.step, o.points.length, lang])
  const limit = o.capacity.find((r) => r.kind === 'phones_in_use')?.limit ?? 0
  const step = o.step === 'day' ? t('byDay') : t('byHour')
  return (
    <>
      <Paper withBorder p="sm">
        <Title order={2} size="h5" mb="xs">{t('callsChart')} ({step})</Title>
        <Chart label={t('callsChart')} at={at} series={calls} name={name} timeLabel={t('at')} />
        <details className="asTable">
          <summary>{t('asTable')}</summary>
          <div className="scroll" tabIndex={0} role="region" aria-label={t('callsChart')}>
            <Table fz="xs" verticalSpacing={3}>
              <Table.Thead><Table.Tr><Table.Th>{t('at')}</Table.Th>{[t('answered'), t('missed'), t('served'), t('outgoing'), t('waitMean'), t('wait90'), t('concurrent')].map((h) => <Table.Th key={h} ta="right">{h}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>
                {o.points.map((p) => (
                  <Table.Tr key={p.at}>
                    <Table.Th scope="row" fw={400}>{o.step === 'day' ? date(p.at) : name(Date.parse(p.at))}</Table.Th>
                    {[p.in_answered, p.in_missed, servedOf(p), p.out, Math.round(p.wait_mean * 10) / 10, Math.round(p.wait_p90 * 10) / 10, p.peak].map((v, i) => <Table.Td key={i} ta="right">{count(v)}</Table.Td>)}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </details>
      </Paper>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
        <Paper withBorder p="sm">
          <Title order={2} size="h5" mb="xs">{t('waitChart')}</Title>
          <Chart label={t('waitChart')} at={at} series={waits} name={name} timeLabel={t('at')} height={170} />
        </Paper>
        <Paper withBorder p="sm">
          <Title order={2} size="h5" mb="xs">{t('peakChart')}</Title>
          <Chart label={t('peakChart')} at={at} series={peaks} name={name} timeLabel={t('at')} height={170} limit={limit} />
          {limit > 0 && <Text size="xs" c="dimmed">{t('limitNote', { n: count(limit) })}</Text>}
        </Paper>
      </SimpleGrid>
      <Heat all={o.heat_in} missed={o.heat_missed} />
      {o.extensions.length > 0 && (
        <Paper withBorder p="sm">
          <Title order={2} size="h5" mb="xs">{t('people')}</Title>
          <div className="scroll" tabIndex={0} role="region" aria-label={t('people')}>
            <Table verticalSpacing={5}>
              <Table.Thead><Table.Tr><Table.Th>{t('extension')}</Table.Th>{[t('calls'), t('answered'), t('missed'), t('made'), t('talkTime')].map((h) => <Table.Th key={h} ta="right">{h}</Table.Th>)}</Table.Tr></Table.Thead>
              <Table.Tbody>
                {o.extensions.map((e) => (
                  <Table.Tr key={e.extension}>
                    <Table.Th scope="row" fw={400}>{e.extension} {e.name !== e.extension && e.name}</Table.Th>
                    {[count(e.calls), count(e.answered), count(e.missed), count(e.made), duration(e.talk_seconds)].map((v, i) => <Table.Td key={i} ta="right">{v}</Table.Td>)}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </Paper>
      )}
    </>
  )
}
