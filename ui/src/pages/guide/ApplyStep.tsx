import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { To } from '~/parts/To'
import { applyAll } from './apply'
import { thingsOf } from './numbers'
import type { Guide } from './state'
import { guideTexts } from './texts'

/** Puts what is saved onto the servers. */
export function ApplyStep({ guide, onDone }: { guide: Guide; onDone: () => void }) {
  const t = useTexts(guideTexts)
  if (guide.extensions.length === 0) {
    return <Text size="sm">{t('applyWait')}</Text>
  }
  if (!guide.applies) {
    return <Text size="sm">{t('applyOperator')}</Text>
  }
  if ((guide.facts.pending ?? 0) === 0) {
    return <Text size="sm">{t('applyNothing')}</Text>
  }
  const is = thingsOf(guide.changes)
  const what = [is.phones > 0 && t('changePhones', { n: is.phones }), is.lines > 0 && t('changeLines', { n: is.lines }), is.calls && t('changeCalls'), is.other && t('changeOther')].filter(Boolean).join(', ')
  return <ApplyNow guide={guide} text={t('applyChanges', { what })} action={t('applyDo')} onDone={onDone} />
}

/** A note with the button that applies. */
export function ApplyNow({ guide, text, action, onDone }: { guide: Guide; text: string; action: string; onDone?: () => void }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const apply = useMutation({
    mutationFn: () => applyAll(guide),
    onSuccess: () => {
      tellDone(t('applied'))
      onDone?.()
    },
    onSettled: () => queries.invalidateQueries({ predicate: (q) => ['extensions', 'apply', 'trunks'].includes(String(q.queryKey[0])) }),
  })
  return (
    <Alert color="blue" variant="light">
      <Stack gap="xs">
        <Text size="sm">{text}</Text>
        <ErrorNote error={apply.error} />
        <Group>
          <Button size="compact-md" loading={apply.isPending} onClick={() => apply.mutate()}>{action}</Button>
          <Button size="compact-md" variant="default" component={To} to="/apply">{t('toApply')}</Button>
        </Group>
      </Stack>
    </Alert>
  )
}
