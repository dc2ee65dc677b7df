import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconPhoneOff } from '@tabler/icons-react'
import { useState } from 'react'
import { call as request } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { Since } from '~/live/Since'
import type { Call } from '~/live/store'
import { Take } from '~/live/Take'
import { useLiveCalls } from '~/live/use'
import { extensionsOf, liveTexts, nameOf, numberOf, stateOf } from '~/live/words'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useMe } from '~/shell/me'
import { myTexts } from './texts'

/** The calls on one's own phone, when there are any. */
export function MyNow() {
  const t = useTexts(myTexts)
  const me = useMe()
  const mine = useLiveCalls().filter((c) => (!me.tenant || c.tenant === me.tenant) && (extensionsOf(c).includes(me.extension) || c.to.extension === me.extension))
  if (mine.length === 0) {
    return null
  }
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('now')}>
      <Title order={2} size="h5" mb="xs">{t('now')}</Title>
      <Stack gap="md">{mine.map((c) => <Now key={c.call_id} call={c} />)}</Stack>
    </Paper>
  )
}

function Now({ call: c }: { call: Call }) {
  const t = useTexts(myTexts)
  const w = useTexts(liveTexts)
  const me = useMe()
  const mayChange = useMay('live', 'change')
  const [busy, setBusy] = useState('')
  const [error, setError] = useState<unknown>()
  const other = c.from.extension === me.extension ? c.to : c.from
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
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600}>{nameOf(other)} {numberOf(other) || w('withheld')}</Text>
        <Group gap="xs"><span className={`state s-${stateOf(c)}`}>{w(stateOf(c), { space: c.parked?.space ?? '' })}</span><Text size="sm"><Since at={c.answered_at ?? c.started_at} /></Text></Group>
      </Group>
      {mayChange && (
        <>
          <Take call={c} brief busy={busy} act={act} />
          <div>
            <Button size="xs" color="red" variant="outline" leftSection={<IconPhoneOff size={16} />} loading={busy === 'hangup'} onClick={() => void act('hangup', async () => {
              await request('POST /calls/{call_id}/hangup', { path: { call_id: c.call_id } })
              return t('hungUp')
            })}>{t('hangup')}</Button>
          </div>
        </>
      )}
      <ErrorNote error={error} />
    </Stack>
  )
}
