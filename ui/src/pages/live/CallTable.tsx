import { Group, Paper, Select, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { call as request } from '~/api/client'
import { useTexts } from '~/lang/texts'
import type { Call } from '~/live/store'
import { useLiveCalls, useLiveRecordings } from '~/live/use'
import { liveTexts, nameOf, numberOf, searchText, stateOf } from '~/live/words'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { useMay, useTenant } from '~/shell/me'
import { CallRow } from './CallRow'
import { pageTexts } from './texts'

interface Props {
  names: Map<string, string>
  /** Names by id. */
  servers: Map<number, string>
  onOpen: (id: string) => void
}

/** The calls of the company that is looked at; an operator without one sees all. */
export function useCompanysCalls(): Call[] {
  const { tenant } = useTenant()
  const all = useLiveCalls()
  return useMemo(() => (tenant ? all.filter((c) => c.tenant === tenant) : all), [all, tenant])
}

/** The calls now. Only rows in sight are drawn. */
export function CallTable({ names, servers, onOpen }: Props) {
  const t = useTexts(pageTexts)
  const w = useTexts(liveTexts)
  const calls = useCompanysCalls()
  const recordings = useLiveRecordings()
  const mayChange = useMay('live', 'change')
  const [ask, dialog] = useConfirm()
  const [text, setText] = useState('')
  const [direction, setDirection] = useState('')
  const [state, setState] = useState('')
  const [server, setServer] = useState('')
  const [order, setOrder] = useState('newest')
  const narrow = useMediaQuery('(max-width: 62em)') ?? false
  const wanted = text.trim().toLowerCase()
  const digits = wanted.replace(/[-\s]/g, '')
  const shown = useMemo(() => {
    const list = calls.filter((c) => {
      if ((direction && c.direction !== direction) || (state && stateOf(c) !== state) || (server && String(c.server) !== server)) {
        return false
      }
      const s = wanted && searchText(c, names)
      return !s || s.includes(wanted) || (digits !== '' && s.includes(digits))
    })
    list.sort((a, b) => (a.started_at < b.started_at ? -1 : a.started_at > b.started_at ? 1 : 0))
    return order === 'newest' ? list.reverse() : list
  }, [calls, direction, state, server, wanted, digits, names, order])
  const scroller = useRef<HTMLDivElement>(null)
  const height = narrow ? 84 : 46
  const estimateSize = useCallback(() => height, [height])
  const virtualizer = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize, overscan: 6 })
  useEffect(() => virtualizer.measure(), [virtualizer, height]) // rows grow when a window becomes narrow
  const hangup = useCallback((c: Call) => {
    ask({
      title: t('hangupTitle'), text: t('hangupText', { from: nameOf(c.from) || numberOf(c.from), to: nameOf(c.to) || numberOf(c.to) }), yes: t('hangup'), danger: true,
      act: async () => {
        await request('POST /calls/{call_id}/hangup', { path: { call_id: c.call_id } })
        tellDone(t('hungUp'))
      },
    })
  }, [ask, t])
  const several = servers.size > 1
  return (
    <>
      <Group gap="xs" mb="xs">
        <TextInput type="search" leftSection={<IconSearch size={16} />} placeholder={t('search')} aria-label={t('search')} value={text} onChange={(e) => setText(e.currentTarget.value)} w={{ base: '100%', xs: 230 }} />
        <Select aria-label={t('direction')} w={145} value={direction} onChange={(v) => setDirection(v ?? '')} allowDeselect={false} data={[{ value: '', label: t('anyDirection') }, ...(['external', 'outgoing', 'internal'] as const).map((d) => ({ value: d, label: w(d) }))]} />
        <Select aria-label={t('state')} w={140} value={state} onChange={(v) => setState(v ?? '')} allowDeselect={false} data={[{ value: '', label: t('anyState') }, ...(['ringing', 'answered', 'held', 'queue', 'served', 'new'] as const).map((s) => ({ value: s, label: w(s) })), { value: 'parked', label: w('parked', { space: '' }).trim() }]} />
        {several && <Select aria-label={t('server')} w={150} value={server} onChange={(v) => setServer(v ?? '')} allowDeselect={false} data={[{ value: '', label: t('anyServer') }, ...[...servers].map(([id, name]) => ({ value: String(id), label: name }))]} />}
        <Select aria-label={t('order')} w={140} value={order} onChange={(v) => setOrder(v ?? 'newest')} allowDeselect={false} data={[{ value: 'newest', label: t('newest') }, { value: 'longest', label: t('longest') }]} />
        <Text size="sm" c="dimmed" ml="auto">{shown.length === calls.length ? t('callsNow', { n: calls.length }) : t('shown', { n: shown.length })}</Text>
      </Group>
      {shown.length === 0 ? (
        <Paper withBorder>
          {calls.length === 0 ? <Empty title={t('noCalls')} text={t('noCallsText')} action={t('toHistory')} to="/history" /> : <Empty title={t('noMatch')} text={t('noMatchText')} />}
        </Paper>
      ) : (
        <Paper withBorder ref={scroller} className={several ? 'calls servers' : 'calls'} role="table" aria-label={t('calls')} aria-rowcount={shown.length + 1}>
          <div role="row" aria-rowindex={1} className="head">
            <div role="columnheader">{t('state')}</div>
            <div role="columnheader">{t('from')}</div>
            <div role="columnheader">{t('to')}</div>
            <div role="columnheader">{t('by')}</div>
            {several && <div role="columnheader">{t('server')}</div>}
            <div role="columnheader">{t('since')}</div>
            <div role="columnheader"><VisuallyHidden>{t('recording')}</VisuallyHidden></div>
            <div role="columnheader"><VisuallyHidden>{t('actions')}</VisuallyHidden></div>
          </div>
          <div role="rowgroup" className="rows" style={{ height: virtualizer.getTotalSize() }}>
            {virtualizer.getVirtualItems().map(({ index, start }) => {
              const c = shown[index]
              return c && <CallRow key={c.call_id} call={c} names={names} server={several ? (servers.get(c.server) ?? String(c.server)) : ''} recording={recordings.has(c.call_id)} mayChange={mayChange} top={start} index={index} onOpen={onOpen} onHangup={hangup} />
            })}
          </div>
        </Paper>
      )}
      {dialog}
    </>
  )
}
