import { Alert, List, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Data } from '~/api/client'
import { shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { guideTexts } from './texts'

/** The last time that a phone was refused. */
export type Refused = Data<'GET /refused-registrations'>[number]

/** Says that a phone tried and was refused, why, and what helps. */
export function RefusedNote({ refused: r, user }: { refused: Refused; user: string }) {
  const t = useTexts(guideTexts)
  const values = { at: shortTime(r.at), source: r.source.replace(/\/(32|128)$/, ''), name: r.name ?? '', user }
  const what = r.why === 'password' ? t('refusedPassword', values) : r.extension ? t('refusedBare', values) : r.name ? t('refusedName', values) : t('refusedUnknown', values)
  return (
    <Alert color="orange" variant="light" p="xs" icon={<IconAlertTriangle size={16} />} role="status">
      <Text size="sm">{what}</Text>
      {r.banned_until && <Text size="sm" fw={600}>{t('refusedBanned', { at: shortTime(r.banned_until) })}</Text>}
    </Alert>
  )
}

/** What to look at when a phone does not connect. */
export function Checklist() {
  const t = useTexts(guideTexts)
  return (
    <details>
      <summary style={{ cursor: 'pointer' }}><Text span size="sm" fw={500}>{t('check')}</Text></summary>
      <List size="sm" spacing={2} mt={4} ps="md">
        {(['check1', 'check2', 'check3', 'check4', 'check5'] as const).map((k) => <List.Item key={k}>{t(k)}</List.Item>)}
      </List>
    </details>
  )
}
