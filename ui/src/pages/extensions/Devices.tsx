import { Badge, Button, Checkbox, Code, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import type { CompanyDevice, Extension, Password } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { useTenant } from '~/shell/me'
import { CodecsInput, NumberOr } from '../phones/inputs'
import { useSaved } from '../phones/pending'
import { extensionsTexts } from './texts'

interface Props {
  extension: string
  list: CompanyDevice[]
  onChange: (list: CompanyDevice[]) => void
  /** Undefined for an extension that is just being made. */
  view: Extension | undefined
  mayChange: boolean
  onMade: (made: Password[]) => void
  onSoftphone: (extension: string) => void
}

const most = 5

/** The phones of an extension. Those that stay in their place keep their password, so the last one alone can go. */
export function Devices(p: Props) {
  const t = useTexts(extensionsTexts)
  const { tenant, query } = useTenant()
  const saved = useSaved()
  const [ask, dialog] = useConfirm()
  const known = p.view?.settings?.devices?.length ?? 0
  const live = useQuery({
    queryKey: ['extensions', tenant, 'devices', p.extension], enabled: p.view !== undefined, refetchInterval: 15_000,
    queryFn: ({ signal }) => dataOf('GET /extensions/{id}/devices', { path: { id: p.extension }, query, signal }),
  })
  const nameOf = (i: number) => {
    const first = p.view?.devices[0]?.device_name
    return first && (i === 0 ? first : `${first}_${i}`)
  }
  const change = (i: number, part: Partial<CompanyDevice>) => p.onChange(p.list.map((d, at) => (at === i ? { ...d, ...part } : d)))
  const renew = (i: number, name: string) => ask({
    title: t('newPassword'), text: t('newPasswordText', { name }), yes: t('newPassword'),
    act: async () => {
      const made = await dataOf('POST /extensions/{id}/password', { path: { id: p.extension }, query, body: { device: i } })
      p.onMade([made])
      void saved()
    },
  })
  return (
    <Stack gap="sm">
      {p.list.length === 0 && <Text size="sm" c="dimmed">{t('noDevices')}</Text>}
      {p.list.map((d, i) => {
        const name = i < known ? nameOf(i) : undefined
        const seen = (live.data ?? []).filter((x) => x.device_name === name)
        const at = seen.flatMap((x) => x.registrations ?? [])
        return (
          <Paper key={i} withBorder p="sm">
            <Stack gap="xs">
              <Group justify="space-between" gap="xs">
                <Group gap="xs"><Text size="sm" fw={600}>{d.name || t('device', { n: i + 1 })}</Text>{d.app && <Badge tt="none" size="sm" variant="light">{t('app')}</Badge>}</Group>
                {name && <Badge tt="none" variant={seen.some((x) => x.registered) ? 'light' : 'outline'} color={seen.some((x) => x.registered) ? 'teal' : 'gray'}>{t(seen.some((x) => x.registered) ? 'registered' : 'unregistered')}</Badge>}
              </Group>
              {name && <Text size="sm">{t('user')}: <Code>{name}</Code></Text>}
              {at.map((r) => <Text key={`${r.server_id} ${r.address}`} size="xs" c="dimmed">{t('registeredAt', { at: `${r.address} ${r.user_agent}` })}</Text>)}
              <TextInput label={t('deviceName')} placeholder={t('deviceNamePh')} value={d.name ?? ''} onChange={(e) => change(i, { name: e.currentTarget.value })} maxLength={80} />
              <details>
                <summary>{t('deviceMore')}</summary>
              <Stack gap="xs" mt="xs">
              <Group grow align="flex-start">
                <Select label={t('transport')} data={[{ value: 'any', label: t('transportAny') }, { value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }, { value: 'tls', label: 'TLS' }]} value={d.transport || 'any'} onChange={(v) => change(i, { transport: v === 'any' || !v ? '' : v })} allowDeselect={false} />
                <NumberOr label={t('contacts')} value={d.contacts} onChange={(v) => change(i, { contacts: v })} def="1" max={10} />
              </Group>
              <CodecsInput value={d.codecs} onChange={(codecs) => change(i, { codecs })} />
              <Checkbox label={t('encrypt')} checked={!!d.encrypt} onChange={(e) => change(i, { encrypt: e.currentTarget.checked })} />
              </Stack>
              </details>
              {p.mayChange && name && <Group><Button size="compact-sm" variant="light" onClick={() => renew(i, name)}>{t('newPassword')}</Button></Group>}
            </Stack>
          </Paper>
        )
      })}
      {p.mayChange && (
        <Group gap="xs">
          {p.list.length < most && <Button size="compact-sm" variant="light" onClick={() => p.onChange([...p.list, {}])}>{t('addDevice')}</Button>}
          {p.list.length > 0 && <Button size="compact-sm" variant="subtle" color="red" onClick={() => p.onChange(p.list.slice(0, -1))}>{t('dropDevice')}</Button>}
          {p.view && <Button size="compact-sm" variant="light" onClick={() => p.onSoftphone(p.extension)}>{t('softphone')}</Button>}
        </Group>
      )}
      {dialog}
    </Stack>
  )
}
