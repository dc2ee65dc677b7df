import { Accordion, Group, Paper, PasswordInput, Radio, Select, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import type { CompanyTrunk } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { Setting } from '~/parts/Setting'
import { EntryDrawer } from '../phones/EntryDrawer'
import type { Form } from '../phones/EntryDrawer'
import { CodecsInput, NumberOr } from '../phones/inputs'
import { phonesTexts } from '../phones/texts'
import { trunksTexts } from './texts'

const order = ['register', 'ip', 'register-tls'] as const

/** One trunk: a plain form for each way to connect, and the rest below. */
export function TrunkDrawer(p: { id: string | undefined; tenant: string | undefined; title: string; mayChange: boolean; onClose: () => void }) {
  const presets = useQuery({ queryKey: ['trunks', 'presets'], staleTime: Infinity, queryFn: ({ signal }) => dataOf('GET /trunk-presets', { signal }) })
  if (p.id === undefined || p.id === '' && !presets.data) {
    return null
  }
  const first = presets.data?.find((x) => x.preset === 'register')
  const start = { ...first, preset: 'register', register: true, name: '', host: '', username: '', id: 0 } as CompanyTrunk
  return (
    <EntryDrawer<CompanyTrunk> path="trunks" id={p.id} tenant={p.tenant} title={p.title} start={start} mayChange={p.mayChange} onClose={p.onClose} prepare={(d) => (d.id === 0 ? { ...d, id: undefined as never } : d)}>
      {(form) => <Fields form={form} presets={presets.data ?? []} />}
    </EntryDrawer>
  )
}

function Fields({ form: { draft: d, set, isNew }, presets }: { form: Form<CompanyTrunk>; presets: CompanyTrunk[] }) {
  const t = useTexts(trunksTexts)
  const phones = useTexts(phonesTexts)
  const choose = (name: string) => {
    const x = presets.find((one) => one.preset === name)
    if (x) {
      // What a preset does not say is taken back: it may be the former one's.
      set({ register: false, transport: '', encrypt: false, p_asserted_identity: false, expiry_seconds: undefined, ...x, id: d.id, name: d.name, host: d.host, username: d.username, secret: d.secret })
    }
  }
  const text = (label: string, key: 'proxy' | 'auth_user' | 'from_user' | 'from_domain', description: string) => (
    <Setting name={key}><TextInput label={label} description={description} value={d[key] ?? ''} onChange={(e) => set({ [key]: e.currentTarget.value.trim() })} /></Setting>
  )
  return (
    <Stack gap="sm">
      <Setting name="preset"><Radio.Group label={t('kind')} value={d.preset ?? ''} onChange={choose}>
        <Stack gap="xs" mt={4}>
          {order.filter((k) => presets.some((x) => x.preset === k)).map((k) => (
            <Paper key={k} withBorder p="xs"><Radio value={k} label={<Text span size="sm" fw={600}>{t(k)}</Text>} description={t(`${k}Text`)} /></Paper>
          ))}
        </Stack>
      </Radio.Group></Setting>
      <Setting name="name"><TextInput label={t('name')} description={t('nameText')} value={d.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} data-autofocus={isNew || undefined} /></Setting>
      <Setting name="host"><TextInput label={t('host')} description={t('hostText')} value={d.host} onChange={(e) => set({ host: e.currentTarget.value.trim() })} required /></Setting>
      {d.register && (
        <>
          <Setting name="username"><TextInput label={t('username')} description={t('usernameText')} value={d.username ?? ''} onChange={(e) => set({ username: e.currentTarget.value.trim() })} required autoComplete="off" /></Setting>
          <Setting name="secret"><PasswordInput label={t('secret')} description={isNew ? undefined : t('secretKeep')} value={d.secret ?? ''} onChange={(e) => set({ secret: e.currentTarget.value || undefined })} required={isNew} autoComplete="new-password" maxLength={128} /></Setting>
        </>
      )}
      {!d.register && <Setting name="match"><TagsInput label={t('match')} description={t('matchText')} value={d.match ?? []} onChange={(match) => set({ match })} /></Setting>}
      <Setting name="channels"><NumberOr label={t('channels')} description={t('channelsText')} value={d.channels} onChange={(v) => set({ channels: v })} max={1000} /></Setting>
      <Accordion variant="separated" order={3}>
        <Accordion.Item value="more">
          <Accordion.Control>{t('advanced')}</Accordion.Control>
          <Accordion.Panel>
            <Stack gap="sm">
              <Text size="sm" c="dimmed">{t('asPreset')}</Text>
              <Group grow align="flex-start">
                <Setting name="transport"><Select label={t('transport')} data={[{ value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }, { value: 'tls', label: 'TLS' }]} value={d.transport || 'udp'} onChange={(v) => set({ transport: v === 'udp' || !v ? '' : v })} allowDeselect={false} /></Setting>
                <Setting name="port"><NumberOr label={t('port')} value={d.port} onChange={(v) => set({ port: v })} def={d.transport === 'tls' ? '5061' : '5060'} max={65535} /></Setting>
              </Group>
              <Setting name="register"><Switch label={t('register2')} checked={!!d.register} onChange={(e) => set({ register: e.currentTarget.checked })} /></Setting>
              {d.register && <Setting name="expiry_seconds"><NumberOr label={t('expiry')} value={d.expiry_seconds} onChange={(v) => set({ expiry_seconds: v })} def="600" min={30} max={86400} unit={phones('seconds')} /></Setting>}
              {d.register && <Setting name="match"><TagsInput label={t('match')} description={t('matchText')} value={d.match ?? []} onChange={(match) => set({ match })} /></Setting>}
              {text(t('proxy'), 'proxy', t('proxyText'))}
              {text(t('authUser'), 'auth_user', t('authUserText'))}
              {text(t('fromUser'), 'from_user', t('fromUserText'))}
              {text(t('fromDomain'), 'from_domain', t('fromDomainText'))}
              <Setting name="codecs"><CodecsInput value={d.codecs} onChange={(codecs) => set({ codecs })} /></Setting>
              <Setting name="encrypt"><Switch label={t('encrypt')} checked={!!d.encrypt} onChange={(e) => set({ encrypt: e.currentTarget.checked })} /></Setting>
              <Setting name="dtmf"><Select label={t('dtmf')} data={(['rfc4733', 'inband', 'info', 'auto'] as const).map((k) => ({ value: k, label: t(k) }))} value={d.dtmf || 'rfc4733'} onChange={(v) => set({ dtmf: v ?? '' })} allowDeselect={false} /></Setting>
              <Setting name="number_format"><Select label={t('format')} data={(['national', 'e164', '+e164'] as const).map((k) => ({ value: k, label: t(k) }))} value={d.number_format || 'national'} onChange={(v) => set({ number_format: v === 'national' || !v ? '' : v })} allowDeselect={false} /></Setting>
              <Setting name="p_asserted_identity"><Switch label={t('pai')} description={t('pai2')} checked={!!d.p_asserted_identity} onChange={(e) => set({ p_asserted_identity: e.currentTarget.checked })} /></Setting>
              <Setting name="diverted_shows"><Select label={t('diverted')} data={[{ value: 'own', label: t('divertedOwn') }, { value: 'caller', label: t('divertedCaller') }]} value={d.diverted_shows || 'own'} onChange={(v) => set({ diverted_shows: v === 'own' || !v ? '' : v })} allowDeselect={false} /></Setting>
              <Setting name="no_t38"><Switch label={t('noT38')} description={t('noT38Text')} checked={!!d.no_t38} onChange={(e) => set({ no_t38: e.currentTarget.checked })} /></Setting>
              <Setting name="qualify_seconds"><NumberOr label={t('qualify')} description={t('qualifyText')} value={d.qualify_seconds} onChange={(v) => set({ qualify_seconds: v })} max={3600} unit={phones('seconds')} /></Setting>
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  )
}
