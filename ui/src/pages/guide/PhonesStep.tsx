import { ActionIcon, Badge, Button, Code, CopyButton, Group, List, Modal, Stack, Table, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconDeviceMobile, IconPhone } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { APIError, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay } from '~/shell/me'
import { ApplyNow } from './ApplyStep'
import type { Guide } from './state'
import { guideTexts } from './texts'

interface Props {
  guide: Guide
  passwords: Record<string, string>
  onPasswords: (passwords: Record<string, string>) => void
}

/** Connects phones, by a code or by a SIP account, and shows which are connected. */
export function PhonesStep({ guide, passwords, onPasswords }: Props) {
  const t = useTexts(guideTexts)
  const tp = useTexts(partsTexts)
  const may = useMay('extensions', 'change')
  const [app, setApp] = useState<string>()
  const [account, setAccount] = useState<string>()
  if (guide.extensions.length === 0) {
    return <Text size="sm">{t('first2')}</Text>
  }
  return (
    <Stack gap="sm">
      {guide.applies && (guide.facts.pending ?? 0) > 0 && guide.facts.registered < guide.extensions.length && <ApplyNow guide={guide} text={t('applyFirst')} action={t('applyNow')} />}
      <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('phones') } }}>
        <Table verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>{t('phone')}</Table.Th><Table.Th>{t('state')}</Table.Th><Table.Th>{t('connect')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {guide.extensions.slice(0, 30).map((e) => (
              <Table.Tr key={e.extension}>
                <Table.Td>{e.extension}{e.name && e.name !== e.extension ? ` ${e.name}` : ''}</Table.Td>
                <Table.Td><Badge color={e.registered ? 'teal' : 'gray'} variant={e.registered ? 'filled' : 'light'} c={e.registered ? undefined : 'var(--mantine-color-text)'}>{e.registered ? t('registered') : t('unregistered')}</Badge></Table.Td>
                <Table.Td>
                  {may && (
                    <Group gap={6}>
                      <Button size="compact-sm" variant="light" leftSection={<IconPhone size={14} />} onClick={() => setAccount(e.extension)} aria-label={`${e.extension} ${t('byAccount')}`}>{t('byAccount')}</Button>
                      <Button size="compact-sm" variant="default" leftSection={<IconDeviceMobile size={14} />} onClick={() => setApp(e.extension)} aria-label={`${e.extension} ${t('byApp')}`}>{t('byApp')}</Button>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {!may && <Text size="sm" c="dimmed">{t('readOnly')}</Text>}
      <Modal opened={app !== undefined} onClose={() => setApp(undefined)} title={t('qrTitle', { ext: app ?? '' })} centered closeButtonProps={{ 'aria-label': tp('close') }}>
        {app && <AppCode key={app} guide={guide} extension={app} />}
      </Modal>
      <Modal opened={account !== undefined} onClose={() => setAccount(undefined)} title={t('accountTitle', { ext: account ?? '' })} size="lg" centered closeButtonProps={{ 'aria-label': tp('close') }}>
        {account && <Account key={account} guide={guide} extension={account} password={passwords[account]} onPassword={(p) => onPasswords({ [account]: p })} />}
      </Modal>
    </Stack>
  )
}

function AppCode({ guide, extension }: { guide: Guide; extension: string }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const make = useMutation({
    mutationFn: () => dataOf('POST /extensions/{id}/softphone', { path: { id: extension }, query: guide.query, body: {} }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['extensions'] }),
  })
  const link: Data<'POST /extensions/{id}/softphone'> | undefined = make.data
  if (make.isPending) {
    return <Loading />
  }
  if (!link) {
    return (
      <Stack gap="xs">
        <List type="ordered" size="sm" spacing={4}><List.Item>{t('qr1')}</List.Item><List.Item>{t('qr2')}</List.Item><List.Item>{t('qr3')}</List.Item></List>
        <ErrorNote error={make.error} />
        {make.error instanceof APIError && make.error.status === 409 && <Text size="sm">{t('qrInsecure')}</Text>}
        <Group justify="flex-end"><Button onClick={() => make.mutate()} data-autofocus>{t('byApp')}</Button></Group>
      </Stack>
    )
  }
  return (
    <Stack gap="xs">
      <List type="ordered" size="sm" spacing={4}><List.Item>{t('qr1')}</List.Item><List.Item>{t('qr2')}</List.Item><List.Item>{t('qr3')}</List.Item></List>
      <img src={`data:image/png;base64,${link.qr.png}`} alt={t('qrAlt')} width={240} height={240} style={{ alignSelf: 'center', background: '#fff', padding: 8 }} />
      <Text size="sm">{t('qrUntil', { at: dateTime(link.expires_at) })}</Text>
      {link.problem && <Text size="sm" c="red" lang="en">{link.problem}</Text>}
      <Text size="sm">{t('qrLink')}</Text>
      <Value label={t('qrLink')} value={link.url} />
    </Stack>
  )
}

function Value({ label, value }: { label: string; value: string }) {
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

function Account({ guide, extension, password, onPassword }: { guide: Guide; extension: string; password: string | undefined; onPassword: (p: string) => void }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const e = guide.extensions.find((x) => x.extension === extension)
  const device = e?.devices[0]
  const server = guide.servers.find((s) => s.id === (device?.server_id ?? guide.homes[0])) ?? guide.servers[0]
  const rotate = useMutation({
    mutationFn: () => dataOf('POST /extensions/{id}/devices/{device}/rotate', { path: { id: extension, device: 0 }, query: guide.query }),
    onSuccess: (p) => {
      onPassword(p.secret)
      void queries.invalidateQueries({ queryKey: ['extensions'] })
    },
  })
  const at = server?.phones
  const port = t('udp', { port: at?.udp_port ?? 5060 })
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Badge color={e?.registered ? 'teal' : 'gray'} variant={e?.registered ? 'filled' : 'light'} c={e?.registered ? undefined : 'var(--mantine-color-text)'} aria-live="polite">{e?.registered ? t('registered') : t('unregistered')}</Badge>
      </Group>
      <Text size="sm">{t('accountText')}</Text>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          <Row label={t('server')}><Value label={t('server')} value={at?.host ?? location.hostname} /></Row>
          <Row label={t('transport')}>{at && at.tls_port > 0 ? t('or', { a: port, b: t('tls', { port: at.tls_port }) }) : port}</Row>
          <Row label={t('user')}><Value label={t('user')} value={device?.user ?? `${guide.tenant}_${extension}`} /></Row>
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
      {!at && <Text size="sm" c="dimmed">{t('addressUnknown')}</Text>}
    </Stack>
  )
}

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return <Table.Tr><Table.Th w={{ base: 110, xs: 200 }} fw={500} style={{ verticalAlign: 'top' }}>{label}</Table.Th><Table.Td>{children}</Table.Td></Table.Tr>
}
