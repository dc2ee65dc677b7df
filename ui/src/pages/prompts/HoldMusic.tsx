import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { HoldMusic as Hold } from '~/api/schema'
import { pathOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay, useTenant } from '~/shell/me'
import { useAll } from '../phones/lists'
import { useWhole } from '../phones/useWhole'
import { Listen } from './Sound'
import { promptsTexts } from './texts'

/** What those hear who are held or parked: one of the tones. */
export function HoldMusic({ toTones }: { toTones: () => void }) {
  const t = useTexts(promptsTexts)
  const parts = useTexts(partsTexts)
  const may = useMay('prompts', 'change', 'hold_music')
  const { query } = useTenant()
  const tones = useAll('tones')
  const whole = useWhole<Hold>('hold-music')
  const [draft, setDraft] = useState<string>()
  if (!whole.value || tones.isPending) {
    return whole.loadError ? <ErrorNote error={whole.loadError} again={whole.reload} /> : <Loading />
  }
  const value = draft ?? whole.value.hold_music
  const tone = tones.data?.find((x) => x.name === value)
  const data = [{ value: 'none', label: t('holdDefault') }, { value: 'dipcast', label: t('holdOwn') }, ...(tones.data ?? []).map((x) => ({ value: x.name, label: x.title || x.name }))]
  return (
    <form onSubmit={(e) => { e.preventDefault(); void whole.save({ hold_music: value }).then((ok) => ok && setDraft(undefined)) }}>
      <fieldset disabled={!may} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
        <Stack maw={520} gap="sm">
          <Text size="sm" c="dimmed">{t('holdText')}</Text>
          <Select label={t('hold')} data={data} value={value || 'none'} onChange={(v) => setDraft(v === 'none' || !v ? '' : v)} allowDeselect={false} />
          {tone?.recording && <Listen url={pathOf('/tones/{name}/recording', { name: tone.name }, query)} stamp={tone.recording.uploaded_at} />}
          {tone && !tone.recording && <Text size="sm" c="orange.9" role="status">{t('holdSilent')}</Text>}
          <ErrorNote error={whole.error} again={whole.reload} />
          {may && <Group><Button type="submit" loading={whole.busy} disabled={draft === undefined}>{parts('save')}</Button><Button variant="subtle" onClick={toTones}>{t('holdMake')}</Button></Group>}
        </Stack>
      </fieldset>
    </form>
  )
}
