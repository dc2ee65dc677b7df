import { Button, Group, Modal, Text } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from './ErrorNote'
import { partsTexts } from './texts'

interface Question {
  title: string
  text: ReactNode
  yes: string
  danger?: boolean
  /** Done on yes; the dialog stays until it is done, and shows why it was not. */
  act: () => Promise<unknown> | void
}

/**
 * Asks before something that cannot be undone: `const [ask, dialog] = useConfirm()`,
 * the dialog stands in the page, `ask({…})` opens it.
 */
export function useConfirm(): [(q: Question) => void, ReactNode] {
  const t = useTexts(partsTexts)
  const [question, setQuestion] = useState<Question>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const close = () => {
    setQuestion(undefined)
    setError(undefined)
    setBusy(false)
  }
  const act = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await question?.act()
      close()
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  const dialog = (
    <Modal opened={question !== undefined} onClose={close} title={question?.title} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <Text size="sm" component="div">{question?.text}</Text>
      <ErrorNote error={error} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        <Button color={question?.danger ? 'red' : undefined} loading={busy} onClick={() => void act()} data-autofocus>{question?.yes}</Button>
      </Group>
    </Modal>
  )
  return [setQuestion, dialog]
}
