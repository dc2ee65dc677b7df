import { Alert, Button, Checkbox, FileButton, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { APIError, dataOf } from '~/api/client'
import { count } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { base64Of, formatOf, maxFile } from './file'
import { contactsTexts } from './texts'

interface Chosen {
  name: string
  format: 'csv' | 'vcard'
  base64: string
}

/** Takes contacts from a file: first it says what is in it, then it is done. */
export function ImportContacts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTexts(contactsTexts)
  const tp = useTexts(partsTexts)
  const { tenant, query } = useTenant()
  const queries = useQueryClient()
  const [file, setFile] = useState<Chosen>()
  const [replace, setReplace] = useState(false)
  const [skip, setSkip] = useState(false)
  const preview = useMutation({
    mutationFn: (f: Chosen) => dataOf('POST /contacts/import', { query: { ...query, format: f.format, dry_run: true }, body: { base64: f.base64 } }),
  })
  const take = useMutation({
    mutationFn: (f: Chosen) => dataOf('POST /contacts/import', { query: { ...query, format: f.format, replace, skip }, body: { base64: f.base64 } }),
    onSuccess: async (r) => {
      await queries.invalidateQueries({ queryKey: ['contacts', tenant] })
      tellDone(t('taken', { n: count(r.taken), total: count(r.total) }))
      close()
    },
  })
  const [tooBig, setTooBig] = useState(false)
  const close = () => {
    setFile(undefined)
    setReplace(false)
    setSkip(false)
    setTooBig(false)
    preview.reset()
    take.reset()
    onClose()
  }
  const choose = async (f: File | null) => {
    if (!f) {
      return
    }
    setTooBig(f.size > maxFile)
    preview.reset()
    take.reset()
    setFile(undefined)
    if (f.size <= maxFile) {
      const bytes = new Uint8Array(await f.arrayBuffer())
      const chosen = { name: f.name, format: formatOf(f.name, bytes), base64: base64Of(bytes) }
      setFile(chosen)
      preview.mutate(chosen)
    }
  }
  const seen = preview.data
  const wrong = seen?.wrong ?? []
  return (
    <Modal opened={opened} onClose={close} title={t('importTitle')} size="lg" closeButtonProps={{ 'aria-label': tp('close') }}>
      <Stack gap="sm">
        <Text size="sm">{t('importText')}</Text>
        <Group>
          <FileButton onChange={(f) => void choose(f)} accept=".csv,.txt,.vcf,.vcard,text/csv,text/vcard">{(p) => <Button {...p} variant={file ? 'default' : 'filled'} loading={preview.isPending}>{t('file')}</Button>}</FileButton>
          {file && <Text size="sm">{t('chosen', { name: file.name })}</Text>}
        </Group>
        {tooBig && <ErrorNote error={new APIError(413, 'too_long', t('tooBig'), '', 0)} />}
        <ErrorNote error={preview.error ?? take.error} />
        {seen && (
          <>
            <Alert role="status" variant="light" color={wrong.length > 0 ? 'orange' : 'teal'}>
              {t('wouldTake', { n: count(seen.taken) })}
              {wrong.length > 0 && <> {wrong.length >= 100 ? t('mistakesMore') : t('mistakes', { n: wrong.length })} {t('fix')}</>}
            </Alert>
            {wrong.length > 0 && (
              <Table.ScrollContainer minWidth={300} mah={240} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('mistakes', { n: wrong.length }) } }}>
                <Table>
                  <Table.Thead><Table.Tr><Table.Th>{t('line')}</Table.Th><Table.Th>{t('field')}</Table.Th><Table.Th>{t('message')}</Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>{wrong.map((m, i) => <Table.Tr key={i}><Table.Td>{m.line}</Table.Td><Table.Td>{m.field}</Table.Td><Table.Td lang="en">{m.message}</Table.Td></Table.Tr>)}</Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )}
            <Checkbox label={t('replace')} checked={replace} onChange={(e) => setReplace(e.currentTarget.checked)} />
            {wrong.length > 0 && <Checkbox label={t('skip')} checked={skip} onChange={(e) => setSkip(e.currentTarget.checked)} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>{tp('cancel')}</Button>
              <Button loading={take.isPending} disabled={seen.taken === 0 || (wrong.length > 0 && !skip)} color={replace ? 'red' : undefined} onClick={() => file && take.mutate(file)}>{t('take', { n: count(seen.taken) })}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  )
}
