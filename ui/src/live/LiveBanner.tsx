import { Alert } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { time } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useLiveConnection, useNow } from './use'
import { liveTexts } from './words'

/** Says that what is live is not while the connection is away. A short break is not worth a word. */
export function LiveBanner() {
  const connection = useLiveConnection()
  return connection.state === 'away' ? <Away since={connection.since} /> : null
}

function Away({ since }: { since: number }) {
  const t = useTexts(liveTexts)
  const now = useNow()
  if (now - since < 1500) {
    return null
  }
  return (
    <Alert color="orange" variant="light" icon={<IconPlugConnectedX size={18} />} role="status" mb="sm" title={t('away')}>
      {t('awayText', { time: time(since) })}
    </Alert>
  )
}
