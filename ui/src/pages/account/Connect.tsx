import { Button, Code, Group, Image, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { APIError } from '~/api/client'
import type { Data } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { accountTexts } from './texts'

/** Has an authenticator app take the key, and asks for a code of it. */
export function Connect({ begun, confirm, cancel }: { begun: Data<'POST /session/totp'>; confirm: (code: string) => Promise<void>; cancel: () => void }) {
  const t = useTexts(accountTexts)
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wrong = error instanceof APIError && error.field === 'code'
  async function save(e: FormEvent) {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await confirm(code.replaceAll(' ', ''))
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(e) => void save(e)}>
      <Stack gap="sm" maw={420}>
        <Text size="sm">{t('scan')}</Text>
        <Image src={`data:image/svg+xml;base64,${btoa(begun.qr)}`} alt={t('qr')} w={200} h={200} bg="white" p="xs" />
        <div>
          <Text size="sm">{t('bySecret')}</Text>
          <Code fz="md" style={{ wordBreak: 'break-all' }}>{begun.secret.match(/.{1,4}/g)?.join(' ')}</Code>
        </div>
        <TextInput label={t('code')} inputMode="numeric" autoComplete="one-time-code" required maxLength={9} value={code} onChange={(e) => setCode(e.currentTarget.value)} error={wrong ? t('wrongCode') : undefined} autoFocus />
      </Stack>
      {!wrong && <ErrorNote error={error} />}
      <Group mt="md">
        <Button type="submit" loading={busy} disabled={!/^\d{6}$/.test(code.replaceAll(' ', ''))}>{t('confirm')}</Button>
        <Button variant="default" onClick={cancel}>{t('cancel')}</Button>
      </Group>
    </form>
  )
}
