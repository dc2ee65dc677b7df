import { Anchor, Badge, Group, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { IconArrowDownLeft, IconArrowUpRight, IconArrowsLeftRight, IconPhoneX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { dataOf } from '~/api/client'
import type { CDR } from '~/api/schema'
import { duration, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useLiveCalls } from '~/live/use'
import { CallButton } from '~/parts/CallButton'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { To } from '~/parts/To'
import { Who, whoText } from '~/parts/Who'
import { useMe, useTenant } from '~/shell/me'
import { missedOf, otherOf } from './missed'
import { myTexts } from './texts'

const arrows = { external: IconArrowDownLeft, outgoing: IconArrowUpRight, internal: IconArrowsLeftRight }

/** One's calls: those that were missed and not answered yet first. */
export function MyCalls() {
  const t = useTexts(myTexts)
  const me = useMe()
  const tenant = useTenant()
  const queries = useQueryClient()
  const [shown, setShown] = useState<'missed' | 'all'>('missed')
  const key = ['calls', tenant.tenant, 'my', me.extension]
  const calls = useQuery({ queryKey: key, queryFn: ({ signal }) => dataOf('GET /cdr', { query: { extensions: me.extension, limit: 200 }, signal }), refetchInterval: 60_000 })
  // A call that has ended is in the history a moment later.
  const live = useLiveCalls()
  const running = live.length
  const before = useRef(running)
  useEffect(() => {
    const fewer = running < before.current
    before.current = running
    if (!fewer) {
      return
    }
    const timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ['calls', tenant.tenant, 'my'] }), 1500)
    return () => clearTimeout(timer)
  }, [running, queries, tenant.tenant])
  const missed = useMemo(() => missedOf(calls.data ?? [], me.extension), [calls.data, me.extension])
  const waiting = missed.filter((m) => !m.handled).length
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('calls')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">{t('calls')}</Title>
        <SegmentedControl size="xs" value={shown} onChange={(v) => setShown(v as 'missed' | 'all')} data={[{ value: 'missed', label: waiting > 0 ? `${t('missed')} ${waiting}` : t('missed') }, { value: 'all', label: t('all') }]} />
      </Group>
      <ErrorNote error={calls.error} again={() => void calls.refetch()} />
      {calls.isPending && !calls.error && <Loading />}
      {calls.data && shown === 'missed' && (missed.length === 0 ? <Empty title={t('none')} text={t('noneText')} /> : (
        <Stack gap={0} component="ul" className="list">
          {missed.slice(0, 30).map((m) => (
            <Row key={m.call.call_id} call={m.call} ext={me.extension}>
              {m.times > 1 && <Badge size="sm" variant="light" color="red" tt="none">{t('again', { n: m.times })}</Badge>}
              {m.handled && <Badge size="sm" variant="light" color="green" tt="none">{t('handled')}</Badge>}
            </Row>
          ))}
        </Stack>
      ))}
      {calls.data && shown === 'all' && (calls.data.length === 0 ? <Empty title={t('noCalls')} text={t('noCallsText')} /> : (
        <Stack gap={0} component="ul" className="list">{calls.data.slice(0, 30).map((c) => <Row key={c.call_id} call={c} ext={me.extension} />)}</Stack>
      ))}
      <Anchor component={To} to="/history" size="sm" mt="xs" display="inline-block">{t('toHistory')}</Anchor>
    </Paper>
  )
}

function Row({ call: c, ext, children }: { call: CDR; ext: string; children?: React.ReactNode }) {
  const t = useTexts(myTexts)
  const other = otherOf(c, ext)
  const missed = c.missed && c.from.extension !== ext
  const Icon = missed ? IconPhoneX : arrows[c.direction]
  // A group rings many: whoever took it is the one who spoke.
  const by = c.from.extension !== ext && c.answered_by && c.answered_by.extension !== ext ? c.answered_by : undefined
  const label = missed ? t('missed') : by ? t('byOther', { who: whoText(by, by.number) }) : t(`direction_${c.direction}`)
  return (
    <li>
      <Group gap="sm" wrap="nowrap" py={6}>
        <Icon size={20} role="img" aria-label={label} color={missed ? 'var(--mantine-color-red-text)' : 'var(--mantine-color-dimmed)'} style={{ flex: 'none' }} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <To to={`/history/${encodeURIComponent(c.call_id)}`} className="callLink" aria-label={t('open', { who: whoText(other, t('withheld')) })}><Who party={other} anonymous={t('withheld')} fw={missed ? 600 : 500} /></To>
          <Group gap={6}>
            <Text size="xs" c="dimmed">{label} · {shortTime(c.calldate)}{c.billsec > 0 && ` · ${duration(c.billsec)}`}</Text>
            {children}
          </Group>
        </div>
        <CallButton number={other.extension || other.number} {...(other.name ? { name: other.name } : {})} />
      </Group>
    </li>
  )
}
