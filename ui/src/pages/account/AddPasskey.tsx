import { Alert, Button, Group, Modal, PasswordInput, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { APIError, call, dataOf } from '~/api/client'
import { makePasskey } from '~/api/passkey'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useMe } from '~/shell/me'
import { agentWords } from './agent'
import { accountTexts } from './texts'

type Refusal = 'passkeyCancelled' | 'passkeyThere' | 'passkeyInsecure' | 'passkeyLate'

/** Why a browser has made no passkey, in words that say what to do. */
function refusalOf(e: unknown): Refusal | undefined {
  if (e instanceof DOMException) {
    return e.name === 'InvalidStateError' ? 'passkeyThere' : e.name === 'SecurityError' ? 'passkeyInsecure' : 'passkeyCancelled'
  }
  return e instanceof APIError && e.field === 'challenge' ? 'passkeyLate' : undefined
}

/** Asks for a name and the password, and has the browser make a passkey. */
export function AddPasskey({ done, cancel }: { done: () => Promise<void>; cancel: () => void }) {
  const me = useMe()
  const t = useTexts(accountTexts)
  const parts = useTexts(partsTexts)
  const [name, setName] = useState(agentWords(navigator.userAgent))
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wrong = error instanceof APIError && error.field === 'password'
  const refusal = refusalOf(error)
  async function add(e: FormEvent) {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const credential = await makePasskey(await dataOf('POST /session/passkeys/begin', { body: { password } }))
      if (!credential) {
        throw new DOMException('', 'NotAllowedError')
      }
      await call('POST /session/passkeys', { body: { name: name.trim(), credential } })
      await done()
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={cancel} title={t('passkeyAdd')} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <form onSubmit={(e) => void add(e)}>
        <Text size="sm" mb="sm">{t('passkeyAddText')}</Text>
        <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
        <TextInput label={t('passkeyName')} description={t('passkeyNameHelp')} required maxLength={80} value={name} onChange={(e) => setName(e.currentTarget.value)} mb="sm" />
        <PasswordInput label={t('old')} autoComplete="current-password" required maxLength={512} value={password} onChange={(e) => setPassword(e.currentTarget.value)} error={wrong ? t('wrongOld') : undefined} data-autofocus />
        {refusal && <Alert color="red" variant="light" mt="sm" role="alert">{t(refusal)}</Alert>}
        {!wrong && !refusal && <ErrorNote error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={cancel}>{t('cancel')}</Button>
          <Button type="submit" loading={busy} disabled={password === '' || name.trim() === ''}>{t('passkeyGo')}</Button>
        </Group>
      </form>
    </Modal>
  )
}
