import { Alert, Button, Group, Modal, Progress, Text } from '@mantine/core'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import { wordsOf } from '~/lang/errors'
import { useTexts } from '~/lang/texts'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { useSaved } from '../phones/pending'
import { extensionsTexts } from './texts'

/** Deletes several extensions, one by one: those that are used stay. */
export function RemoveMany({ numbers, onClose, onDone }: { numbers: string[]; onClose: () => void; onDone: () => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  const { query } = useTenant()
  const saved = useSaved()
  const [at, setAt] = useState<number>()
  const [failed, setFailed] = useState<string[]>([])
  const act = async () => {
    const reasons: string[] = []
    for (const [i, id] of numbers.entries()) {
      setAt(i)
      try {
        await dataOf('DELETE /extensions/{id}', { path: { id }, query })
      } catch (e) {
        const { text, detail } = wordsOf(e)
        reasons.push(`${id}: ${detail || text}`)
      }
    }
    setAt(numbers.length)
    setFailed(reasons)
    void saved('removed')
    if (reasons.length === 0) {
      onDone()
    }
  }
  const finished = at === numbers.length
  return (
    <Modal opened onClose={finished ? onDone : onClose} title={t('removeMany', { n: numbers.length })} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <Text size="sm">{t('removeManyText', { list: numbers.slice(0, 20).join(', ') + (numbers.length > 20 ? ' …' : '') })}</Text>
      {at !== undefined && <Progress value={(at / numbers.length) * 100} mt="sm" aria-label={t('removeMany', { n: numbers.length })} />}
      {failed.length > 0 && <Alert color="red" variant="light" role="alert" mt="sm">{t('removeFailed', { n: failed.length, why: failed.slice(0, 10).join('; ') })}</Alert>}
      <Group justify="flex-end" mt="md">
        {finished ? <Button onClick={onDone}>{parts('close')}</Button> : (
          <>
            <Button variant="default" onClick={onClose} disabled={at !== undefined}>{parts('cancel')}</Button>
            <Button color="red" loading={at !== undefined} onClick={() => void act()}>{parts('remove')}</Button>
          </>
        )}
      </Group>
    </Modal>
  )
}
