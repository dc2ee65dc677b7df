import { Button, Stack, Text, Title } from '@mantine/core'
import { To } from './To'
import type { ReactNode } from 'react'

/** Stands where there is nothing yet, and says what to do next: a button that does it, or leads there. */
export function Empty({ title, text, action, onAction, to, children }: { title: string; text: string; action?: string; onAction?: () => void; to?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Title order={2} size="h4">{title}</Title>
      <Text c="dimmed" maw={520}>{text}</Text>
      {action && (to ? <Button component={To} to={to}>{action}</Button> : <Button onClick={onAction}>{action}</Button>)}
      {children}
    </Stack>
  )
}
