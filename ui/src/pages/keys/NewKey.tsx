import { Button, Checkbox, Code, Group, Modal, Text } from '@mantine/core'
import { useState } from 'react'
import type { Data } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { SecretOnce } from '~/parts/SecretOnce'
import { keysTexts } from './texts'

/** Shows a new key this once. Closing without having said that it is kept asks. */
export function NewKey({ made, onClose }: { made: Data<'POST /keys'>; onClose: () => void }) {
  const t = useTexts(keysTexts)
  const [kept, setKept] = useState(false)
  const [asking, setAsking] = useState(false)
  const close = () => (kept ? onClose() : setAsking(true))
  return (
    <>
      <Modal opened onClose={close} title={t('newKey', { name: made.name })} size="lg" closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('close') }}>
        <SecretOnce label={t('key')} value={made.key} />
        <Text size="sm" mt="sm">{t('example')}</Text>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{`curl -H 'Authorization: Bearer ${made.key}' ${location.origin}/api/v2/session`}</Code>
        <Checkbox mt="md" label={t('kept')} checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} />
        <Group justify="flex-end" mt="md"><Button onClick={close}>{t('close')}</Button></Group>
      </Modal>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('sureTitle')} centered closeButtonProps={{ 'aria-label': t('back') }}>
        <Text size="sm">{t('sureText')}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>{t('back')}</Button>
          <Button color="red" onClick={onClose}>{t('closeAnyway')}</Button>
        </Group>
      </Modal>
    </>
  )
}
