import { ActionIcon, Popover, Text } from '@mantine/core'
import { IconHelp } from '@tabler/icons-react'
import { useTexts } from '~/lang/texts'
import { partsTexts } from './texts'

/** A question mark beside a setting whose press tells more about it. */
export function HelpTip({ name, text }: { name: string; text: string }) {
  const t = useTexts(partsTexts)
  return (
    <Popover width={300} withArrow shadow="md">
      <Popover.Target>
        <ActionIcon variant="subtle" size="sm" color="gray" aria-label={t('help', { name })}><IconHelp size={16} /></ActionIcon>
      </Popover.Target>
      <Popover.Dropdown><Text size="sm">{text}</Text></Popover.Dropdown>
    </Popover>
  )
}
