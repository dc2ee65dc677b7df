import { SegmentedControl, Select, Text } from '@mantine/core'
import { useState } from 'react'
import { call } from '~/api/client'
import type { RuleChange, RulesChange } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { useTenant } from '~/shell/me'
import { Destinations } from './Fields'
import { changeOf, kinds, leading, mistake, wishOf } from './rules'
import type { Kind } from './rules'
import { diversionTexts } from './texts'

const atOnce = 100 // as many as the gateway takes

/** Changes the same of several extensions. */
export function BulkDrawer({ selected, extensions, onClose, onSaved }: { selected: string[]; extensions: Set<string>; onClose: () => void; onSaved: () => Promise<unknown> }) {
  const t = useTexts(diversionTexts)
  const tenant = useTenant()
  const [kind, setKind] = useState<Kind>('CFN')
  const [action, setAction] = useState('on')
  const [wish, setWish] = useState(() => ({ ...wishOf(undefined), on: true }))
  const [tried, setTried] = useState(false)
  const wrong = action === 'on' ? mistake(kind, wish, selected, extensions) : undefined
  const save = async () => {
    setTried(true)
    if (wrong) {
      return
    }
    const off: RuleChange = { enable: false }
    const change: RulesChange = action === 'all' ? Object.fromEntries(kinds.map((k) => [k, off])) : { [kind]: action === 'on' ? changeOf(kind, { ...wish, on: true }) : off }
    for (let i = 0; i < selected.length; i += atOnce) {
      await call('PUT /diversions', { query: tenant.query, body: Object.fromEntries(selected.slice(i, i + atOnce).map((e) => [e, change])) })
    }
    tellDone(t('savedN', { n: selected.length }))
    await onSaved()
    onClose()
  }
  return (
    <EditDrawer opened title={t('changeN', { n: selected.length })} dirty={tried} onClose={onClose} onSave={save}>
      <Text size="sm">{t('bulkText', { n: selected.length, list: selected.slice(0, 12).join(', ') + (selected.length > 12 ? ' …' : '') })}</Text>
      <SegmentedControl aria-label={t('action')} data={[{ value: 'on', label: t('turnOn') }, { value: 'off', label: t('turnOff') }, { value: 'all', label: t('allOffAction') }]} value={action} onChange={setAction} />
      {action === 'all' ? <Text size="sm">{t('allOffText')}</Text> : (
        <Select label={t('kind')} description={t(`${kind}help`)} data={[...leading, 'DND' as const].map((k) => ({ value: k as string, label: t(k) }))} value={kind} onChange={(v) => setKind((v ?? 'CFN') as Kind)} allowDeselect={false} />
      )}
      {action === 'on' && <Destinations kind={kind} wish={wish} onChange={setWish} wrong={tried || wrong !== 'needsNumber' ? wrong : undefined} extensions={extensions} />}
    </EditDrawer>
  )
}
