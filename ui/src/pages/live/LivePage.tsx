import { Alert, Stack, Title } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTexts } from '~/lang/texts'
import { LiveBanner } from '~/live/LiveBanner'
import { useNames } from '~/live/phones'
import { useLiveServers } from '~/live/use'
import { PageHeader } from '~/parts/PageHeader'
import { CallDrawer } from './CallDrawer'
import { CallTable } from './CallTable'
import { Lines, useServers } from './Lines'
import '~/live/state.css'
import './live.css'
import { Phones } from './Phones'
import { pageTexts } from './texts'

/** What happens now: calls, phones, trunks and servers. */
export default function LivePage() {
  const t = useTexts(pageTexts)
  const names = useNames()
  const servers = useServers()
  const heard = useLiveServers()
  const [open, setOpen] = useState('')
  const serverNames = useMemo(() => new Map(servers.data?.map((s) => [s.id, s.name])), [servers.data])
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <LiveBanner />
      {heard.some((s) => !s.up) && <Alert color="orange" variant="light" mb="sm" role="status">{t('offServers')}</Alert>}
      <Stack gap="lg">
        <section aria-label={t('calls')}>
          <Title order={2} size="h5" mb="xs">{t('calls')}</Title>
          <CallTable names={names} servers={serverNames} onOpen={setOpen} />
        </section>
        <section aria-label={t('phones')}>
          <Title order={2} size="h5" mb="xs">{t('phones')}</Title>
          <Phones />
        </section>
        <section aria-label={t('lines')}>
          <Title order={2} size="h5" mb="xs">{t('lines')}</Title>
          <Lines servers={servers.data ?? []} />
        </section>
      </Stack>
      <CallDrawer id={open} names={names} onClose={() => setOpen('')} />
    </>
  )
}
