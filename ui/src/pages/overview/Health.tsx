import { Badge, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { bytes, count } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { Since } from '~/live/Since'
import { ErrorNote } from '~/parts/ErrorNote'
import { may, useMe } from '~/shell/me'
import { overviewTexts } from './texts'

type Room = Data<'GET /health'>['capacity'][number]

/** How the box and its links are. */
export function Health() {
  const t = useTexts(overviewTexts)
  const health = useQuery({ queryKey: ['overview', 'health'], queryFn: ({ signal }) => dataOf('GET /health', { signal }), refetchInterval: 15_000 })
  const h = health.data
  const me = useMe()
  const operator = me.role === 'operator' && may(me, 'system')
  if (!h) {
    return <ErrorNote error={health.error} again={() => void health.refetch()} />
  }
  const findings = [...(h.alarms ?? []), ...(h.cards ?? []).map((c) => t('cardGroup', { group: c.group, people: c.people, told: c.told }))]
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: operator ? 4 : 3 }} spacing="sm">
      <Paper withBorder p="sm">
        <Title order={3} size="h6" mb="xs">{t('capacity')}</Title>
        <Stack gap="sm">{h.capacity.map((r) => <RoomBar key={r.kind} room={r} />)}</Stack>
      </Paper>
      <Paper withBorder p="sm">
        <Title order={3} size="h6" mb="xs">{t('links')}</Title>
        <Stack gap="xs">
          {h.servers.map((s) => (
            <Group key={s.id} justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" truncate>{s.name}</Text>
              <Group gap="xs" wrap="nowrap">
                <Text size="xs" c="dimmed"><Since at={s.since} /></Text>
                <Badge variant="light" color={s.up ? 'green' : 'red'} tt="none">{s.up ? t('up') : t('down')}</Badge>
              </Group>
            </Group>
          ))}
        </Stack>
      </Paper>
      {operator && <Disk />}
      <Paper withBorder p="sm">
        <Title order={3} size="h6" mb="xs">{t('alarms')}</Title>
        {findings.length === 0 ? <Text size="sm">{t('allWell')}</Text> : findings.map((f, i) => <Text key={i} size="sm" mb={4}>⚠ {f}</Text>)}
      </Paper>
    </SimpleGrid>
  )
}

/** The disk of the data, which operators see. */
function Disk() {
  const t = useTexts(overviewTexts)
  const system = useQuery({ queryKey: ['system', 'disk'], queryFn: ({ signal }) => dataOf('GET /system', { signal }), refetchInterval: 60_000 })
  const d = system.data?.data_dir
  if (!d || d.total_bytes === 0) {
    return null
  }
  const used = Math.round((100 * (d.total_bytes - d.free_bytes)) / d.total_bytes)
  return (
    <Paper withBorder p="sm">
      <Title order={3} size="h6" mb="xs">{t('disk')}</Title>
      <Group justify="space-between" gap="xs">
        <Text size="sm" title={d.path}>{t('diskOf')}</Text>
        <Text size="xs" c="dimmed">{t('diskUsed', { n: used })}</Text>
      </Group>
      <Progress value={used} color={used >= 95 ? 'red' : used >= 85 ? 'orange' : 'green'} size="sm" my={4} aria-label={t('disk')} />
      <Text size="xs" c="dimmed">{t('diskText', { free: bytes(d.free_bytes), total: bytes(d.total_bytes) })}</Text>
    </Paper>
  )
}

const colors = { ok: 'green', near: 'orange', full: 'red' } as const

function RoomBar({ room }: { room: Room }) {
  const t = useTexts(overviewTexts)
  const known = room.used !== undefined && room.limit > 0
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t(room.kind)}</Text>
        <Text size="xs" c="dimmed">{room.limit > 0 && <>{t(room.state)} · </>}{known ? t('used', { used: count(room.used), limit: count(room.limit) }) : room.limit > 0 ? t('limit', { limit: count(room.limit) }) : t('unlimited')}</Text>
      </Group>
      {known && <Progress value={Math.min(100, (100 * room.used!) / room.limit)} color={colors[room.state]} size="sm" mt={2} aria-label={t(room.kind)} />}
    </div>
  )
}
