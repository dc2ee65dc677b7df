import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { IconDeviceLaptop } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call, dataOf } from '~/api/client'
import { dateTime, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone, tellError } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { agentWords } from './agent'
import { Section } from './Section'
import { accountTexts } from './texts'

/** The browsers in which one is signed in, to be signed out. */
export function Sessions() {
  const t = useTexts(accountTexts)
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const list = useQuery({ queryKey: ['account', 'sessions'], queryFn: ({ signal }) => dataOf('GET /sessions', { signal }) })
  const end = async (ids: string[]) => {
    for (const id of ids) {
      await call('DELETE /sessions/{id}', { path: { id } })
    }
    await queries.invalidateQueries({ queryKey: ['account', 'sessions'] })
    tellDone(t('ended'))
  }
  const others = list.data?.filter((s) => !s.current) ?? []
  return (
    <Section title={t('sessions')} text={t('sessionsText')} side={others.length > 1 && <Button variant="default" size="compact-sm" onClick={() => ask({ title: t('endOthersTitle'), text: t('endOthersText'), yes: t('endOthers'), danger: true, act: () => end(others.map((s) => s.id)) })}>{t('endOthers')}</Button>}>
      {list.error && <ErrorNote error={list.error} again={() => void list.refetch()} />}
      {list.isPending && <Loading />}
      {list.data?.length === 0 && <Text size="sm">{t('noSessions')}</Text>}
      <Stack gap="sm" component="ul" p={0} m={0}>
        {list.data?.map((s) => (
          <Group key={s.id} component="li" wrap="nowrap" align="flex-start" gap="sm">
            <IconDeviceLaptop size={22} stroke={1.5} aria-hidden />
            <div style={{ flex: 1, minWidth: 0 }}>
              <Group gap={6}><Text size="sm" fw={600} title={s.agent}>{agentWords(s.agent)}</Text>{s.current && <Badge size="sm" variant="light">{t('current')}</Badge>}</Group>
              <Text size="sm" c="dimmed" title={dateTime(s.seen_at)}>{s.remote} · {t('seen')} {shortTime(s.seen_at)}</Text>
              <Text size="xs" c="dimmed">{t('since')} {shortTime(s.created_at)} · {t('until', { time: shortTime(s.expires_at) })}</Text>
            </div>
            {!s.current && <Button size="compact-sm" variant="default" onClick={() => void end([s.id]).catch(tellError)} aria-label={`${t('end')}: ${agentWords(s.agent)}, ${s.remote}`}>{t('end')}</Button>}
          </Group>
        ))}
      </Stack>
      {dialog}
    </Section>
  )
}
