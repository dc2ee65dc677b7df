import { Button, Group, Modal, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Password } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { useSaved } from '../phones/pending'
import { cellOf, wantedOf } from './csv'
import { importCSV } from './imports'
import { extensionsTexts } from './texts'

const most = 2000

/** Makes several extensions at once, each with a phone. */
export function AddMany({ onClose, onDone }: { onClose: () => void; onDone: (made: Password[]) => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  const { query } = useTenant()
  const saved = useSaved()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const { list, bad } = wantedOf(text)
  const wrong = bad ? t('rangeBad', bad) : list.length > most ? t('rangeMany') : undefined
  const make = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const csv = ['number,name', ...list.map((e) => `${e.number},${cellOf(e.name)}`)].join('\n')
      const { passwords } = await importCSV(query, { text: csv }, false)
      void saved()
      onDone(passwords)
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('addMany')} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <form onSubmit={(e) => { e.preventDefault(); void make() }}>
        <Textarea label={t('range')} description={t('rangeText')} value={text} onChange={(e) => setText(e.currentTarget.value)} autosize minRows={5} maxRows={14} error={wrong} data-autofocus />
        <ErrorNote error={error} />
        <Group justify="space-between" mt="md">
          <Text size="sm" c="dimmed" aria-live="polite">{list.length > 0 && !wrong ? `${list[0]!.number} … ${list.at(-1)!.number}` : ''}</Text>
          <Group>
            <Button variant="default" onClick={onClose}>{parts('cancel')}</Button>
            <Button type="submit" loading={busy} disabled={list.length === 0 || wrong !== undefined}>{t('make', { n: list.length })}</Button>
          </Group>
        </Group>
      </form>
    </Modal>
  )
}
