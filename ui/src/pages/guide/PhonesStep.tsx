import { Badge, Button, Group, List, Modal, Stack, Table, Text } from '@mantine/core'
import { IconDeviceMobile, IconPhone, IconPrinter } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { APIError, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay } from '~/shell/me'
import { Account, Value, accountOf } from './Account'
import { ApplyNow } from './ApplyStep'
import { PhoneSheet } from './PhoneSheet'
import { Checklist, RefusedNote } from './Refused'
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
  const [sheet, setSheet] = useState(false)
  const refused = useQuery({ queryKey: ['extensions', guide.tenant, 'refused'], queryFn: ({ signal }) => dataOf('GET /refused-registrations', { query: { ...guide.query, limit: 100 }, signal }), refetchInterval: 4000, retry: false })
  if (guide.extensions.length === 0) {
    return <Text size="sm">{t('first2')}</Text>
  }
  const of = (ext: string) => refused.data?.find((r) => r.extension === ext)
  // A name that no phone has is told twice, once without it.
  const nobody = refused.data?.find((r) => !r.extension && (r.name || !refused.data.some((o) => o.name && o.why === 'name' && o.source === r.source)))
  const waiting = guide.facts.registered < guide.extensions.length
  return (
    <Stack gap="sm">
      {guide.applies && (guide.facts.pending ?? 0) > 0 && guide.facts.registered < guide.extensions.length && <ApplyNow guide={guide} text={t('applyFirst')} action={t('applyNow')} />}
      {may && <Group><Button size="compact-sm" variant="default" leftSection={<IconPrinter size={14} />} onClick={() => setSheet(true)}>{t('sheet')}</Button></Group>}
      <Table.ScrollContainer minWidth={320} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('phones') } }}>
        <Table verticalSpacing={6}>
          <Table.Thead><Table.Tr><Table.Th>{t('phone')}</Table.Th><Table.Th>{t('state')}</Table.Th><Table.Th>{t('connect')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {guide.extensions.slice(0, 30).map((e) => (
              <Fragment key={e.extension}>
              <Table.Tr>
                <Table.Td>{e.extension}{e.name && e.name !== e.extension ? ` ${e.name}` : ''}</Table.Td>
                <Table.Td><Badge miw="max-content" tt="none" color={e.registered ? 'teal' : 'gray'} variant={e.registered ? 'filled' : 'light'} c={e.registered ? undefined : 'var(--mantine-color-text)'}>{e.registered ? t('registered') : t('unregistered')}</Badge></Table.Td>
                <Table.Td>
                  {may && (
                    <Group gap={6}>
                      <Button size="compact-sm" variant="light" leftSection={<IconPhone size={14} />} onClick={() => setAccount(e.extension)} aria-label={`${e.extension} ${t('byAccount')}`}>{t('byAccount')}</Button>
                      <Button size="compact-sm" variant="default" leftSection={<IconDeviceMobile size={14} />} onClick={() => setApp(e.extension)} aria-label={`${e.extension} ${t('byApp')}`}>{t('byApp')}</Button>
                    </Group>
                  )}
                </Table.Td>
              </Table.Tr>
              {!e.registered && of(e.extension) && <Table.Tr><Table.Td colSpan={3} pt={0}><RefusedNote refused={of(e.extension)!} user={accountOf(guide, e.extension).user} /></Table.Td></Table.Tr>}
              </Fragment>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {waiting && nobody && <RefusedNote refused={nobody} user={accountOf(guide, guide.extensions[0]!.extension).user} />}
      {waiting && <Checklist />}
      {!may && <Text size="sm" c="dimmed">{t('readOnly')}</Text>}
      {may && <PhoneSheet opened={sheet} onClose={() => setSheet(false)} guide={guide} passwords={passwords} />}
      <Modal opened={app !== undefined} onClose={() => setApp(undefined)} title={t('qrTitle', { ext: app ?? '' })} centered closeButtonProps={{ 'aria-label': tp('close') }}>
        {app && <AppCode key={app} guide={guide} extension={app} />}
      </Modal>
      <Modal opened={account !== undefined} onClose={() => setAccount(undefined)} title={t('accountTitle', { ext: account ?? '' })} size="lg" centered closeButtonProps={{ 'aria-label': tp('close') }}>
        {account && <Account key={account} guide={guide} extension={account} password={passwords[account]} refused={of(account)} onPassword={(p) => onPasswords({ [account]: p })} />}
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
        <Group justify="flex-end"><Button onClick={() => make.mutate()} data-autofocus>{t('qrMake')}</Button></Group>
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
