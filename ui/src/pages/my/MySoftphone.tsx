import { Anchor, Button, Group, Image, Paper, Stack, Text, Title } from '@mantine/core'
import { IconQrcode } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { APIError, dataOf } from '~/api/client'
import type { SoftphoneLink } from '~/api/schema'
import { dateTime, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMe, useTenant } from '~/shell/me'
import { myTexts } from './texts'

/** The code that sets up one's softphone, made when it is wanted. */
export function MySoftphone() {
  const t = useTexts(myTexts)
  const me = useMe()
  const tenant = useTenant()
  const queries = useQueryClient()
  const key = ['extensions', tenant.tenant, 'softphone', me.extension]
  const path = { id: me.extension }
  const links = useQuery({ queryKey: key, queryFn: ({ signal }) => dataOf('GET /extensions/{id}/softphone', { path, signal }) })
  const [made, setMade] = useState<SoftphoneLink>()
  const [busy, setBusy] = useState('')
  const [error, setError] = useState<unknown>()
  const act = async (what: string, f: () => Promise<string>) => {
    setBusy(what)
    setError(undefined)
    try {
      const said = await f()
      await queries.invalidateQueries({ queryKey: key })
      tellDone(said)
    } catch (e) {
      setError(e)
    }
    setBusy('')
  }
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('softphone')}>
      <Title order={2} size="h5">{t('softphone')}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t('softphoneText')}</Text>
      {made && (
        <Stack gap={4} mb="xs">
          <Image src={`data:image/png;base64,${made.qr.png}`} alt={t('qrAlt')} w={220} h={220} fit="contain" bg="white" p="xs" />
          <Text size="sm">{t('until', { at: dateTime(made.expires_at) })}</Text>
          <Anchor size="sm" href={made.url} target="_blank" rel="noreferrer">{t('openLink')}</Anchor>
        </Stack>
      )}
      <Button variant={made ? 'default' : 'light'} leftSection={<IconQrcode size={16} />} loading={busy === 'make'} onClick={() => void act('make', async () => {
        setMade(await dataOf('POST /extensions/{id}/softphone', { path, body: {} }))
        return t('madeQR')
      })}>{t('makeQR')}</Button>
      {error instanceof APIError && error.code === 'conflict' ? <Text size="sm" mt="xs" role="alert">{t('askAdmin')}</Text> : <ErrorNote error={error ?? links.error} />}
      {links.data && links.data.length > 0 && (
        <Stack gap={4} mt="sm">
          <Title order={3} size="h6">{t('links')}</Title>
          {links.data.map((l) => (
            <Group key={l.id} justify="space-between" wrap="nowrap">
              <Text size="xs" c="dimmed">{shortTime(l.created_at)} · {l.used_at ? t('used', { at: shortTime(l.used_at) }) : t('unused', { at: shortTime(l.expires_at) })}</Text>
              {!l.used_at && (
                <Button size="compact-xs" variant="subtle" color="red" loading={busy === l.id} aria-label={`${t('revoke')}: ${shortTime(l.created_at)}`} onClick={() => void act(l.id, async () => {
                  await dataOf('DELETE /extensions/{id}/softphone/{link}', { path: { ...path, link: l.id } })
                  if (made?.id === l.id) {
                    setMade(undefined)
                  }
                  return t('revoked')
                })}>{t('revoke')}</Button>
              )}
            </Group>
          ))}
        </Stack>
      )}
    </Paper>
  )
}
