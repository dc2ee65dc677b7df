import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { AreaContext, onlyAllowed, useOnly } from '~/parts/Setting'
import { partsTexts } from '~/parts/texts'
import { useMay } from '~/shell/me'
import { useWhole } from '../phones/useWhole'
import type { Whole } from '../phones/useWhole'

interface Props<T> {
  /** Of the settings: "recording-rules". */
  path: Whole
  /** What they are for. */
  text: string
  children: (draft: T, set: (part: Partial<T>) => void) => ReactNode
}

/** A form for settings that a company has once. What is not changed is not sent. */
export function SettingsForm<T extends object>({ path, text, children }: Props<T>) {
  const parts = useTexts(partsTexts)
  const may = useMay('features', 'change')
  const only = useOnly('features')
  const whole = useWhole<T>(path)
  const [changed, setChanged] = useState<Partial<T>>({})
  if (!whole.value) {
    return whole.loadError ? <ErrorNote error={whole.loadError} again={whole.reload} /> : <Loading />
  }
  const there = whole.value as Record<string, unknown>
  const body = onlyAllowed(Object.fromEntries(Object.entries(changed).filter(([name, v]) => there[name] !== v)), only)
  return (
    <form onSubmit={(e) => { e.preventDefault(); void whole.save(body as T).then((ok) => ok && setChanged({})) }}>
      <fieldset disabled={!may} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        <AreaContext value="features">
          <Stack gap="sm" maw={560}>
            <Text size="sm" c="dimmed">{text}</Text>
            {children({ ...whole.value, ...changed }, (part) => setChanged((c) => ({ ...c, ...part })))}
            <ErrorNote error={whole.error} again={() => { whole.clear(); whole.reload() }} />
            {may && <Group><Button type="submit" loading={whole.busy} disabled={Object.keys(body).length === 0}>{parts('save')}</Button></Group>}
          </Stack>
        </AreaContext>
      </fieldset>
    </form>
  )
}
