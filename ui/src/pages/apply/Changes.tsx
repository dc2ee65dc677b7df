import { Badge, List, Stack, Text } from '@mantine/core'
import type { Difference } from '~/api/schema'
import { useLanguage, useTexts } from '~/lang/texts'
import { useTargetWords } from '../phones/TargetInput'
import { applyTexts } from './texts'
import { changedOf } from './words'

const colors = { added: 'teal', removed: 'red', changed: 'blue' } as const

/** What changes, in words, thing by thing. */
export function Changes({ list }: { list: Difference[] }) {
  const t = useTexts(applyTexts)
  useLanguage()
  const words = useTargetWords()
  const changed = changedOf(list, (text) => (/^(extension|ring_group|voicemail|number|notice):|^(busy|hangup|fax)$/.test(text) ? words(text) : text))
  return (
    <Stack gap="xs">
      {changed.map((c) => (
        <div key={c.what}>
          <Text component="div" size="sm" fw={600}>{c.what} <Badge tt="none" size="sm" variant="light" color={colors[c.how]} ml={4}>{t(c.how)}</Badge></Text>
          {c.fields.length > 0 && (
            <List size="sm" withPadding>
              {c.fields.map((f, i) => (
                <List.Item key={i}>
                  {f.name && <>{f.name}: </>}
                  {f.before && <Text span size="sm" td="line-through" c="dimmed">{f.before}</Text>}{f.before && ' → '}
                  <Text span size="sm">{f.after || t('removed')}</Text>
                </List.Item>
              ))}
            </List>
          )}
        </div>
      ))}
    </Stack>
  )
}
