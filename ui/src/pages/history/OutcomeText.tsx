import { Group, Stack, Text, ThemeIcon } from '@mantine/core'
import type { CDR } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { whoText } from '~/parts/Who'
import { outcomeOf } from './outcome'
import { historyTexts } from './texts'

/** How a call came out, with a picture; below it who answered, when that is another than was called. */
export function OutcomeText({ call }: { call: CDR }) {
  const t = useTexts(historyTexts)
  const o = outcomeOf(call)
  const by = call.answered_by
  const other = by && !(by.extension ? by.extension === call.to.extension : by.number === call.to.number)
  return (
    <Group gap={8} wrap="nowrap">
      <ThemeIcon size={24} radius="xl" variant="light" color={o.color} aria-hidden><o.icon size={15} /></ThemeIcon>
      <Stack gap={0} className="keep">
        <Text size="sm" fw={call.missed ? 600 : 400}>{t(o.key)}</Text>
        {other && <Text size="xs" c="dimmed">{whoText(by)}</Text>}
      </Stack>
    </Group>
  )
}
