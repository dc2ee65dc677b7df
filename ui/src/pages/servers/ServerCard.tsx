import { Alert, Anchor, Badge, Button, Card, Group, Table, Text, Title } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { count, dateTime, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { HelpTip } from '~/parts/HelpTip'
import { To } from '~/parts/To'
import { useMay, useTenant } from '~/shell/me'
import { Doctor } from './Doctor'
import { serversTexts } from './texts'

type Server = Data<'GET /servers'>[number]

/** How a server is. */
export function ServerCard({ server: s, operator }: { server: Server; operator: boolean }) {
  const t = useTexts(serversTexts)
  const tenant = useTenant()
  const seesPhones = useMay('extensions') && tenant.chosen
  const seesApply = useMay('apply')
  const [examining, setExamining] = useState(false)
  const phones = useQuery({
    queryKey: ['registrations', tenant.tenant, s.id], enabled: seesPhones && s.up,
    queryFn: async ({ signal }) => (await dataOf('GET /registrations', { query: { ...tenant.query, server_id: s.id }, signal })).length,
  })
  const pending = useQuery({
    queryKey: ['apply', 'pending', s.id], enabled: seesApply && operator && s.up, retry: false,
    queryFn: ({ signal }) => dataOf('GET /servers/{server_id}/pending', { path: { server_id: s.id }, signal }),
  })
  return (
    <Card withBorder component="section" aria-label={s.name}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">{s.name}</Title>
        <Group gap="xs">
          {s.home && <Badge variant="light">{t('home')}</Badge>}
          <Badge color={s.up ? 'teal' : 'red'} variant={s.up ? 'light' : 'filled'}>{s.up ? t('up') : t('down')}</Badge>
        </Group>
      </Group>
      {!s.up && <Alert color="red" variant="light" mb="xs">{t('downText')}{s.error && <Text size="sm" lang="en" mt={4}>{s.error}</Text>}</Alert>}
      <Table verticalSpacing={4} withRowBorders={false} variant="vertical">
        <Table.Tbody>
          <Row name={s.up ? t('up') : t('down')}><span title={dateTime(s.since)}>{t('since', { time: shortTime(s.since) })}</span></Row>
          <Row name={t('ping')}>{s.ping_ms > 0 ? t('ms', { n: s.ping_ms }) : '—'}</Row>
          <Row name={t('version')}>{s.version ?? '—'}</Row>
          <Row name={t('link')}>{s.ssl ? t('tls') : t('plain')}</Row>
          {phones.data !== undefined && <Row name={<>{t('phones')} {operator && <HelpTip name={t('phones')} text={t('phonesHelp')} />}</>}>{count(phones.data)}</Row>}
          {pending.data && <Row name={t('pending')}>{pending.data.changes.length === 0 ? t('pendingNone') : <>{t('pendingYes')} <Anchor component={To} to="/apply" size="sm">{t('toApply')}</Anchor></>}</Row>}
          <Row name={t('id')}>{s.id}</Row>
        </Table.Tbody>
      </Table>
      {operator && <Group mt="sm"><Button variant="default" size="xs" leftSection={<IconStethoscope size={16} />} onClick={() => setExamining(true)}>{t('check')}</Button></Group>}
      {examining && <Doctor id={s.id} name={s.name} onClose={() => setExamining(false)} />}
    </Card>
  )
}

/** A line of a card: what it is, and how. */
export function Row({ name, children }: { name: React.ReactNode; children: React.ReactNode }) {
  return <Table.Tr><Table.Th w="45%" fw={500}>{name}</Table.Th><Table.Td>{children}</Table.Td></Table.Tr>
}
