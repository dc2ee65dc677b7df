import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { CompanyParking } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay } from '~/shell/me'
import { NumberOr } from '../phones/inputs'
import { phonesTexts } from '../phones/texts'
import { useWhole } from '../phones/useWhole'
import { groupsTexts } from './texts'

const off = '-'

/** Where calls wait for anyone to take them. */
export function Parking() {
  const t = useTexts(groupsTexts)
  const parts = useTexts(partsTexts)
  const phones = useTexts(phonesTexts)
  const may = useMay('features', 'change')
  const whole = useWhole<CompanyParking>('parking')
  const [draft, setDraft] = useState<CompanyParking>()
  const d = draft ?? whole.value
  if (!d) {
    return whole.loadError ? <ErrorNote error={whole.loadError} again={whole.reload} /> : <Loading />
  }
  const set = (part: Partial<CompanyParking>) => setDraft({ ...d, ...part })
  const on = d.number !== off
  return (
    <form onSubmit={(e) => { e.preventDefault(); void whole.save(d).then((ok) => ok && setDraft(undefined)) }}>
      <fieldset disabled={!may} style={{ border: 0, padding: 0, margin: 0 }}>
        <Stack gap="sm" maw={520}>
          <Text size="sm" c="dimmed">{t('parkText')}</Text>
          <Switch label={t('parkOn')} checked={on} onChange={(e) => set({ number: e.currentTarget.checked ? '' : off })} />
          {on && (
            <>
              <TextInput label={t('parkNumber')} description={t('parkNumberText')} placeholder="700" value={d.number ?? ''} onChange={(e) => set({ number: e.currentTarget.value.replace(/\D/g, '') })} inputMode="numeric" maxLength={10} />
              <NumberOr label={t('spaces')} description={t('spacesText')} value={d.spaces} onChange={(v) => set({ spaces: v })} def="20" max={99} />
              <NumberOr label={t('parkSeconds')} description={t('parkSecondsText')} value={d.seconds} onChange={(v) => set({ seconds: v })} def="60" max={600} unit={phones('seconds')} />
            </>
          )}
          <ErrorNote error={whole.error} again={whole.reload} />
          {may && <Group><Button type="submit" loading={whole.busy} disabled={draft === undefined}>{parts('save')}</Button></Group>}
        </Stack>
      </fieldset>
    </form>
  )
}
