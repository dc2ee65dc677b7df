import { Button, Group, Paper, Text, TextInput, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { MyMobile as Mobile } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useMe, useTenant } from '~/shell/me'
import { myTexts } from './texts'

/** One's own mobile as the gateway has it. */
export function useMyMobile() {
  const me = useMe()
  const tenant = useTenant()
  return useQuery({ queryKey: ['people', tenant.tenant, 'my-mobile', me.extension], queryFn: ({ signal }) => dataOf('GET /my/mobile', { signal }), retry: false })
}

/** The mobile to which one takes calls, by a card or on Live. */
export function MyMobile() {
  const t = useTexts(myTexts)
  const mobile = useMyMobile()
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('mobile')}>
      <Title order={2} size="h5">{t('mobile')}</Title>
      <Text size="sm" c="dimmed" mb="sm">{t('mobileText')}</Text>
      <ErrorNote error={mobile.error} again={() => void mobile.refetch()} />
      {mobile.data && <Entered key={mobile.data.mobile} mobile={mobile.data} />}
    </Paper>
  )
}

function Entered({ mobile }: { mobile: Mobile }) {
  const t = useTexts(myTexts)
  const mayChange = useMay('my', 'change', 'mobile')
  const mayGiveBack = useMay('my', 'change', 'by_directory')
  const queries = useQueryClient()
  const [number, setNumber] = useState(phone(mobile.mobile))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const changed = number.trim() !== phone(mobile.mobile)
  const save = async (body: { mobile?: string; by_directory?: boolean }) => {
    setBusy(true)
    setError(undefined)
    try {
      await dataOf('PUT /my/mobile', { body })
      await queries.invalidateQueries({ queryKey: ['people'] })
      tellDone(t(body.mobile === '' ? 'mobileRemoved' : 'mobileSaved'))
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <form onSubmit={(e) => {
      e.preventDefault()
      void save({ mobile: number.trim() })
    }}>
      <Group gap={6} align="flex-start">
        <TextInput
          size="sm" w={200} inputMode="tel" autoComplete="tel" maxLength={30} aria-label={t('mobile')} value={number} onChange={(e) => setNumber(e.currentTarget.value)} readOnly={!mayChange}
          description={mobile.directory && !mobile.by_hand ? t('mobileDirectory') : undefined} inputWrapperOrder={['input', 'description', 'error']}
        />
        {changed && mayChange && <Button type="submit" size="sm" loading={busy}>{t('save')}</Button>}
        {!changed && mobile.directory && mobile.by_hand && mayGiveBack && <Button variant="default" size="sm" loading={busy} onClick={() => void save({ by_directory: true })}>{t('mobileBack')}</Button>}
      </Group>
      <ErrorNote error={error} />
    </form>
  )
}
