import { ActionIcon, Badge, Button, Code, CopyButton, Group, Stack, Table, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Checklist, RefusedNote } from './Refused'
import type { Refused } from './Refused'
import type { Guide } from './state'
import { guideTexts } from './texts'

/** A value with a button that copies it. */
export function Value({ label, value }: { label: string; value: string }) {
  const t = useTexts(guideTexts)
  return (
    <Group gap={6} wrap="nowrap">
      <Code fz="sm" style={{ wordBreak: 'break-all' }}>{value}</Code>
      <CopyButton value={value}>
        {({ copied, copy }) => <ActionIcon variant="subtle" onClick={copy} aria-label={copied ? t('copied') : t('copy', { name: label })}>{copied ? <IconCheck size={16} /> : <IconCopy size={16} />}</ActionIcon>}
      </CopyButton>
    </Group>
  )
}

/** Where phones of an extension register, and by which name. */
export function accountOf(guide: Guide, extension: string) {
  const device = guide.extensions.find((x) => x.extension === extension)?.devices[0]
  const at = (guide.servers.find((s) => s.id === (device?.server_id ?? guide.homes[0])) ?? guide.servers[0])?.phones
  return { at, host: at?.host ?? location.hostname, udp: at?.udp_port ?? 5060, tls: at?.tls_port ?? 0, user: device?.user ?? `${guide.tenant}_${extension}` }
}

/** What is typed into one phone, and why it does not connect. */
export function Account({ guide, extension, password, refused, onPassword }: { guide: Guide; extension: string; password: string | undefined; refused: Refused | undefined; onPassword: (p: string) => void }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const e = guide.extensions.find((x) => x.extension === extension)
  const { at, host, udp, tls, user } = accountOf(guide, extension)
  const rotate = useMutation({
    mutationFn: () => dataOf('POST /extensions/{id}/devices/{device}/rotate', { path: { id: extension, device: 0 }, query: guide.query }),
    onSuccess: (p) => {
      onPassword(p.secret)
      void queries.invalidateQueries({ queryKey: ['extensions'] })
    },
  })
  const port = t('udp', { port: udp })
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Badge color={e?.registered ? 'teal' : 'gray'} variant={e?.registered ? 'filled' : 'light'} c={e?.registered ? undefined : 'var(--mantine-color-text)'} aria-live="polite">{e?.registered ? t('registered') : t('unregistered')}</Badge>
      </Group>
      <Text size="sm">{t('accountText')}</Text>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          <Row label={t('server')}><Value label={t('server')} value={host} /></Row>
          <Row label={t('transport')}>{tls > 0 ? t('or', { a: port, b: t('tls', { port: tls }) }) : port}</Row>
          <Row label={t('user')}><Value label={t('user')} value={user} />{user !== extension && <Text size="xs" c="dimmed">{t('userHelp', { ext: extension })}</Text>}</Row>
          <Row label={t('password')}>
            {password ? <Value label={t('password')} value={password} /> : (
              <Stack gap={4} align="flex-start">
                <Text size="sm" c="dimmed">{t('passwordHidden')}</Text>
                <Button size="compact-sm" variant="light" loading={rotate.isPending} onClick={() => rotate.mutate()}>{t('passwordNew')}</Button>
              </Stack>
            )}
          </Row>
          <Row label={t('display')}>{e?.name || extension}</Row>
        </Table.Tbody>
      </Table>
      <ErrorNote error={rotate.error} />
      {!e?.registered && refused && <RefusedNote refused={refused} user={user} />}
      {!e?.registered && <Checklist />}
      {!at && <Text size="sm" c="dimmed">{t('addressUnknown')}</Text>}
    </Stack>
  )
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return <Table.Tr><Table.Th w={{ base: 110, xs: 200 }} fw={500} style={{ verticalAlign: 'top' }}>{label}</Table.Th><Table.Td>{children}</Table.Td></Table.Tr>
}
