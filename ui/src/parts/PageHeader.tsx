import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The head of a page: its title, a sentence on what it is for, and what one does there. */
export function PageHeader({ title, text, children }: { title: ReactNode; text?: ReactNode; children?: ReactNode }) {
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={2} maw={720}>
        <Title order={1} size="h3">{title}</Title>
        {text && <Text size="sm" c="dimmed">{text}</Text>}
      </Stack>
      <Group gap="xs">{children}</Group>
    </Group>
  )
}
