import { Alert, Code, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { count, dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { auditTexts } from './texts'

/** Reads the whole record and says whether anything was changed in it. */
export function CheckDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(auditTexts)
  const parts = useTexts(partsTexts)
  const check = useQuery({ queryKey: ['audit', 'check'], queryFn: ({ signal }) => dataOf('GET /audit/check', { signal }), staleTime: 0, gcTime: 0, retry: false })
  const c = check.data
  return (
    <Modal opened onClose={onClose} title={t('check')} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <ErrorNote error={check.error} again={() => void check.refetch()} />
      {check.isFetching && <Loading />}
      {!check.isFetching && c && (
        <>
          <Alert color={c.ok ? 'teal' : 'red'} title={t(c.ok ? 'whole' : 'broken', { n: count(c.rows) })} role="status">
            {!c.ok && <Text size="sm">{t('brokenText')}</Text>}
            {c.wrong && <Text size="sm" lang="en">{c.wrong}</Text>}
            <Text size="xs">{dateTime(c.at)}</Text>
          </Alert>
          {c.last && <details><Text component="summary" size="sm" c="dimmed" mt="sm" style={{ cursor: 'pointer' }}>{t('forExperts')}</Text><Text size="sm">{t('lastHash')}. {t('lastHashHelp')}</Text><Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{c.last}</Code></details>}
        </>
      )}
    </Modal>
  )
}
