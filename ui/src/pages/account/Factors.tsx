import { Badge, Button, Group, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { Connect } from './Connect'
import { RecoveryCodes } from './RecoveryCodes'
import { RemoveFactor } from './RemoveFactor'
import { Section } from './Section'
import { accountTexts } from './texts'

/** The second factor: set up with an app, its recovery codes, turned off with the password. */
export function Factors() {
  const t = useTexts(accountTexts)
  const queries = useQueryClient()
  const now = useQuery({ queryKey: ['account', 'me'], queryFn: ({ signal }) => dataOf('GET /session', { signal }) })
  const [begun, setBegun] = useState<Data<'POST /session/totp'>>()
  const [codes, setCodes] = useState<string[]>()
  const [removing, setRemoving] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  async function begin() {
    setBusy(true)
    setError(undefined)
    try {
      setBegun(await dataOf('POST /session/totp', {}))
    } catch (failed) {
      setError(failed)
    }
    setBusy(false)
  }
  async function confirm(code: string) {
    const made = await dataOf('PUT /session/totp', { body: { code } })
    setBegun(undefined)
    setCodes(made.recovery_codes)
    await queries.invalidateQueries({ queryKey: ['account', 'me'] })
    tellDone(t('factorOn'))
  }
  async function remove(password: string) {
    await call('DELETE /session/totp', { body: { password } })
    await queries.invalidateQueries({ queryKey: ['account', 'me'] })
    setRemoving(false)
    tellDone(t('factorOff'))
  }
  const on = now.data?.second_factor === true
  return (
    <Section title={t('factors')} text={t('factorsText')} side={now.data && <Badge color={on ? 'teal' : 'gray'} variant="light">{t(on ? 'on' : 'off')}</Badge>}>
      <ErrorNote error={error} />
      {now.error && <ErrorNote error={now.error} again={() => void now.refetch()} />}
      {now.isPending && <Loading />}
      {codes && <RecoveryCodes codes={codes} done={() => setCodes(undefined)} />}
      {begun && <Connect begun={begun} confirm={confirm} cancel={() => setBegun(undefined)} />}
      {now.data && !on && !begun && <Button variant="default" loading={busy} onClick={() => void begin()}>{t('setUp')}</Button>}
      {now.data && on && !codes && (
        <Group justify="space-between">
          <Text size="sm">{t('recoveryLeft', { n: now.data.recovery_codes })}</Text>
          <Button variant="default" onClick={() => setRemoving(true)}>{t('remove')}</Button>
        </Group>
      )}
      {removing && <RemoveFactor remove={remove} cancel={() => setRemoving(false)} />}
    </Section>
  )
}
