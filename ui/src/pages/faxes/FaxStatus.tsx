import { Group, Loader, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconCheck, IconInbox, IconX } from '@tabler/icons-react'
import type { Fax } from '~/api/schema'
import { useLanguage, useTexts } from '~/lang/texts'
import { faxTexts } from './texts'

const looks = { received: { icon: IconInbox, color: 'teal' }, sent: { icon: IconCheck, color: 'teal' }, failed: { icon: IconX, color: 'red' } } as const

/** What became of a fax, and why when it failed. */
export function FaxStatus({ fax }: { fax: Fax }) {
  const t = useTexts(faxTexts)
  const lng = useLanguage()
  const look = fax.status === 'sending' ? undefined : looks[fax.status]
  return (
    <Group gap={8} wrap="nowrap">
      {look ? <ThemeIcon size={24} radius="xl" variant="light" color={look.color} aria-hidden><look.icon size={15} /></ThemeIcon> : <Loader size={18} aria-hidden />}
      <Stack gap={0} className="keep">
        <Text size="sm">{t(fax.status)}</Text>
        {fax.message && <Text size="xs" c="dimmed">{fax.message[lng]}</Text>}
      </Stack>
    </Group>
  )
}
