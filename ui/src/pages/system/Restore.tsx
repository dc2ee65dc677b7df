import { Alert, Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { APIError, call } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import type { Backup } from './Backups'
import { backupTexts } from './backupTexts'

/** Puts a backup in place, or without one undoes that, after one's password. */
export function Restore({ backup, onClose, onBegun }: { backup?: Backup | undefined; onClose: () => void; onBegun: () => void }) {
  const t = useTexts(backupTexts)
  const [password, setPassword] = useState('')
  const [sure, setSure] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const wrong = error instanceof APIError && error.field === 'password'
  const time = dateTime(backup?.created_at)
  async function begin(e: FormEvent) {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await (backup ? call('POST /system/backups/{id}/restore', { path: { id: backup.id }, body: { password } }) : call('POST /system/restore/undo', { body: { password } }))
      onBegun()
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} size="lg" title={backup ? t('restoreTitle', { time }) : t('undoTitle')} closeButtonProps={{ 'aria-label': t('cancel') }}>
      <form onSubmit={(e) => void begin(e)}>
        <Stack gap="sm">
          <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} title={t('restoreWarn')}>{backup ? t('restoreText', { time }) : t('undoText')}</Alert>
          <Text size="sm">{t('restoreText2')}</Text>
          <PasswordInput label={t('password')} description={t('passwordHelp')} required maxLength={1024} autoComplete="current-password" value={password} onChange={(e) => setPassword(e.currentTarget.value)} error={wrong ? t('wrong') : undefined} data-autofocus />
          <Checkbox label={t('sure')} checked={sure} onChange={(e) => setSure(e.currentTarget.checked)} />
          {!wrong && <ErrorNote error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" color="red" loading={busy} disabled={!sure || password === ''}>{t('go')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
