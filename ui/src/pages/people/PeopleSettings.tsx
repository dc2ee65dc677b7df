import { Button, Group, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data, Request } from '~/api/client'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay, useMe, useTenant } from '~/shell/me'
import { peopleTexts } from './texts'

type Settings = Data<'GET /people/settings'>
type Body = Request<'PUT /people/settings'>['body']

/** How often the directory is read, and who is asked for names of callers. */
export function PeopleSettings() {
  const { tenant, query } = useTenant()
  const settings = useQuery({ queryKey: ['people', tenant, 'settings'], queryFn: ({ signal }) => dataOf('GET /people/settings', { query, signal }) })
  if (settings.isPending) {
    return <Loading />
  }
  if (!settings.data) {
    return <ErrorNote error={settings.error} again={() => void settings.refetch()} />
  }
  return <Form key={JSON.stringify(settings.data)} settings={settings.data} />
}

function Form({ settings }: { settings: Settings }) {
  const t = useTexts(peopleTexts)
  const tp = useTexts(partsTexts)
  const me = useMe()
  const { tenant, query } = useTenant()
  const mayChange = useMay('people', 'change')
  const queries = useQueryClient()
  const [url, setUrl] = useState(settings.lookup?.url ?? '')
  const [auth, setAuth] = useState('')
  const [issuer, setIssuer] = useState(settings.sign_in?.issuer ?? '')
  const [keys, setKeys] = useState(settings.sign_in?.keys_url ?? '')
  const save = useMutation({
    mutationFn: (body: Body) => dataOf('PUT /people/settings', { query, body }),
    onSuccess: () => {
      tellDone(t('settingsSaved'))
      void queries.invalidateQueries({ queryKey: ['people', tenant, 'settings'] })
    },
  })
  const minutes = settings.sync_minutes ?? 60
  const known: Record<string, string> = { '5': t('m5'), '15': t('m15'), '60': t('m60'), '360': t('m360'), '1440': t('m1440'), '-1': t('manual') }
  const data = Object.entries(known).map(([value, label]) => ({ value, label })).sort((a, b) => (Number(a.value) < 0 ? 1 : Number(b.value) < 0 ? -1 : Number(a.value) - Number(b.value)))
  if (!known[String(minutes)]) {
    data.push({ value: String(minutes), label: t('mOther', { n: minutes }) })
  }
  return (
    <Stack gap="lg" maw={640}>
      <ErrorNote error={save.error} />
      <Select label={t('every')} description={t('everyHelp')} data={data} value={String(minutes)} onChange={(v) => v && save.mutate({ sync_minutes: Number(v) })} allowDeselect={false} disabled={!mayChange} />
      <form onSubmit={(e) => { e.preventDefault(); save.mutate({ lookup: { url: url.trim(), ...(auth ? { authorization: auth } : {}) } }) }} autoComplete="off">
        <Stack gap="xs">
          <Title order={2} size="h4">{t('lookup')}</Title>
          <Text size="sm" c="dimmed">{t('lookupText')}</Text>
          <TextInput label={t('lookupUrl')} description={t('lookupUrlHelp')} placeholder="https://crm.example.com/names?number={number}" value={url} onChange={(e) => setUrl(e.currentTarget.value)} maxLength={500} readOnly={!mayChange} />
          <PasswordInput label={t('auth')} description={settings.lookup?.authorization_set ? t('authSet') : t('authHelp')} value={auth} onChange={(e) => setAuth(e.currentTarget.value)} maxLength={500} autoComplete="new-password" readOnly={!mayChange} />
          {mayChange && (
            <Group>
              <Button type="submit" loading={save.isPending}>{tp('save')}</Button>
              {settings.lookup?.authorization_set && <Button variant="subtle" color="red" onClick={() => save.mutate({ lookup: { authorization: '' } })}>{t('auth')}: {t('authClear')}</Button>}
            </Group>
          )}
        </Stack>
      </form>
      <TryName />
      {me.role === 'operator' && (
        <form onSubmit={(e) => { e.preventDefault(); save.mutate({ sign_in: { issuer: issuer.trim(), keys_url: keys.trim() } }) }}>
          <Stack gap="xs">
            <Title order={2} size="h4">{t('signIn')}</Title>
            <Text size="sm" c="dimmed">{t('signInText')}</Text>
            <TextInput label={t('issuer')} placeholder="https://auth.worksmobile.com" value={issuer} onChange={(e) => setIssuer(e.currentTarget.value)} maxLength={500} readOnly={!mayChange} />
            <TextInput label={t('keysUrl')} value={keys} onChange={(e) => setKeys(e.currentTarget.value)} maxLength={500} readOnly={!mayChange} />
            {mayChange && <Group><Button type="submit" variant="default" loading={save.isPending}>{tp('save')}</Button></Group>}
          </Stack>
        </form>
      )}
    </Stack>
  )
}

function TryName() {
  const t = useTexts(peopleTexts)
  const { query } = useTenant()
  const [number, setNumber] = useState('')
  const found = useMutation({ mutationFn: (n: string) => dataOf('GET /contacts/name', { query: { ...query, number: n } }).then((r) => ({ number: n, name: r.name })) })
  return (
    <form onSubmit={(e) => { e.preventDefault(); found.mutate(number.replace(/[\s-]/g, '')) }}>
      <Group align="flex-end" gap="xs">
        <TextInput label={t('lookupTry')} value={number} onChange={(e) => setNumber(e.currentTarget.value)} inputMode="tel" required maxLength={30} placeholder="010-1234-5678" />
        <Button type="submit" variant="default" loading={found.isPending}>{t('lookupTryButton')}</Button>
      </Group>
      <Text size="sm" role="status" mt={4}>{found.data && (found.data.name ? t('lookupFound', { number: phone(found.data.number), name: found.data.name }) : t('lookupNone', { number: phone(found.data.number) }))}</Text>
      <ErrorNote error={found.error} />
    </form>
  )
}
