import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import type { Device } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { useLiveDevice } from '~/live/use'
import { liveTexts } from '~/live/words'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMe, useTenant } from '~/shell/me'
import { myTexts } from './texts'

/** One's phones and what they are doing. */
export function MyPhones() {
  const t = useTexts(myTexts)
  const me = useMe()
  const tenant = useTenant()
  const devices = useQuery({ queryKey: ['extensions', tenant.tenant, 'devices', me.extension], queryFn: ({ signal }) => dataOf('GET /extensions/{id}/devices', { path: { id: me.extension }, signal }), refetchInterval: 30_000 })
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('phones')}>
      <Title order={2} size="h5" mb="xs">{t('phones')}</Title>
      <ErrorNote error={devices.error} again={() => void devices.refetch()} />
      {devices.data?.length === 0 && <Text size="sm">{t('noPhones')}</Text>}
      <Stack gap="xs">{onceEach(devices.data ?? []).map((d) => <Phone key={d.device_name} device={d} />)}</Stack>
    </Paper>
  )
}

/** A phone may be known on several servers: the one where it is registered counts. */
function onceEach(devices: Device[]): Device[] {
  const all = new Map<string, Device>()
  for (const d of devices) {
    if (!all.get(d.device_name)?.registered) {
      all.set(d.device_name, d)
    }
  }
  return [...all.values()]
}

function Phone({ device: d }: { device: Device }) {
  const t = useTexts(myTexts)
  const w = useTexts(liveTexts)
  const state = useLiveDevice(`PJSIP/${d.device_name}`) || d.state
  const at = d.registrations?.[0]
  return (
    <Group justify="space-between" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={600} truncate>{at?.user_agent || t('registered_no')}</Text>
        <Text size="xs" c="dimmed" truncate>{t('account', { user: d.user })}</Text>
      </div>
      <span className={`state s-${state}`}>{w(state as keyof typeof liveTexts.ko)}</span>
    </Group>
  )
}
