import { Anchor, Badge, Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconPlugConnected, IconServer } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { useLiveEvent, useLiveServers } from '~/live/use'
import { To } from '~/parts/To'
import { useMay, useTenant } from '~/shell/me'
import { Since } from '~/live/Since'
import { pageTexts } from './texts'

/** The servers that one has; asked again as links come and go. */
export function useServers() {
  return useQuery({ queryKey: ['servers', 'list'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }), refetchInterval: 30_000 })
}

/** The servers' links, and trunks with their registrations. */
export function Lines({ servers }: { servers: Data<'GET /servers'> }) {
  const t = useTexts(pageTexts)
  const tenant = useTenant()
  const queries = useQueryClient()
  const heard = useLiveServers()
  const mayTrunks = useMay('trunks') && tenant.chosen
  const trunks = useQuery({ queryKey: ['trunks', tenant.tenant, 'list'], queryFn: ({ signal }) => dataOf('GET /trunks', { query: tenant.query, signal }), enabled: mayTrunks })
  const registrations = useQuery({ queryKey: ['trunks', tenant.tenant, 'registrations'], queryFn: ({ signal }) => dataOf('GET /trunk-registrations', { query: tenant.query, signal }), enabled: mayTrunks, refetchInterval: 30_000 })
  const shared = useQuery({ queryKey: ['trunks', tenant.tenant, 'shared'], queryFn: ({ signal }) => dataOf('GET /shared-trunks', { query: tenant.query, signal }), enabled: mayTrunks, refetchInterval: 30_000 })
  useLiveEvent('registry', () => {
    void queries.invalidateQueries({ queryKey: ['trunks', tenant.tenant, 'registrations'] })
    void queries.invalidateQueries({ queryKey: ['trunks', tenant.tenant, 'shared'] })
  })
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="xs">
      {servers.map((s) => {
        const h = heard.find((x) => x.id === s.id)
        const up = h ? h.up : s.up
        return (
          <Line key={s.id} icon={<IconServer size={20} aria-hidden />} name={s.name} state={!up ? t('serverDown') : h?.whole === false ? t('reading') : t('serverUp')} good={up}>
            {up && s.ping_ms > 0 ? <Text size="xs" c="dimmed">{t('ping', { n: Math.round(s.ping_ms * 10) / 10 })}</Text> : <Text size="xs" c="dimmed"><Since at={s.since} /></Text>}
          </Line>
        )
      })}
      {trunks.data?.map((k) => {
        const of = registrations.data?.filter((r) => r.trunk === `trk-${k.id}` || r.trunk === String(k.id)) ?? []
        const best = of.find((r) => r.state === 'registered') ?? of[0]
        return (
          <Line key={k.id} icon={<IconPlugConnected size={20} aria-hidden />} name={k.name || t('trunk', { id: k.id })} state={best ? t(best.state) : t('noRegister')} good={best ? best.state === 'registered' : undefined}>
            <Text size="xs" c="dimmed" truncate>{k.host}</Text>
          </Line>
        )
      })}
      {shared.data?.map((k) => (
        <Line key={`shared-${k.id}-${k.server_id}`} icon={<IconPlugConnected size={20} aria-hidden />} name={k.name || t('trunk', { id: k.id })} state={k.state === 'none' ? t(k.up ? 'reachable' : 'unreachable') : t(k.state)} good={k.state === 'unknown' ? undefined : k.up}>
          <Text size="xs" c="dimmed" truncate>{t('sharedTrunk')}{servers.length > 1 ? ` · ${servers.find((s) => s.id === k.server_id)?.name ?? k.server_id}` : ''}</Text>
        </Line>
      ))}
      {trunks.data?.length === 0 && shared.data?.length === 0 && (
        <Paper withBorder p="xs">
          <Text size="sm" fw={600}>{t('noTrunks')}</Text>
          <Text size="xs" c="dimmed">{t('noTrunksText')} <Anchor component={To} to="/trunks" size="xs" underline="always">{t('toTrunks')}</Anchor></Text>
        </Paper>
      )}
    </SimpleGrid>
  )
}

function Line({ icon, name, state, good, children }: { icon: ReactNode; name: string; state: string; good: boolean | undefined; children: ReactNode }) {
  return (
    <Paper withBorder p="xs">
      <Group gap="sm" wrap="nowrap">
        {icon}
        <Stack gap={0} miw={0} flex={1}>
          <Text size="sm" fw={600} truncate>{name}</Text>
          {children}
        </Stack>
        <Badge variant="light" color={good === undefined ? 'gray' : good ? 'green' : 'red'} tt="none" style={{ flex: 'none', maxWidth: '60%' }}>{state}</Badge>
      </Group>
    </Paper>
  )
}
