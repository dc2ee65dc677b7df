import { Alert, Button, Code, CopyButton, Group, Image, List, Modal, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { SoftphoneLink } from '~/api/schema'
import { shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone, tellError } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useTenant } from '~/shell/me'
import { extensionsTexts } from './texts'

/** Makes the code and the link that set up a softphone of an extension. */
export function Softphone({ extension, onClose }: { extension: string; onClose: () => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  const { tenant, query } = useTenant()
  const client = useQueryClient()
  const [link, setLink] = useState<SoftphoneLink>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const key = ['extensions', tenant, 'softphone', extension]
  const links = useQuery({ queryKey: key, queryFn: ({ signal }) => dataOf('GET /extensions/{id}/softphone', { path: { id: extension }, query, signal }) })
  const make = async () => {
    setBusy(true)
    setError(undefined)
    try {
      setLink(await dataOf('POST /extensions/{id}/softphone', { path: { id: extension }, query, body: {} }))
      void client.invalidateQueries()
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  const revoke = async (id: string) => {
    try {
      await dataOf('DELETE /extensions/{id}/softphone/{link}', { path: { id: extension, link: id }, query })
      if (link?.id === id) {
        setLink(undefined)
      }
      void client.invalidateQueries({ queryKey: key })
      tellDone(t('revoked'))
    } catch (e) {
      tellError(e)
    }
  }
  return (
    <Modal opened onClose={onClose} title={`${t('softphone')} · ${extension}`} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <Stack gap="sm">
        <Text size="sm">{t('softphoneText')}</Text>
        {link ? (
          <>
            <Image src={`data:image/svg+xml;base64,${btoa(link.qr.svg)}`} alt={t('qrAlt')} w={240} h={240} mx="auto" bg="white" p="xs" />
            <Text size="sm" ta="center">{t('linkUntil', { at: shortTime(link.expires_at) })}</Text>
            <div>
              <Text size="sm" fw={600}>{t('sendLink')}</Text>
              <Text size="sm" c="dimmed">{t('sendLinkText')}</Text>
              <Group gap="xs" wrap="nowrap" mt={4}>
                <Code style={{ overflowWrap: 'anywhere', flex: 1 }}>{link.url}</Code>
                <CopyButton value={link.url}>{({ copied, copy }) => <Button size="compact-sm" variant="light" onClick={copy}>{copied ? parts('copied') : parts('copy')}</Button>}</CopyButton>
              </Group>
            </div>
            {!link.encrypted && <Alert color="yellow" variant="light">{t('notEncrypted')}</Alert>}
            {link.push && <Text size="sm" c="dimmed">{t('push')}</Text>}
            {link.problem && <Alert color="orange" variant="light" role="alert">{t('linkProblem', { why: link.problem })}</Alert>}
          </>
        ) : <Button onClick={() => void make()} loading={busy} data-autofocus>{t('makeLink')}</Button>}
        <ErrorNote error={error ?? links.error} />
        {(links.data?.length ?? 0) > 0 && (
          <div>
            <Title order={3} size="h6">{t('links')}</Title>
            <List size="sm" listStyleType="none">
              {links.data!.map((l) => (
                <List.Item key={l.id} styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}>
                  <Group justify="space-between" gap="xs">
                    <Text size="sm">{l.by} · {l.used_at ? t('usedAt', { at: shortTime(l.used_at) }) : t('notUsed', { at: shortTime(l.expires_at) })}</Text>
                    {!l.used_at && <Button size="compact-xs" variant="subtle" color="red" onClick={() => void revoke(l.id)}>{t('revoke')}</Button>}
                  </Group>
                </List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Modal>
  )
}
