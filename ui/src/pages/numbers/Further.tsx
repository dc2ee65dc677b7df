import { Button, Group, Stack, TagsInput, Text } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay } from '~/shell/me'
import { useWhole } from '../phones/useWhole'
import { numbersTexts } from './texts'

/** Numbers that may be shown beside those that ring here. */
export function Further() {
  const t = useTexts(numbersTexts)
  const parts = useTexts(partsTexts)
  const may = useMay('numbers', 'change')
  const whole = useWhole<string[]>('numbers')
  const [draft, setDraft] = useState<string[]>()
  const list = draft ?? whole.value ?? []
  return (
    <Stack maw={640}>
      <Text size="sm" c="dimmed">{t('furtherText')}</Text>
      <ErrorNote error={whole.loadError ?? whole.error} again={whole.reload} />
      {whole.pending ? <Loading /> : (
        <form onSubmit={(e) => { e.preventDefault(); void whole.save(list).then((ok) => ok && setDraft(undefined)) }}>
          <TagsInput label={t('furtherLabel')} placeholder={may ? t('furtherPh') : undefined} value={list} onChange={(v) => setDraft(v.map((x) => x.replace(/[^\d+]/g, '')).filter(Boolean))} readOnly={!may} />
          {may && <Group mt="md"><Button type="submit" loading={whole.busy} disabled={draft === undefined}>{parts('save')}</Button></Group>}
        </form>
      )}
    </Stack>
  )
}
