import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import { knowsPasskeys } from '~/api/passkey'
import { dateTime, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { AddPasskey } from './AddPasskey'
import { accountTexts } from './texts'
import { Section } from './Section'

/** How many passkeys somebody has at most. */
const most = 10

/** One's own passkeys: made here, used at the sign-in page. */
export function Passkeys() {
  const t = useTexts(accountTexts)
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [adding, setAdding] = useState(false)
  const ways = useQuery({ queryKey: ['account', 'ways'], queryFn: ({ signal }) => dataOf('GET /session/ways', { signal }) })
  const list = useQuery({ queryKey: ['account', 'passkeys'], queryFn: ({ signal }) => dataOf('GET /session/passkeys', { signal }) })
  const changed = () => queries.invalidateQueries({ queryKey: ['account', 'passkeys'] })
  const remove = async (id: string) => {
    await call('DELETE /session/passkeys/{id}', { path: { id } })
    await changed()
    tellDone(t('passkeyGone'))
  }
  const n = list.data?.length ?? 0
  const can = ways.data?.passkeys === true && knowsPasskeys()
  const elsewhere = ways.data?.passkeys_at
  return (
    <Section title={t('passkeys')} text={t('passkeysText')} side={list.data && <Badge color={n > 0 ? 'teal' : 'gray'} variant="light">{n > 0 ? t('passkeyCount', { n }) : t('none')}</Badge>}>
      {list.error && <ErrorNote error={list.error} again={() => void list.refetch()} />}
      {ways.error && <ErrorNote error={ways.error} again={() => void ways.refetch()} />}
      {(list.isPending || ways.isPending) && <Loading />}
      {n > 0 && (
        <Stack gap="sm" component="ul" p={0} m={0} mb="md" aria-label={t('passkeys')}>
          {list.data?.map((p) => (
            <Group key={p.id} component="li" wrap="nowrap" align="flex-start" gap="sm">
              <IconFingerprint size={22} stroke={1.5} aria-hidden />
              <div style={{ flex: 1, minWidth: 0 }}>
                <Group gap={6}><Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>{p.name}</Text>{p.host !== location.hostname && <Badge size="sm" variant="light" color="gray">{t('passkeyElsewhere', { host: p.host })}</Badge>}</Group>
                <Text size="sm" c="dimmed" title={p.used_at ? dateTime(p.used_at) : undefined}>{p.used_at ? `${t('seen')} ${shortTime(p.used_at)}` : t('passkeyUnused')}</Text>
                <Text size="xs" c="dimmed">{t('passkeyMade', { time: shortTime(p.created_at) })}</Text>
              </div>
              <Button size="compact-sm" variant="default" onClick={() => ask({ title: t('passkeyRemoveTitle', { name: p.name }), text: t('passkeyRemoveText'), yes: t('passkeyRemove'), danger: true, act: () => remove(p.id) })} aria-label={`${t('passkeyRemove')}: ${p.name}`}>{t('passkeyRemove')}</Button>
            </Group>
          ))}
        </Stack>
      )}
      {ways.data && !ways.data.passkeys && (
        <Alert color="blue" variant="light">
          <Text size="sm">{t(ways.data.passkeys_why === 'address' ? 'passkeysAddress' : 'passkeysPlain', { here: location.origin })}</Text>
          <Text size="sm" mt={4}>{elsewhere ? <>{t('passkeysThere')} <a href={`${elsewhere}/account`}>{elsewhere}</a></> : t('passkeysRemedy')}</Text>
        </Alert>
      )}
      {ways.data?.passkeys && !knowsPasskeys() && <Alert color="blue" variant="light">{t('passkeysBrowser')}</Alert>}
      {can && n >= most && <Text size="sm">{t('passkeysFull', { n: most })}</Text>}
      {can && n < most && list.data && <Button variant="default" onClick={() => setAdding(true)}>{t('passkeyAdd')}</Button>}
      {adding && <AddPasskey done={async () => { await changed(); setAdding(false); tellDone(t('passkeyAdded')) }} cancel={() => setAdding(false)} />}
      {dialog}
    </Section>
  )
}
