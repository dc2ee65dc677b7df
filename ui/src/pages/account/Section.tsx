import { Card, Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A part of the page with a title and what it is for. */
export function Section({ title, text, side, children }: { title: string; text?: string; side?: ReactNode; children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title} padding="md">
      <Group justify="space-between" align="flex-start" mb="sm">
        <div style={{ flex: '1 1 240px' }}>
          <Title order={2} size="h4">{title}</Title>
          {text && <Text size="sm" c="dimmed">{text}</Text>}
        </div>
        {side}
      </Group>
      {children}
    </Card>
  )
}
