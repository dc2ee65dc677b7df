import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Password } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { useAll } from '../phones/lists'
import { useSaved } from '../phones/pending'
import { useShown } from '../phones/shown'
import { phonesTexts } from '../phones/texts'
import { cellOf } from './csv'
import { importCSV } from './imports'
import { extensionsTexts } from './texts'

type Column = 'class' | 'own_number' | 'language' | 'ring_seconds' | 'call_limit' | 'pickup_groups'

/** Changes several extensions at once. It goes as an import, so all or none is saved. */
export function BulkEdit({ numbers, onClose, onDone }: { numbers: string[]; onClose: () => void; onDone: (made: Password[]) => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  const phones = useTexts(phonesTexts)
  const { query } = useTenant()
  const saved = useSaved()
  const classes = useAll('classes-of-service')
  const shown = useShown()
  // '' leaves a column as it is, '-' makes it the default.
  const [set, setSet] = useState<Partial<Record<Column, string>>>({})
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const chosen = (Object.entries(set) as [Column, string][]).filter(([, v]) => v !== '')
  const change = (c: Column) => (v: string | null) => setSet((s) => ({ ...s, [c]: v ?? '' }))
  const save = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const rows = numbers.map((n) => [n, ...chosen.map(([, v]) => cellOf(v))].join(','))
      await importCSV(query, { text: [['number', ...chosen.map(([c]) => c)].join(','), ...rows].join('\n') }, false)
      void saved()
      onDone([])
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  const kept = [{ value: '', label: t('keep') }, { value: '-', label: t('toDefault') }]
  return (
    <Modal opened onClose={onClose} title={t('bulkTitle', { n: numbers.length })} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <form onSubmit={(e) => { e.preventDefault(); void save() }}>
        <Stack gap="sm">
          <Text size="sm">{t('bulkText')}</Text>
          <Select label={t('class')} data={[...kept, ...(classes.data ?? []).map((c) => ({ value: c.name, label: c.name === 'all' ? t('everyone') : c.name }))]} value={set.class ?? ''} onChange={change('class')} allowDeselect={false} />
          <Select label={t('own')} data={[...kept, ...shown.map((n) => ({ value: n, label: phone(n) }))]} value={set.own_number ?? ''} onChange={change('own_number')} allowDeselect={false} searchable />
          <Select label={t('language')} data={[...kept, { value: 'ko', label: phones('ko') }, { value: 'en', label: phones('en') }]} value={set.language ?? ''} onChange={change('language')} allowDeselect={false} />
          {([['ring_seconds', t('ring')], ['call_limit', t('callLimit')], ['pickup_groups', t('pickupGroups')]] as const).map(([c, label]) => (
            <TextInput key={c} label={label} placeholder={t('keep')} description={`- = ${t('toDefault')}`} value={set[c] ?? ''} onChange={(e) => change(c)(e.currentTarget.value)} inputMode={c === 'pickup_groups' ? 'text' : 'numeric'} />
          ))}
          <ErrorNote error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{parts('cancel')}</Button>
            <Button type="submit" loading={busy} disabled={chosen.length === 0}>{t('save')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
