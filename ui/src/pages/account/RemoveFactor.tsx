import { Button, Group, Modal, PasswordInput, Text } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { APIError } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useMe } from '~/shell/me'
import { accountTexts } from './texts'

/** Asks for the password before the second factor is turned off. */
export function RemoveFactor({ remove, cancel }: { remove: (password: string) => Promise<void>; cancel: () => void }) {
  const me = useMe()
  const t = useTexts(accountTexts)
  const parts = useTexts(partsTexts)
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wrong = error instanceof APIError && error.field === 'password'
  async function save(e: FormEvent) {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await remove(password)
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={cancel} title={t('removeTitle')} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <form onSubmit={(e) => void save(e)}>
        <Text size="sm" mb="sm">{t('removeText')}</Text>
        <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
        <PasswordInput label={t('password')} autoComplete="current-password" required maxLength={512} value={password} onChange={(e) => setPassword(e.currentTarget.value)} error={wrong ? t('wrongOld') : undefined} data-autofocus />
        {!wrong && <ErrorNote error={error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={cancel}>{t('cancel')}</Button>
          <Button type="submit" color="red" loading={busy} disabled={password === ''}>{t('remove')}</Button>
        </Group>
      </form>
    </Modal>
  )
}
