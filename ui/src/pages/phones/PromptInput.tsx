import { Anchor, Group, Paper, Select, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { pathOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { useMay, useTenant } from '~/shell/me'
import { Listen } from '../prompts/Sound'
import { Speak } from '../prompts/Speak'
import { useAll } from './lists'
import { groupOf, groupOrder, noticeOf, textOfPrompt } from './TargetInput'
import { phonesTexts } from './texts'

interface Props {
  label: string
  description?: string
  value: string | undefined
  onChange: (name: string) => void
  /** What one that is made here is called. */
  suggest: string
  /** An example of what it says. */
  text?: string
}

/** An announcement: chosen, listened to, or made here from a text. */
export function PromptInput({ label, description, value, onChange, suggest, text }: Props) {
  const t = useTexts(phonesTexts)
  const lang = useLanguage()
  const may = useMay('prompts', 'change')
  const seen = useMay('prompts')
  const { query } = useTenant()
  const client = useQueryClient()
  const all = useAll('prompts', seen)
  const [making, setMaking] = useState(false)
  const there = (all.data ?? []).flatMap((p) => {
    const name = noticeOf(p)
    return name === undefined ? [] : [{ name, prompt: p }]
  })
  // By what they say, one's own first: the others are rarely what a menu says.
  const data = groupOrder.map((g) => ({
    group: t(g), items: there.filter((x) => groupOf(x.prompt) === g).map(({ name, prompt }) => ({ value: name, label: textOfPrompt(prompt, lang) })),
  })).filter((g) => g.items.length > 0)
  const chosen = there.find((x) => x.name === value)?.prompt
  const missing = value && !there.some((x) => x.name === value) ? [{ value, label: value }] : []
  return (
    <Stack gap={6}>
      <Select label={label} description={description} data={[...missing, ...data]} value={value || null} onChange={(v) => v && onChange(v)} searchable allowDeselect={false} limit={200} nothingFoundMessage={t('none')} required />
      {chosen && <Listen url={pathOf('/prompts/{name}/audio', { name: chosen.name }, query)} stamp={chosen.uploaded_at ?? ''} />}
      {value && seen && all.data && !chosen && <Text size="sm" c="orange.9" role="status">{t('promptMissing')}</Text>}
      {may && !making && <Group><Anchor component="button" type="button" size="sm" onClick={() => setMaking(true)}>{t('makePrompt')}</Anchor></Group>}
      {may && making && (
        <Paper withBorder p="sm">
          <Speak
            placeholder={text} url={pathOf('/prompts/{name}', { name: `custom/${suggest}` }, query)}
            onKept={() => {
              void client.invalidateQueries({ queryKey: ['prompts'] })
              onChange(suggest)
              setMaking(false)
            }}
          />
        </Paper>
      )}
    </Stack>
  )
}
