import { Accordion, Alert, Button, Checkbox, Group, PasswordInput, Select, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core'
import type { CompanyExtension, Extension, MadeExtensionBody, Password } from '~/api/schema'
import { dataOf } from '~/api/client'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone, tellError } from '~/parts/done'
import { Setting } from '~/parts/Setting'
import { useAll } from '../phones/lists'
import { EntryDrawer } from '../phones/EntryDrawer'
import type { Form } from '../phones/EntryDrawer'
import { LanguageInput, NumberOr } from '../phones/inputs'
import { useShown } from '../phones/shown'
import { phonesTexts } from '../phones/texts'
import { useTenant } from '~/shell/me'
import { useQueryClient } from '@tanstack/react-query'
import { Devices } from './Devices'
import { extensionsTexts } from './texts'

interface Props {
  id: string | undefined
  mayChange: boolean
  onClose: () => void
  onMade: (made: Password[]) => void
  onSoftphone: (extension: string) => void
}

const start: CompanyExtension = { number: '', name: '', devices: [{}] }

/** One extension: to look at, to change, to make. */
export function ExtensionDrawer(p: Props) {
  const t = useTexts(extensionsTexts)
  const phones = useTexts(phonesTexts)
  return (
    <EntryDrawer<CompanyExtension, Extension>
      path="extensions" id={p.id} title={p.id ? `${phones('extension')} ${p.id}` : t('add')} start={start} mayChange={p.mayChange} onClose={p.onClose}
      pick={(e) => e.settings ?? { number: e.extension, name: e.name }}
      onSaved={(answer) => {
        p.onClose()
        p.onMade((answer as MadeExtensionBody).passwords ?? [])
      }}
    >
      {(form, view) => <Fields form={form} view={view} {...p} />}
    </EntryDrawer>
  )
}

function Fields({ form: { draft: d, set, isNew }, view, mayChange, onSoftphone, onMade }: Props & { form: Form<CompanyExtension>; view: Extension | undefined }) {
  const t = useTexts(extensionsTexts)
  const phones = useTexts(phonesTexts)
  const { query } = useTenant()
  const client = useQueryClient()
  const classes = useAll('classes-of-service')
  const numbers = useShown()
  const own = d.own_number && !numbers.includes(d.own_number) ? [d.own_number, ...numbers] : numbers
  const vm = d.voicemail
  const recorded = d.recorded ?? {}
  const unlock = () => dataOf('POST /extensions/{id}/unlock', { path: { id: d.number }, query }).then(() => { tellDone(t('unlocked')); void client.invalidateQueries({ queryKey: ['extensions'] }) }, tellError)
  return (
    <>
      {view?.locked && <Alert color="orange" variant="light" title={t('lockedText')}>{mayChange && <Button size="compact-sm" onClick={() => void unlock()}>{t('unlock')}</Button>}</Alert>}
      {isNew && <Setting name="number"><TextInput label={t('number')} description={t('numberText')} value={d.number} onChange={(e) => set({ number: e.currentTarget.value.replace(/\D/g, '') })} inputMode="numeric" required pattern="\d{3,10}" maxLength={10} data-autofocus /></Setting>}
      <Setting name="name"><TextInput label={t('name')} description={t('nameText')} value={d.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} /></Setting>
      <Setting name="class"><Select label={t('class')} description={t('classText')} data={[{ value: 'all', label: t('everyone') }, ...[...new Set([...(classes.data ?? []).map((c) => c.name), d.class || 'all'])].filter((c) => c !== 'all')]} value={d.class || 'all'} onChange={(v) => set({ class: v === 'all' || !v ? '' : v })} allowDeselect={false} /></Setting>
      <Setting name="own_number"><Select label={t('own')} description={t('ownText')} data={own.map((n) => ({ value: n, label: phone(n) }))} value={d.own_number || null} onChange={(v) => set({ own_number: v ?? '' })} clearable searchable placeholder={phones('byDefault')} /></Setting>
      <Group grow align="flex-end">
        <Setting name="ring_seconds"><NumberOr label={t('ring')} description={t('ringText')} value={d.ring_seconds} onChange={(v) => set({ ring_seconds: v })} def="30" max={600} unit={phones('seconds')} /></Setting>
        <Setting name="call_limit"><NumberOr label={t('limit')} description={t('limitText')} value={d.call_limit} onChange={(v) => set({ call_limit: v })} def="2" max={100} /></Setting>
      </Group>
      <Setting name="no_call_waiting"><Switch label={t('noWaiting')} checked={!!d.no_call_waiting} onChange={(e) => set({ no_call_waiting: e.currentTarget.checked })} /></Setting>
      <Setting name="pickup_groups"><TagsInput label={t('pickupGroups')} description={t('pickupText')} value={(d.pickup_groups ?? []).map(String)} onChange={(v) => set({ pickup_groups: [...new Set(v.map(Number).filter((n) => n >= 1 && n <= 63))] })} placeholder={(d.pickup_groups ?? []).length ? undefined : '1'} /></Setting>
      <Accordion multiple variant="separated" order={3} defaultValue={['devices', ...(vm ? ['voicemail'] : [])]}>
        <Accordion.Item value="voicemail">
          <Accordion.Control>{t('voicemail')}</Accordion.Control>
          <Accordion.Panel>
            <Setting name="voicemail"><Stack gap="sm">
              <Switch label={t('vmOn')} checked={!!vm} onChange={(e) => set({ voicemail: e.currentTarget.checked ? {} : undefined })} />
              {vm && (
                <>
                  <TextInput type="email" label={t('vmEmail')} value={vm.email ?? ''} onChange={(e) => set({ voicemail: { ...vm, email: e.currentTarget.value } })} />
                  <PasswordInput label={t('pin')} description={isNew ? t('pinText') : `${t('pinText')} ${t('pinKeep')}`} value={vm.pin ?? ''} onChange={(e) => set({ voicemail: { ...vm, pin: e.currentTarget.value.replace(/\D/g, '') || undefined } })} inputMode="numeric" autoComplete="new-password" maxLength={10} />
                  <Checkbox label={t('askPin')} checked={!!vm.ask_pin} onChange={(e) => set({ voicemail: { ...vm, ask_pin: e.currentTarget.checked } })} />
                </>
              )}
            </Stack></Setting>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="recorded">
          <Accordion.Control>{t('recordedTitle')}</Accordion.Control>
          <Accordion.Panel>
            <Setting name="recorded"><Stack gap="sm">
              {([['incoming', t('recIn')], ['outgoing', t('recOut')], ['internal', t('recInt')]] as const).map(([k, label]) => (
                <Select key={k} label={label} data={[{ value: 'company', label: t('recCompany') }, { value: 'always', label: t('recAlways') }, { value: 'on_demand', label: t('recDemand') }]} value={recorded[k] || 'company'} onChange={(v) => set({ recorded: { ...recorded, [k]: v === 'company' || !v ? '' : v } })} allowDeselect={false} />
              ))}
            </Stack></Setting>
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="devices">
          <Accordion.Control>{t('phones')} ({(d.devices ?? []).length})</Accordion.Control>
          <Accordion.Panel><Setting name="devices"><Devices extension={d.number} list={d.devices ?? []} onChange={(devices) => set({ devices })} view={view} mayChange={mayChange} onMade={onMade} onSoftphone={onSoftphone} /></Setting></Accordion.Panel>
        </Accordion.Item>
      </Accordion>
      <Setting name="language"><LanguageInput value={d.language} onChange={(language) => set({ language })} /></Setting>
      {!isNew && view && <Text size="sm" c="dimmed">{t('shows', { cid: view.external_cid })}</Text>}
    </>
  )
}
