import { Anchor, Autocomplete, Button, Drawer, Group, Radio, Stack, Text, Title } from '@mantine/core'
import { IconArrowForwardUp, IconPhoneOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { call as request } from '~/api/client'
import { dateTime, phone, time } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { Since } from '~/live/Since'
import type { Call, Party } from '~/live/store'
import { useLiveCall } from '~/live/use'
import { liveTexts, nameOf, numberOf, stateOf } from '~/live/words'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { To } from '~/parts/To'
import { useMay } from '~/shell/me'
import { Take } from '~/live/Take'
import { pageTexts } from './texts'

/** One call as it is now, and what can be done with it. */
export function CallDrawer({ id, names, onClose }: { id: string; names: Map<string, string>; onClose: () => void }) {
  const t = useTexts(pageTexts)
  return (
    <Drawer opened={id !== ''} onClose={onClose} position="right" size="md" title={<Text fw={700}>{t('calls')}</Text>} closeButtonProps={{ 'aria-label': t('close') }}>
      {id !== '' && <Inside key={id} id={id} names={names} />}
    </Drawer>
  )
}

function Inside({ id, names }: { id: string; names: Map<string, string> }) {
  const t = useTexts(pageTexts)
  const w = useTexts(liveTexts)
  const now = useLiveCall(id)
  const [last, setLast] = useState(now)
  if (now && now !== last) {
    setLast(now)
  }
  const c = now ?? last
  const mayChange = useMay('live', 'change')
  const mayHistory = useMay('calls')
  if (!c) {
    return <Text>{t('ended')}</Text>
  }
  const who = (p: Party | undefined) => [nameOf(p, names), numberOf(p)].filter(Boolean).join(' ') || w('withheld')
  return (
    <Stack gap="md">
      <div>
        <Title order={2} size="h4">{who(c.from)} → {who(c.to)}</Title>
        <Group gap="xs" mt={4}>
          <span className={`state s-${now ? stateOf(c) : 'ended'}`}>{now ? w(stateOf(c), { space: c.parked?.space ?? '' }) : w('ended')}</span>
          <Text size="sm" c="dimmed">{w(c.direction)}</Text>
          {now && <Text size="sm"><Since at={c.answered_at ?? c.started_at} /></Text>}
        </Group>
      </div>
      <Stack gap={4}>
        <Fact label={t('started')}>{dateTime(c.started_at)}</Fact>
        {c.answered_at && <Fact label={t('answeredAt')}>{dateTime(c.answered_at)} · {who(c.answered_by)}</Fact>}
        {c.did && <Fact label={t('to')}>{t('did', { number: phone(c.did) })}</Fact>}
        {now && !c.answered_by && c.ringing.length > 0 && <Fact label={t('ringingNow')}>{c.ringing.map((r) => who(r)).join(', ')}</Fact>}
        {(c.diverted.length > 0 || (c.transfers?.length ?? 0) > 0) && (
          <Fact label={t('route')}>
            {c.diverted.map((d, i) => <div key={i}>{time(d.at)} {t('diverted', { ext: d.extension, number: phone(d.number) })}</div>)}
            {c.transfers?.map((x, i) => <div key={`t${i}`}>{time(x.at)} → {who(x.to)}</div>)}
          </Fact>
        )}
        <Fact label={t('id')}><Text span size="xs" ff="monospace" style={{ wordBreak: 'break-all' }}>{c.call_id}</Text></Fact>
      </Stack>
      {!now && <Text role="status">{t('ended')} {mayHistory && <Anchor component={To} to={`/history/${encodeURIComponent(c.call_id)}`}>{t('toCall')}</Anchor>}</Text>}
      {now && mayChange && <Actions call={now} who={who} names={names} />}
    </Stack>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <Text size="sm" c="dimmed" w={90} style={{ flex: 'none' }}>{label}</Text>
      <Text size="sm" component="div">{children}</Text>
    </Group>
  )
}

function Actions({ call: c, who, names }: { call: Call; who: (p: Party | undefined) => string; names: Map<string, string> }) {
  const t = useTexts(pageTexts)
  const [ask, dialog] = useConfirm()
  const [to, setTo] = useState('')
  const [side, setSide] = useState<'from' | 'to'>(c.from.extension && c.answered_by && !c.answered_by.extension ? 'to' : 'from')
  const [busy, setBusy] = useState('')
  const [error, setError] = useState<unknown>()
  const act = async (what: string, f: () => Promise<string>) => {
    setBusy(what)
    setError(undefined)
    try {
      tellDone(await f())
    } catch (e) {
      setError(e)
    }
    setBusy('')
  }
  const path = { call_id: c.call_id }
  const target = /^(\d+)(?: |$)/.exec(to.trim())?.[1] ?? to.replace(/[^\d*#+]/g, '')
  return (
    <Stack gap="lg">
      <Take call={c} busy={busy} act={act} />
      <form onSubmit={(e) => {
        e.preventDefault()
        void act('transfer', async () => {
          await request('POST /calls/{call_id}/redirect', { path, body: { exten: target, side } })
          return t('transferred', { to: phone(target) })
        })
      }}>
        <Title order={3} size="h5" mb="xs">{t('transfer')}</Title>
        <Stack gap="xs">
          <Autocomplete label={t('transferTo')} description={t('transferToText')} value={to} onChange={setTo} data={[...names].map(([ext, name]) => `${ext} ${name}`)} limit={30} inputMode="tel" />
          {c.state === 'answered' && (
            <Radio.Group label={t('side')} description={t('sideText')} value={side} onChange={(v) => setSide(v as 'from' | 'to')}>
              <Stack gap={6} mt={6}>
                <Radio value="from" label={t('sideFrom', { who: who(c.from) })} />
                <Radio value="to" label={t('sideTo', { who: who(c.answered_by ?? c.to) })} />
              </Stack>
            </Radio.Group>
          )}
          <Button type="submit" variant="light" leftSection={<IconArrowForwardUp size={16} />} disabled={!target} loading={busy === 'transfer'}>{t('transfer')}</Button>
        </Stack>
      </form>
      <ErrorNote error={error} />
      <Button color="red" variant="outline" leftSection={<IconPhoneOff size={16} />} onClick={() => ask({
        title: t('hangupTitle'), text: t('hangupText', { from: who(c.from), to: who(c.to) }), yes: t('hangup'), danger: true,
        act: async () => {
          await request('POST /calls/{call_id}/hangup', { path })
          tellDone(t('hungUp'))
        },
      })}>{t('hangup')}</Button>
      {dialog}
    </Stack>
  )
}
