import { Button, Group, Modal, Progress, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { pathOf } from '~/api/client'
import { bytes, count } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { saveFile } from '~/parts/file'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { queryOf } from './filter'
import type { Filter } from './filter'
import { readTable } from './readTable'
import type { Read } from './readTable'
import { historyTexts } from './texts'

/** Saves all calls that are looked for as a table. It says how far it is, and can be stopped. */
export function ExportButton({ filter }: { filter: Filter }) {
  const t = useTexts(historyTexts)
  const p = useTexts(partsTexts)
  const tenant = useTenant()
  const [open, setOpen] = useState(false)
  const [state, setState] = useState<Read>()
  const [error, setError] = useState<unknown>()
  const [note, setNote] = useState('')
  const stop = useRef<AbortController>(undefined)
  const begin = async () => {
    const control = new AbortController()
    stop.current = control
    setError(undefined)
    setNote('')
    setState({ rows: 0, bytes: 0, total: 0 })
    try {
      const [blob, rows] = await readTable(pathOf('/cdr.csv', {}, { ...tenant.query, ...queryOf(filter, new Date()) }), control.signal, setState)
      saveFile(`calls-${new Date().toISOString().slice(0, 10)}.csv`, 'text/csv;charset=utf-8', blob)
      tellDone(t('exportDone', { rows: count(rows) }))
      setOpen(false)
    } catch (e) {
      if (control.signal.aborted) {
        setNote(t('exportCancelled'))
      } else if (e instanceof TypeError) {
        setNote(t('exportBroken'))
      } else {
        setError(e)
      }
    }
    setState(undefined)
    stop.current = undefined
  }
  const close = () => {
    stop.current?.abort()
    setOpen(false)
    setNote('')
    setError(undefined)
  }
  const total = state?.total ?? 0
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => setOpen(true)}>{t('export')}</Button>
      <Modal opened={open} onClose={close} title={t('exportTitle')} centered closeButtonProps={{ 'aria-label': p('close') }}>
        <Text size="sm">{t('exportText')}</Text>
        <div aria-live="polite">
          {state && (
            <>
              <Progress mt="md" value={total > 0 ? Math.min(100, (state.rows / total) * 100) : 100} animated striped={total === 0} aria-label={t('exportTitle')} />
              <Text size="sm" mt={4}>{total > 0 ? t('exportOf', { rows: count(state.rows), total: count(total), bytes: bytes(state.bytes) }) : t('exportRows', { rows: count(state.rows), bytes: bytes(state.bytes) })}</Text>
            </>
          )}
          {note && <Text size="sm" mt="md">{note}</Text>}
        </div>
        <ErrorNote error={error} />
        <Group justify="flex-end" mt="md">
          {state ? <Button variant="default" onClick={() => stop.current?.abort()}>{t('exportCancel')}</Button> : <Button onClick={() => void begin()} data-autofocus>{t('exportStart')}</Button>}
        </Group>
      </Modal>
    </>
  )
}
