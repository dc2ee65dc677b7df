import { Button, Checkbox, CopyButton, Group, Modal, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useState } from 'react'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { partsTexts } from '~/parts/texts'
import { SecretOnce } from '~/parts/SecretOnce'
import type { Given } from './UsersPage'
import { usersTexts } from './texts'

/** Shows a one-time password, this once; it closes when somebody says that they have it. */
export function OneTime({ user, made, onClose }: { user: Given; made: boolean; onClose: () => void }) {
  const t = useTexts(usersTexts)
  const parts = useTexts(partsTexts)
  const [kept, setKept] = useState(false)
  return (
    <Modal opened onClose={onClose} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false} title={t(made ? 'made' : 'reset', { name: user.name || user.username })} centered>
      <Text size="sm">{t('address')}: <b>{location.origin}</b></Text>
      <Text size="sm">{t('username')}: <b>{user.username}</b></Text>
      <SecretOnce label={t('oneTime')} value={user.one_time_password} />
      <CopyButton value={t('letter', { address: location.origin, username: user.username, password: user.one_time_password, time: dateTime(user.once_until) })}>
        {({ copied, copy }) => <Button size="compact-sm" variant="light" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy} mb="xs">{copied ? parts('copied') : t('copyLetter')}</Button>}
      </CopyButton>
      <Text size="sm" mb="sm">{t('oneTimeText', { time: dateTime(user.once_until) })}</Text>
      <Checkbox label={t('closeKept')} checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} description={kept ? undefined : t('notKept')} />
      <Group justify="flex-end" mt="md"><Button disabled={!kept} onClick={onClose}>{parts('close')}</Button></Group>
    </Modal>
  )
}
