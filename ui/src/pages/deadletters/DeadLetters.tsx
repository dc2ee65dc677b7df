import { Anchor, Button, Code, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { To } from '~/parts/To'
import { useTenant } from '~/shell/me'
import { deadTexts } from './texts'

type Letter = Data<'GET /dead-letters'>[number]

/** What of one kind could not be delivered: sent again, or deleted. */
export function DeadLetters({ kind, mayChange, nameOf }: { kind: 'works' | 'webhook'; mayChange: boolean; nameOf?: (to: string) => string }) {
  const t = useTexts(deadTexts)
  const { tenant, query } = useTenant()
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [shown, setShown] = useState<Letter>()
  const list = useInfiniteQuery({
    queryKey: ['deadletters', tenant, kind],
    queryFn: ({ signal, pageParam }) => call('GET /dead-letters', { query: { ...query, kind, limit: 20, ...(pageParam ? { after: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => (last.has_more ? last.next : undefined),
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['deadletters', tenant] })
  const resend = useMutation({
    mutationFn: (id: string) => dataOf('POST /dead-letters/{id}/resend', { path: { id }, query }),
    onSuccess: () => tellDone(t('resent')),
    onSettled: () => refresh(),
  })
  const drop = (l: Letter) => ask({
    title: t('dropTitle'), text: t('dropText'), yes: t('drop'), danger: true,
    act: async () => {
      await dataOf('DELETE /dead-letters/{id}', { path: { id: l.id }, query })
      tellDone(t('dropped'))
      await refresh()
    },
  })
  const letters = list.data?.pages.flatMap((p) => p.data) ?? []
  const what = (l: Letter) => (l.label in deadTexts.ko ? t(l.label as 'ring') : l.label)
  return (
    <Stack gap="xs" component="section" aria-label={t('title')}>
      <Title order={2} size="h4">{t('title')}</Title>
      <Text size="sm" c="dimmed">{letters.length > 0 || list.isPending ? t(kind) : t('none')}</Text>
      <ErrorNote error={list.error ?? resend.error} again={list.error ? () => void list.refetch() : undefined} />
      {letters.map((l) => (
        <Paper withBorder p="sm" key={l.id}>
          <Group justify="space-between" align="flex-start" gap="xs">
            <div style={{ minWidth: 0, flex: '1 1 260px' }}>
              <Text size="sm" fw={600}>{what(l)} → {nameOf?.(l.to) ?? l.to}</Text>
              <Text size="sm" c="dimmed">{dateTime(l.failed_at)} · {t('tries', { n: l.tries })}</Text>
              <Text size="sm" lang="en" style={{ overflowWrap: 'anywhere' }}>{l.error}</Text>
              <Group gap="sm">
                <Anchor component="button" type="button" size="sm" onClick={() => setShown(l)}>{t('body')}</Anchor>
                {l.call_id && <Anchor component={To} to={`/history/${encodeURIComponent(l.call_id)}`} size="sm">{t('call')}</Anchor>}
              </Group>
            </div>
            {mayChange && (
              <Group gap="xs">
                <Button size="compact-sm" variant="light" loading={resend.isPending && resend.variables === l.id} onClick={() => resend.mutate(l.id)}>{t('resend')}</Button>
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => drop(l)}>{t('drop')}</Button>
              </Group>
            )}
          </Group>
        </Paper>
      ))}
      {list.hasNextPage && <Group><Button variant="default" size="compact-md" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('more')}</Button></Group>}
      <Modal opened={shown !== undefined} onClose={() => setShown(undefined)} title={t('body')} size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
        <Code block tabIndex={0} mah={420} style={{ overflow: 'auto' }}>{JSON.stringify(shown?.body, null, 2)}</Code>
      </Modal>
      {dialog}
    </Stack>
  )
}
