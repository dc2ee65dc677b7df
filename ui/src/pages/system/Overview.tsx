import { Alert, Badge, Card, Group, Progress, SimpleGrid, Table, Text, Title } from '@mantine/core'
import type { Data } from '~/api/client'
import { bytes, dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { Facts } from './Facts'
import { systemTexts } from './texts'

/** Versions, disk, database, what listens. */
export function Overview({ system: s }: { system: Data<'GET /system'> }) {
  const t = useTexts(systemTexts)
  const { free_bytes: free, total_bytes: total } = s.data_dir
  const used = total > 0 ? ((total - free) / total) * 100 : 0
  const low = total > 0 && (used > 90 || free < 2 * 1024 ** 3)
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <Card withBorder component="section" aria-label="DIPCAST">
        <Title order={2} size="h4" mb="xs">DIPCAST</Title>
        <Facts list={[[t('version'), s.version], [t('started'), dateTime(s.started_at)], [t('clock'), dateTime(s.now)], [t('address'), s.public_url], [t('platform'), `${s.os} · ${t('cpus', { n: s.cpus })} · ${s.go_version}`], [t('memory'), `${bytes(s.memory.heap_bytes)} / ${bytes(s.memory.total_bytes)}`]]} />
      </Card>
      <Card withBorder component="section" aria-label={t('disk')}>
        <Title order={2} size="h4" mb="xs">{t('disk')}</Title>
        {total > 0 && <Progress value={used} color={low ? 'red' : 'blue'} size="lg" aria-label={t('diskFree', { free: bytes(free), total: bytes(total) })} />}
        <Text size="sm" mt={4}>{total > 0 ? t('diskFree', { free: bytes(free), total: bytes(total) }) : t('unknown')}</Text>
        {low && <Alert color="red" variant="light" mt="xs">{t('diskLow')}</Alert>}
        <Facts list={[[t('path'), s.data_dir.path], [t('database'), `${s.database.kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'} ${s.database.version}`], [t('dbSize'), bytes(s.database.bytes)], [t('schema'), s.database.schema]]} />
        {s.database.error && <Alert color="red" variant="light" mt="xs" lang="en">{s.database.error}</Alert>}
      </Card>
      <Card withBorder component="section" aria-label={t('asterisk')}>
        <Title order={2} size="h4" mb="xs">{t('asterisk')}</Title>
        <Table verticalSpacing={6}>
          <Table.Tbody>
            {s.asterisk.map((a) => (
              <Table.Tr key={a.server_id}>
                <Table.Td>{a.server_name}</Table.Td>
                <Table.Td>{a.version ?? (a.up ? t('unknown') : <Badge color="red">{t('down')}</Badge>)}</Table.Td>
                <Table.Td><Group gap={4}>{a.ours && <Badge variant="light">{t('ours')}</Badge>}{a.runs && <Badge variant="light">{t('runs')}</Badge>}{!a.ours && !a.runs && <Text size="sm" c="dimmed">{t('foreign')}</Text>}</Group></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Card>
      <Card withBorder component="section" aria-label={t('listeners')}>
        <Title order={2} size="h4" mb="xs">{t('listeners')}</Title>
        <Table verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>{t('path')}</Table.Th><Table.Th>{t('kind')}</Table.Th><Table.Th>{t('encrypted')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {s.listeners.map((l) => <Table.Tr key={l.kind + l.address}><Table.Td>{l.address}</Table.Td><Table.Td>{t(l.kind)}</Table.Td><Table.Td>{l.tls ? t('yes') : t('no')}</Table.Td></Table.Tr>)}
          </Table.Tbody>
        </Table>
      </Card>
    </SimpleGrid>
  )
}
