import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconArrowLeft, IconArrowRight, IconPrinter, IconUserPlus, IconVolume } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCanGoBack, useParams, useRouter } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { APIError, dataOf } from '~/api/client'
import type { CDRDetails } from '~/api/schema'
import { dateTime, duration, phone } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { CallButton } from '~/parts/CallButton'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { To } from '~/parts/To'
import { Who } from '~/parts/Who'
import { useLiveServers } from '~/live/use'
import { useMay, useMe, useTenant } from '~/shell/me'
import { otherSide } from './HistoryPage'
import { Lanes } from './Lanes'
import { ledText } from './led'
import { outcomeOf } from './outcome'
import { Recordings } from './Recordings'
import { historyTexts } from './texts'
import './call.css'

/** One call: why it ended as it did, what happened, its recordings, its fax. */
export default function CallPage() {
  const t = useTexts(historyTexts)
  const tenant = useTenant()
  const id = String((useParams({ strict: false }) as Record<string, unknown>).call)
  const found = useQuery({
    queryKey: ['calls', tenant.tenant, 'call', id],
    queryFn: ({ signal }) => dataOf('GET /cdr/{call_id}', { path: { call_id: id }, query: tenant.query, signal }),
  })
  if (found.isPending) {
    return <Loading />
  }
  if (found.error instanceof APIError && found.error.status === 404) {
    return (
      <>
        <Back />
        <Empty title={t('notThere')} text={`${t('notThereText')} ${t('stillOn')}`} action={t('toLive')} to="/live" />
      </>
    )
  }
  return found.data ? <Call c={found.data} /> : <ErrorNote error={found.error} again={() => void found.refetch()} />
}

/** Back to the list as it was, with what was looked for; from elsewhere to the list. */
function Back() {
  const t = useTexts(historyTexts)
  const router = useRouter()
  const can = useCanGoBack()
  return can
    ? <Button variant="subtle" size="compact-sm" leftSection={<IconArrowLeft size={16} />} onClick={() => router.history.back()} mb="xs">{t('back')}</Button>
    : <Button variant="subtle" size="compact-sm" leftSection={<IconArrowLeft size={16} />} component={To} to="/history" mb="xs">{t('back')}</Button>
}

function Call({ c }: { c: CDRDetails }) {
  const t = useTexts(historyTexts)
  const lng = useLanguage()
  const me = useMe()
  const mayFax = useMay('faxes')
  const mayVoicemail = useMay('voicemail')
  const o = outcomeOf(c)
  const other = otherSide(c, me.extension)
  const title = <><Who party={c.from} anonymous={t('anonymous')} /> <IconArrowRight size={16} aria-label="→" role="img" /> <Who party={c.to.number || c.to.extension ? c.to : { number: c.dst }} />{c.led_to && <Text span size="sm" c="dimmed"> · {ledText(c.led_to)}</Text>}</>
  return (
    <>
      <Back />
      <PageHeader title={<span className="call-title">{title}</span>} text={`${dateTime(c.calldate)} · ${t(c.direction)}`}>
        <CallButton number={other.extension || other.number} name={other.name} text />
        <AddContact party={other} />
      </PageHeader>
      <Stack gap="md">
        <Paper withBorder p="md" component="section" aria-labelledby="why">
          <Group wrap="nowrap" align="flex-start">
            <ThemeIcon size={38} radius="xl" variant="light" color={o.color} aria-hidden><o.icon size={22} /></ThemeIcon>
            <div>
              <Title order={2} size="h5" id="why">{t(o.key)}</Title>
              <Text lang={lng}>{c.why[lng]}</Text>
            </div>
          </Group>
        </Paper>
        {c.recordings.length > 0 && <Recordings call={c.call_id} recordings={c.recordings} />}
        {c.fax_id && mayFax && (
          <Linked icon={<IconPrinter size={20} />} title={t('fax')} text={t('faxText')} action={t('openFax')} to="/faxes" search={{ fax: c.fax_id }} />
        )}
        {c.voicemail && mayVoicemail && (
          <Linked icon={<IconVolume size={20} />} title={t('voicemail')} text={t('voicemailText')} action={t('openVoicemail')} to="/voicemail" search={c.to.extension ? { ext: c.to.extension } : {}} />
        )}
        <Lanes c={c} />
        <Facts c={c} />
      </Stack>
    </>
  )
}

/** The way to keep a number of the network that nobody has a name for. */
function AddContact({ party }: { party: { extension?: string; name?: string; number: string } }) {
  const t = useTexts(historyTexts)
  const may = useMay('contacts', 'change')
  if (!may || party.extension || party.name && party.name !== party.number || !/^\+?\d{7,}$/.test(party.number)) {
    return null
  }
  return <Button variant="default" leftSection={<IconUserPlus size={16} />} component={To} to="/contacts" search={{ new: party.number }}>{t('addContact')}</Button>
}

function Linked({ icon, title, text, action, to, search }: { icon: ReactNode; title: string; text: string; action: string; to: string; search: Record<string, unknown> }) {
  return (
    <Paper withBorder p="md" component="section">
      <Group justify="space-between">
        <Group wrap="nowrap">
          <ThemeIcon size={38} radius="xl" variant="light" aria-hidden>{icon}</ThemeIcon>
          <div>
            <Title order={2} size="h5">{title}</Title>
            <Text size="sm">{text}</Text>
          </div>
        </Group>
        <Button variant="light" component={To} to={to} search={search}>{action}</Button>
      </Group>
    </Paper>
  )
}

function Facts({ c }: { c: CDRDetails }) {
  const t = useTexts(historyTexts)
  const servers = useLiveServers()
  const facts: [string, ReactNode][] = [
    [t('fromParty'), <Who key="f" party={c.from} anonymous={t('anonymous')} />],
    [t('line'), c.did && phone(c.did)],
    [t('toParty'), (!c.did || c.to.extension) && <Who key="t" party={c.to.number || c.to.extension ? c.to : { number: c.dst }} />],
    [t('ledTo'), ledText(c.led_to)],
    [t('answeredBy'), c.answered_by && <Who key="a" party={c.answered_by} />],
    [t('began'), dateTime(c.calldate)],
    [t('ended'), dateTime(c.ended_at)],
    [t('wait'), duration(c.wait)],
    [t('talk'), duration(c.billsec)],
    [t('billed'), c.direction === 'outgoing' && c.accountcode && phone(c.accountcode)],
    [t('queue'), c.queue],
    [t('server'), servers.length > 1 && String(c.server_id)],
    [t('source'), t(c.source)],
    [t('callId'), <span key="i" className="call-id">{c.call_id}</span>],
    [t('merged'), c.merged.length > 0 && c.merged.map((m) => <Anchor key={m} component={To} to={`/history/${m}`} size="sm" mr="xs">{m}</Anchor>)],
    [t('mergedInto'), c.merged_into && <Anchor component={To} to={`/history/${c.merged_into}`} size="sm">{c.merged_into}</Anchor>],
  ]
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="facts">
      <Title order={2} size="h5" id="facts" mb="xs">{t('facts')}</Title>
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" m={0}>
        {facts.filter(([, v]) => v).map(([name, v]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">{name}</Text>
            <Text component="dd" size="sm" m={0}>{v}</Text>
          </div>
        ))}
      </SimpleGrid>
    </Paper>
  )
}
