import { Alert, Anchor, Button, Code, CopyButton, Group, Image, Stack, Text, Title } from '@mantine/core'
import { IconQrcode } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { APIError, dataOf } from '~/api/client'
import type { SoftphoneLink } from '~/api/schema'
import { dateTime, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useTenant } from '~/shell/me'
import { tellDone } from './done'
import { ErrorNote } from './ErrorNote'
import { softphoneTexts } from './softphoneTexts'
import { partsTexts } from './texts'

/**
 * Makes the code that sets up a softphone of an extension, and revokes those that
 * were made. `own`: it is the extension of the one who looks.
 */
export function SoftphoneCode({ extension, own }: { extension: string; own?: boolean }) {
  const t = useTexts(softphoneTexts)
  const parts = useTexts(partsTexts)
  const { tenant, query } = useTenant()
  const queries = useQueryClient()
  const path = { id: extension }
  const links = useQuery({ queryKey: ['extensions', tenant, 'softphone', extension], queryFn: ({ signal }) => dataOf('GET /extensions/{id}/softphone', { path, query, signal }) })
  const [link, setLink] = useState<SoftphoneLink>()
  const [busy, setBusy] = useState('')
  const [error, setError] = useState<unknown>()
  const act = async (what: string, f: () => Promise<string>) => {
    setBusy(what)
    setError(undefined)
    try {
      tellDone(await f())
      void queries.invalidateQueries({ predicate: (q) => ['extensions', 'apply'].includes(String(q.queryKey[0])) })
    } catch (e) {
      setError(e)
    }
    setBusy('')
  }
  const make = () => act('make', async () => {
    setLink(await dataOf('POST /extensions/{id}/softphone', { path, query, body: {} }))
    return t('made')
  })
  const revoke = (id: string) => act(id, async () => {
    await dataOf('DELETE /extensions/{id}/softphone/{link}', { path: { ...path, link: id }, query })
    if (link?.id === id) {
      setLink(undefined)
    }
    return t('revoked')
  })
  return (
    <Stack gap="sm">
      <Text size="sm" c={own ? 'dimmed' : undefined}>{t(own ? 'forOwn' : 'forOther')}</Text>
      {link && (
        <>
          <Image src={`data:image/svg+xml;base64,${btoa(link.qr.svg)}`} alt={t('qrAlt')} w={240} h={240} mx={own ? undefined : 'auto'} bg="white" p="xs" />
          <Text size="sm" ta={own ? undefined : 'center'}>{t('until', { at: dateTime(link.expires_at) })}</Text>
          {own ? <Anchor size="sm" href={link.url} target="_blank" rel="noreferrer">{t('open')}</Anchor> : (
            <div>
              <Text size="sm" fw={600}>{t('send')}</Text>
              <Text size="sm" c="dimmed">{t('sendText')}</Text>
              <Group gap="xs" wrap="nowrap" mt={4}>
                <Code style={{ overflowWrap: 'anywhere', flex: 1 }}>{link.url}</Code>
                <CopyButton value={link.url}>{({ copied, copy }) => <Button size="compact-sm" variant="light" onClick={copy}>{copied ? parts('copied') : parts('copy')}</Button>}</CopyButton>
              </Group>
            </div>
          )}
          {!link.encrypted && <Alert color="yellow" variant="light">{t('notEncrypted')}</Alert>}
          {link.push && <Text size="sm" c="dimmed">{t('push')}</Text>}
          {link.problem && <Alert color="orange" variant="light" role="alert">{t('problem', { why: link.problem })}</Alert>}
        </>
      )}
      {(own || !link) && <Group><Button variant={link ? 'default' : own ? 'light' : 'filled'} leftSection={<IconQrcode size={16} />} loading={busy === 'make'} onClick={() => void make()} data-autofocus={!own || undefined}>{t('make')}</Button></Group>}
      {own && error instanceof APIError && error.code === 'conflict' ? <Text size="sm" role="alert">{t('askAdmin')}</Text> : <ErrorNote error={error ?? links.error} />}
      {links.data && links.data.length > 0 && (
        <Stack gap={4}>
          <Title order={3} size="h6">{t('links')}</Title>
          {links.data.map((l) => (
            <Group key={l.id} justify="space-between" wrap="nowrap">
              <Text size="sm" c="dimmed">{own ? shortTime(l.created_at) : l.by} · {l.used_at ? t('used', { at: shortTime(l.used_at) }) : t('unused', { at: shortTime(l.expires_at) })}</Text>
              {!l.used_at && <Button size="compact-xs" variant="subtle" color="red" loading={busy === l.id} aria-label={`${t('revoke')}: ${shortTime(l.created_at)}`} onClick={() => void revoke(l.id)}>{t('revoke')}</Button>}
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  )
}
