import { List, ScrollArea, Stack, Text } from '@mantine/core'
import { useLanguage, useTexts } from '~/lang/texts'
import { Field } from '../apply/Changes'
import { changedOf, targetWords } from '../apply/words'
import { tenantsTexts } from './texts'

/** What a change makes different, thing by thing. */
export function Differences({ list }: { list: { field: string; before?: string; after?: string }[] }) {
  const t = useTexts(tenantsTexts)
  useLanguage()
  if (list.length === 0) {
    return <Text size="sm">{t('nothing')}</Text>
  }
  return (
    <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('preview') }}>
      <Stack gap="xs">
        {changedOf(list, targetWords).map((c) => (
          <div key={c.what}>
            <Text size="sm" fw={600}>{c.what}{c.how === 'changed' ? '' : ` · ${t(c.how)}`}</Text>
            <List size="sm" withPadding>{c.fields.map((f, i) => <List.Item key={i}><Field of={f} /></List.Item>)}</List>
          </div>
        ))}
      </Stack>
    </ScrollArea.Autosize>
  )
}
