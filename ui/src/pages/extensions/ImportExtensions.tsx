import { Alert, Badge, Button, FileInput, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { APIError } from '~/api/client'
import type { Difference, ImportedRow, Password } from '~/api/schema'
import { detailWords } from '~/lang/details'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { changedOf } from '../apply/words'
import { useSaved } from '../phones/pending'
import { mistakesOf, rowsOf } from './csv'
import { importCSV } from './imports'
import { saveFile } from './save'
import { extensionsTexts } from './texts'

interface Line {
  line: number
  what: string
  state: ImportedRow['action'] | 'wrong' | 'ok'
  text: string
}

const colors = { create: 'teal', change: 'blue', same: 'gray', wrong: 'red', ok: 'gray' } as const

function said(list: Difference[]): string {
  return changedOf(list, (s) => s).flatMap((c) => c.fields.map((f) => `${f.name}: ${f.before ? `${f.before} → ` : ''}${f.after}`)).join(', ')
}

async function base64Of(bytes: Uint8Array): Promise<string> {
  return await new Promise((done, failed) => {
    const r = new FileReader()
    r.onload = () => done(String(r.result).replace(/^[^,]*,/, ''))
    r.onerror = () => failed(r.error ?? new Error('not read'))
    r.readAsDataURL(new Blob([bytes as BlobPart]))
  })
}

function textOfBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('euc-kr').decode(bytes)
  }
}

/** Adds and changes extensions by a file: what it would do is shown first, line by line. */
export function ImportExtensions({ onClose, onDone }: { onClose: () => void; onDone: (made: Password[]) => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  useLanguage()
  const { query } = useTenant()
  const saved = useSaved()
  const [bytes, setBytes] = useState<string>()
  const [lines, setLines] = useState<Line[]>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [xlsx, setXlsx] = useState(false)
  const wrong = lines?.some((l) => l.state === 'wrong')
  const count = lines?.filter((l) => l.state === 'create' || l.state === 'change').length ?? 0
  const look = async (file: File | null) => {
    setLines(undefined)
    setError(undefined)
    setXlsx(false)
    if (!file) {
      return
    }
    const raw = new Uint8Array(await file.arrayBuffer())
    if (raw[0] === 0x50 && raw[1] === 0x4b) { // PK: a ZIP, as xlsx is
      setXlsx(true)
      return
    }
    setBusy(true)
    const coded = await base64Of(raw)
    setBytes(coded)
    try {
      const { rows } = await importCSV(query, { base64: coded }, true)
      setLines(rows.map((r) => ({ line: r.line, what: r.extension, state: r.action, text: said(r.differences) })))
    } catch (e) {
      if (e instanceof APIError && e.status === 400) {
        const mistakes = mistakesOf(e.message)
        const cells = rowsOf(textOfBytes(raw))
        const at = new Set(mistakes.map((m) => m.line))
        setLines([
          ...mistakes.map((m): Line => ({ line: m.line, what: m.line > 1 ? cells[m.line - 1]?.slice(0, 3).join(', ') ?? '' : '', state: 'wrong', text: detailWords(m.text) })),
          ...cells.flatMap((c, i): Line[] => (i === 0 || at.has(i + 1) || c.every((x) => x === '') ? [] : [{ line: i + 1, what: c.slice(0, 3).join(', '), state: 'ok', text: '' }])),
        ].sort((a, b) => a.line - b.line))
      } else {
        setError(e)
      }
    }
    setBusy(false)
  }
  const act = async () => {
    setBusy(true)
    try {
      const { passwords } = await importCSV(query, { base64: bytes! }, false)
      void saved()
      onDone(passwords)
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('importTitle')} size="xl" closeButtonProps={{ 'aria-label': parts('close') }}>
      <Stack gap="sm">
        <Text size="sm">{t('importText')}</Text>
        <Text size="sm" c="dimmed">{t('columns')}</Text>
        <Group align="flex-end">
          <FileInput label={t('file')} placeholder={t('choose')} accept=".csv,.txt,text/csv" onChange={(f) => void look(f)} clearable style={{ flex: 1 }} styles={{ placeholder: { color: 'var(--mantine-color-dimmed)' } }} data-autofocus />
          <Button variant="subtle" onClick={() => saveFile('sample.csv', '\ufeff내선,이름,이메일,등급,발신번호,언어,벨 시간,동시통화,당겨받기그룹\r\n1010,홍길동,hong@example.com,,,ko,20,2,1\r\n1011,성춘향,,,,,,,\r\n')}>{t('sample')}</Button>
        </Group>
        {xlsx && <Alert color="red" variant="light" role="alert">{t('xlsx')}</Alert>}
        {wrong && <Alert color="red" variant="light" role="alert">{t('allOrNothing')}</Alert>}
        {lines && (
          <Table.ScrollContainer minWidth={480} mah={420} tabIndex={0}>
            <Table stickyHeader aria-label={t('preview')}>
              <Table.Thead><Table.Tr><Table.Th>{t('line')}</Table.Th><Table.Th>{t('number')}</Table.Th><Table.Th>{t('result')}</Table.Th><Table.Th>{t('why')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>
                {lines.map((l, i) => (
                  <Table.Tr key={i}>
                    <Table.Td>{l.line || t('whole')}</Table.Td>
                    <Table.Td>{l.what}</Table.Td>
                    <Table.Td><Badge tt="none" variant="light" color={colors[l.state]}>{t(l.state)}</Badge></Table.Td>
                    <Table.Td><Text size="sm" style={{ overflowWrap: 'anywhere' }}>{l.text}</Text></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {lines && !wrong && count === 0 && <Text size="sm">{t('nothingToDo')}</Text>}
        <ErrorNote error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{parts('cancel')}</Button>
          <Button onClick={() => void act()} loading={busy} disabled={!lines || wrong || count === 0}>{t('confirm', { n: count })}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
