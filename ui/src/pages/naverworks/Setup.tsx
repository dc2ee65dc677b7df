import { Accordion, ActionIcon, Alert, Anchor, Button, Code, CopyButton, FileButton, Group, List, NumberInput, PasswordInput, Stack, Text, TextInput, Textarea, ThemeIcon, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCircle, IconCopy } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { dataOf } from '~/api/client'
import { count } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { To } from '~/parts/To'
import { useMay, useMe, useTenant } from '~/shell/me'
import { worksTexts } from './texts'
import { TryWorks } from './TryWorks'
import { missingOf, useSaveWorks } from './works'
import type { Works, WorksBody } from './works'

type Text20 = 'client_id' | 'service_account'

/** The way from the Developer Console to the first card. */
export function Setup({ works }: { works: Works }) {
  const t = useTexts(worksTexts)
  const me = useMe()
  const { tenant, query } = useTenant()
  const mayChange = useMay('naverworks', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const on = !works.off
  const app = Boolean(works.client_id && works.service_account && works.domain_id)
  const bot = Boolean(works.bot_id)
  const [open, setOpen] = useState<string | null>(on ? 'first' : !app ? 'need' : !bot ? 'bot' : 'on')
  const [kept, setKept] = useState<string[]>([])
  const description = useQuery({ queryKey: ['naverworks', tenant, 'id'], retry: false, queryFn: ({ signal }) => dataOf('GET /tenants/{tenant}/description', { path: { tenant }, signal }) })
  const health = useQuery({ queryKey: ['naverworks', tenant, 'health'], retry: false, queryFn: ({ signal }) => dataOf('GET /health', { signal }) })
  const outbox = useQuery({ queryKey: ['naverworks', tenant, 'outbox'], queryFn: ({ signal }) => dataOf('GET /outbox', { query, signal }), refetchInterval: 10_000 })
  const id = /^id: ([0-9a-f]{16})$/m.exec(description.data?.text ?? '')?.[1]
  const [base, setBase] = useState(location.origin)
  const sent = outbox.data?.kinds.find((k) => k.kind === 'works')?.labels.reduce((n, l) => n + l.sent, 0) ?? 0
  const set = (name: string) => on || kept.includes(name)
  const remove = () => ask({
    title: t('removeTitle'), text: t('removeText'), yes: t('remove'), danger: true,
    act: async () => {
      await dataOf('DELETE /naver-works', { query })
      tellDone(t('removed'))
      await queries.invalidateQueries({ queryKey: ['naverworks', tenant] })
    },
  })
  const keep = (names: string[]) => setKept((was) => [...was, ...names])
  return (
    <Stack gap="md" maw={820}>
      {!on && <Text size="sm">{t('offText')}</Text>}
      <Accordion variant="separated" value={open} onChange={setOpen} order={2} keepMounted={false}>
        <Step value="need" title={t('s1')} done={base.startsWith('https://')}>
          <Text size="sm">{t('s1Text')}</Text>
          <TextInput label={t('publicUrl')} description={t('publicHelp')} value={base} onChange={(e) => setBase(e.currentTarget.value.trim().replace(/\/+$/, ''))} maxLength={300} />
          {!base.startsWith('https://') && <Alert color="orange" variant="light">{t('s1Https')}</Alert>}
          {health.data?.relay && <Text size="sm">{health.data.relay.up ? t('s1Relay') : t('s1RelayDown')}</Text>}
          <Text size="sm">{t('s1Out')}</Text>
        </Step>
        <Step value="app" title={t('s2')} done={app}>
          <Text size="sm">{t('s2Text')} <Anchor href="https://developers.worksmobile.com" target="_blank" rel="noreferrer" size="sm">{t('consoleLink')}</Anchor></Text>
          <AppForm works={works} mayChange={mayChange} isSet={set} onKept={keep} onDone={() => setOpen('bot')} />
          <List size="sm" spacing={4}>
            <List.Item>{t('s2Scopes')}</List.Item>
            <List.Item>{t('s2Redirect')}: <Copied label={t('s2Redirect')} value={`${base}/login/works/return`} /></List.Item>
            <List.Item>{t('s2Token')}</List.Item>
          </List>
        </Step>
        <Step value="bot" title={t('s3')} done={bot}>
          <Text size="sm">{t('s3Text')}</Text>
          <List size="sm" spacing={4}>
            <List.Item>{id ? <>{t('s3Callback')}: <Copied label={t('s3Callback')} value={`${base}/dapi/${id}/callback`} /></> : t('s3Callback0')}</List.Item>
            <List.Item>{t('s3Message')}</List.Item>
            <List.Item>{t('s3Add')}</List.Item>
          </List>
          <BotForm works={works} mayChange={mayChange} isSet={set} onKept={keep} onDone={() => setOpen('on')} />
        </Step>
        <Step value="on" title={t('s4')} done={on}>
          <TurnOn works={works} mayChange={mayChange} />
        </Step>
        <Step value="first" title={t('s5')} done={sent > 0}>
          <List type="ordered" size="sm" spacing={4}>
            <List.Item>{t('s5a')}</List.Item>
            <List.Item>{t('s5b')}</List.Item>
            <List.Item>{t('s5c')}</List.Item>
          </List>
          <Text size="sm">{t('s5d')}</Text>
          <Text size="sm" fw={600} aria-live="polite">{t('s5Sent', { n: count(sent) })}</Text>
        </Step>
        {me.role === 'operator' && (
          <Step value="addresses" title={t('advanced')}>
            <Addresses works={works} mayChange={mayChange} />
          </Step>
        )}
      </Accordion>
      {mayChange && Boolean(works.client_id) && <Group><Button variant="subtle" color="red" onClick={remove}>{t('remove')}</Button></Group>}
      {dialog}
    </Stack>
  )
}

function Step({ value, title, done, children }: { value: string; title: string; done?: boolean; children: ReactNode }) {
  const t = useTexts(worksTexts)
  return (
    <Accordion.Item value={value}>
      <Accordion.Control icon={done === undefined ? undefined : <ThemeIcon radius="xl" size={24} color={done ? 'teal' : 'gray'} variant={done ? 'filled' : 'light'}>{done ? <IconCheck size={14} aria-hidden /> : <IconCircle size={14} aria-hidden />}</ThemeIcon>}>
        <Text component="span" fw={600}>{title}</Text>
        {done !== undefined && <VisuallyHidden>{done ? t('done') : t('todo')}</VisuallyHidden>}
      </Accordion.Control>
      <Accordion.Panel><Stack gap="sm">{children}</Stack></Accordion.Panel>
    </Accordion.Item>
  )
}

function Copied({ label, value }: { label: string; value: string }) {
  const t = useTexts(worksTexts)
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex">
      <Code style={{ wordBreak: 'break-all' }}>{value}</Code>
      <CopyButton value={value}>{({ copied, copy }) => <ActionIcon variant="subtle" size="sm" onClick={copy} aria-label={copied ? t('copied') : t('copy', { name: label })}>{copied ? <IconCheck size={14} /> : <IconCopy size={14} />}</ActionIcon>}</CopyButton>
    </Group>
  )
}

interface FormProps {
  works: Works
  mayChange: boolean
  isSet: (name: string) => boolean
  onKept: (names: string[]) => void
  onDone: () => void
}

// What is not set yet must not be sent while the bot is off and nothing of it is there.
const stays = (w: Works): WorksBody => (w.off ? { off: true } : {})

function AppForm({ works, mayChange, isSet, onKept, onDone }: FormProps) {
  const t = useTexts(worksTexts)
  const save = useSaveWorks()
  const [texts, setTexts] = useState<Record<Text20, string>>({ client_id: works.client_id ?? '', service_account: works.service_account ?? '' })
  const [secret, setSecret] = useState('')
  const [key, setKey] = useState('')
  const [domain, setDomain] = useState<string | number>(works.domain_id ?? '')
  const wrong = key !== '' && !/^-----BEGIN (RSA )?PRIVATE KEY-----/.test(key.trim())
  const send = () => save.mutate(
    { ...stays(works), client_id: texts.client_id.trim(), service_account: texts.service_account.trim(), ...(domain === '' ? {} : { domain_id: Number(domain) }), ...(secret ? { client_secret: secret.trim() } : {}), ...(key ? { private_key: key.trim() + '\n' } : {}) },
    { onSuccess: () => { onKept([...(secret ? ['client_secret'] : []), ...(key ? ['private_key'] : [])]); setSecret(''); setKey(''); onDone() } },
  )
  return (
    <form onSubmit={(e) => { e.preventDefault(); send() }} autoComplete="off">
      <Stack gap="sm">
        <TextInput label={t('client_id')} description={t('client_idHelp')} value={texts.client_id} onChange={(e) => { const v = e.currentTarget.value; setTexts((x) => ({ ...x, client_id: v })) }} required maxLength={200} readOnly={!mayChange} />
        <PasswordInput label={t('client_secret')} description={isSet('client_secret') ? t('secretSet') : t('client_secretHelp')} value={secret} onChange={(e) => setSecret(e.currentTarget.value)} maxLength={200} autoComplete="new-password" readOnly={!mayChange} />
        <TextInput label={t('service_account')} description={t('service_accountHelp')} value={texts.service_account} onChange={(e) => { const v = e.currentTarget.value; setTexts((x) => ({ ...x, service_account: v })) }} required maxLength={200} readOnly={!mayChange} />
        <Textarea label={t('private_key')} description={isSet('private_key') ? t('secretSet') : t('private_keyHelp')} value={key} onChange={(e) => setKey(e.currentTarget.value)} error={wrong ? t('keyWrong') : undefined} rows={3} maxLength={16384} readOnly={!mayChange} spellCheck={false} autoComplete="off" styles={{ input: { fontFamily: 'monospace' } }} />
        {mayChange && <Group gap="xs"><FileButton onChange={(f) => void f?.text().then(setKey)} accept=".key,.pem,text/plain,application/x-pem-file">{(p) => <Button {...p} variant="default" size="compact-md">{t('chooseFile')}</Button>}</FileButton>{key && !wrong && <Text size="sm" role="status">{t('keyChosen')}</Text>}</Group>}
        <NumberInput label={t('domain_id')} description={t('domain_idHelp')} value={domain} onChange={setDomain} allowDecimal={false} allowNegative={false} hideControls required readOnly={!mayChange} />
        <ErrorNote error={save.error} />
        {mayChange && <Group><Button type="submit" loading={save.isPending} disabled={wrong}>{t('save')}</Button></Group>}
      </Stack>
    </form>
  )
}

function BotForm({ works, mayChange, isSet, onKept, onDone }: FormProps) {
  const t = useTexts(worksTexts)
  const save = useSaveWorks()
  const [bot, setBot] = useState<string | number>(works.bot_id ?? '')
  const [secret, setSecret] = useState('')
  const [former, setFormer] = useState('')
  const send = () => save.mutate(
    { ...stays(works), ...(bot === '' ? {} : { bot_id: Number(bot) }), ...(secret ? { bot_secret: secret.trim() } : {}), ...(former ? { former_bot_secret: former.trim() } : {}) },
    { onSuccess: () => { onKept(secret ? ['bot_secret'] : []); setSecret(''); setFormer(''); onDone() } },
  )
  return (
    <form onSubmit={(e) => { e.preventDefault(); send() }} autoComplete="off">
      <Stack gap="sm">
        <NumberInput label={t('bot_id')} description={t('bot_idHelp')} value={bot} onChange={setBot} allowDecimal={false} allowNegative={false} hideControls required readOnly={!mayChange} />
        <PasswordInput label={t('bot_secret')} description={isSet('bot_secret') ? t('secretSet') : t('bot_secretHelp')} value={secret} onChange={(e) => setSecret(e.currentTarget.value)} maxLength={200} autoComplete="new-password" readOnly={!mayChange} />
        {isSet('bot_secret') && <PasswordInput label={t('former')} description={t('formerHelp')} value={former} onChange={(e) => setFormer(e.currentTarget.value)} maxLength={200} autoComplete="new-password" readOnly={!mayChange} />}
        <ErrorNote error={save.error} />
        {mayChange && <Group><Button type="submit" loading={save.isPending}>{t('save')}</Button></Group>}
      </Stack>
    </form>
  )
}

function TurnOn({ works, mayChange }: { works: Works; mayChange: boolean }) {
  const t = useTexts(worksTexts)
  const on = useSaveWorks(t('turnedOn'))
  const missing = missingOf(works)
  return (
    <>
      <Text size="sm">{t('s4Text')}</Text>
      {missing.length > 0 && <Text size="sm">{t('missing', { list: missing.map((m) => t(m)).join(', ') })}</Text>}
      {works.off && mayChange && <Group><Button loading={on.isPending} disabled={missing.length > 0} onClick={() => on.mutate({ off: false })}>{t('turnOn')}</Button></Group>}
      <ErrorNote error={on.error} />
      {mayChange && !works.off && <TryWorks />}
      <Text size="sm"><Anchor component={To} to="/people" size="sm">{t('checkPeople')}</Anchor></Text>
      <Text size="sm">{t('s4Apply')} <Anchor component={To} to="/apply" size="sm">{t('toApply')}</Anchor></Text>
    </>
  )
}

function Addresses({ works, mayChange }: { works: Works; mayChange: boolean }) {
  const t = useTexts(worksTexts)
  const save = useSaveWorks()
  const [auth, setAuth] = useState(works.auth_url ?? '')
  const [api, setApi] = useState(works.api_url ?? '')
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate({ ...stays(works), auth_url: auth.trim(), api_url: api.trim() }) }}>
      <Stack gap="sm">
        <Text size="sm">{t('advancedText')}</Text>
        <TextInput label={t('auth_url')} placeholder="https://auth.worksmobile.com/oauth2/v2.0" value={auth} onChange={(e) => setAuth(e.currentTarget.value)} maxLength={500} readOnly={!mayChange} />
        <TextInput label={t('api_url')} placeholder="https://www.worksapis.com/v1.0" value={api} onChange={(e) => setApi(e.currentTarget.value)} maxLength={500} readOnly={!mayChange} />
        <ErrorNote error={save.error} />
        {mayChange && <Group><Button type="submit" variant="default" loading={save.isPending}>{t('save')}</Button></Group>}
      </Stack>
    </form>
  )
}
