import { ActionIcon, Badge, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call as request, dataOf, pathOf } from '~/api/client'
import type { VoicemailMessage } from '~/api/schema'
import { duration, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { CallButton } from '~/parts/CallButton'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Who, whoText } from '~/parts/Who'
import { useMay, useMe, useTenant } from '~/shell/me'
import { myTexts } from './texts'

/** The messages in one's mailbox: heard, and deleted, here. */
export function MyVoicemail() {
  const t = useTexts(myTexts)
  const me = useMe()
  const tenant = useTenant()
  const queries = useQueryClient()
  const mayChange = useMay('voicemail', 'change')
  const [ask, dialog] = useConfirm()
  const key = ['voicemail', tenant.tenant, 'my', me.extension]
  const messages = useQuery({ queryKey: key, queryFn: ({ signal }) => dataOf('GET /voicemail', { query: { extension: me.extension, limit: 20 }, signal }), refetchInterval: 60_000 })
  const pathOfMessage = (m: VoicemailMessage) => ({ ext: m.extension, id: m.id })
  const heard = (m: VoicemailMessage) => {
    if (!m.read && mayChange) {
      void request('POST /voicemail/{ext}/{id}/read', { path: pathOfMessage(m), body: { read: true } }).then(() => queries.invalidateQueries({ queryKey: ['voicemail', tenant.tenant] }), () => undefined)
    }
  }
  const remove = (m: VoicemailMessage) => ask({
    title: t('deleteMessage'), text: t('deleteMessageText', { who: whoText(m, t('withheld')), at: shortTime(m.at) }), yes: t('delete'), danger: true,
    act: async () => {
      await request('DELETE /voicemail/{ext}/{id}', { path: pathOfMessage(m) })
      await queries.invalidateQueries({ queryKey: ['voicemail', tenant.tenant] })
      tellDone(t('deleted'))
    },
  })
  const list = messages.data ?? []
  const unread = list.filter((m) => !m.read).length
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('voicemail')}>
      <Group gap="xs" mb="xs">
        <Title order={2} size="h5">{t('voicemail')}</Title>
        {unread > 0 && <Badge variant="light" color="red" tt="none">{t('unread', { n: unread })}</Badge>}
      </Group>
      <ErrorNote error={messages.error} again={() => void messages.refetch()} />
      {messages.data && list.length === 0 && <Text size="sm" c="dimmed">{t('noMessages')}</Text>}
      <Stack gap={0} component="ul" className="list">
        {list.map((m) => (
          <li key={m.id}>
            <Group justify="space-between" wrap="nowrap" pt={6}>
              <div style={{ minWidth: 0 }}>
                <Who party={m} anonymous={t('withheld')} fw={m.read ? 400 : 700} />
                <Text size="xs" c="dimmed">{m.read ? '' : `${t('new')} · `}{shortTime(m.at)} · {duration(m.seconds)}</Text>
              </div>
              <Group gap={4} wrap="nowrap">
                <CallButton number={m.number} {...(m.name ? { name: m.name } : {})} />
                {mayChange && <ActionIcon variant="subtle" color="red" aria-label={`${t('delete')}: ${whoText(m, t('withheld'))} ${shortTime(m.at)}`} onClick={() => remove(m)}><IconTrash size={18} /></ActionIcon>}
              </Group>
            </Group>
            <audio controls preload="none" className="message" src={pathOf('/voicemail/{ext}/{id}/sound', pathOfMessage(m))} onPlay={() => heard(m)} aria-label={t('listen', { who: whoText(m, t('withheld')), at: shortTime(m.at) })} />
          </li>
        ))}
      </Stack>
      {dialog}
    </Paper>
  )
}
