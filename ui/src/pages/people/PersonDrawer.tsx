import { Button, Divider, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { Request } from '~/api/client'
import { dateTime, phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { ErrorNote } from '~/parts/ErrorNote'
import { Setting, onlyAllowed, useOnly } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { Status, useWhy } from './person'
import type { Person } from './person'
import { peopleTexts } from './texts'

type Fields = Request<'PUT /people/{id}'>['body']

const byRules = '#rules'

/** A form with one person: of the directory only what is set by hand may be changed. */
export function PersonDrawer({ person, onClose }: { person: Person | undefined; onClose: () => void }) {
  const t = useTexts(peopleTexts)
  const why = useWhy()
  const { tenant, query } = useTenant()
  const mayChange = useMay('people', 'change')
  const only = useOnly('people')
  const mayExtensions = useMay('extensions')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const own = !person || person.by_hand
  const was = {
    name: person?.name ?? '', email: person?.email ?? '', user: person?.user ?? '', language: person?.language ?? 'ko',
    extension: person && !own && !person.extension_by_hand ? byRules : (person?.extension ?? ''), mobile: person?.mobile ?? '', directory: !own && !person?.mobile_by_hand,
  }
  const [f, setF] = useState(was)
  const set = (more: Partial<typeof f>) => setF((x) => ({ ...x, ...more }))
  const extensions = useQuery({ queryKey: ['extensions', tenant, 'choice'], enabled: mayExtensions, queryFn: ({ signal }) => dataOf('GET /extensions', { query: { ...query, limit: 1000 }, signal }) })
  const done = async (text: string) => {
    await queries.invalidateQueries({ queryKey: ['people', tenant] })
    tellDone(text)
    onClose()
  }
  const save = async () => {
    const body: Fields = {}
    if (own) {
      Object.assign(body, { name: f.name.trim(), email: f.email.trim(), user: f.user.trim(), language: f.language })
    }
    if (f.extension !== was.extension) {
      Object.assign(body, f.extension === byRules ? { extension_by_rules: true } : { extension: f.extension })
    }
    if (own ? f.mobile !== was.mobile : f.directory !== was.directory || (!f.directory && f.mobile !== was.mobile)) {
      Object.assign(body, !own && f.directory ? { mobile_by_directory: true } : { mobile: f.mobile.trim() })
    }
    const given = onlyAllowed(body, only)
    const p = person ? await dataOf('PUT /people/{id}', { path: { id: person.id }, query, body: given }) : await dataOf('POST /people', { query, body: given })
    await done(t('saved', { name: p.name }))
  }
  const choice = [
    ...(own ? [] : [{ value: byRules, label: t('extensionRules') }]),
    { value: '', label: t('extensionNone') },
    ...(extensions.data ?? []).map((e) => ({ value: e.extension, label: e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension })),
  ]
  if (f.extension && f.extension !== byRules && !choice.some((c) => c.value === f.extension)) {
    choice.push({ value: f.extension, label: f.extension })
  }
  const remove = () => ask({
    title: t('removeTitle'), text: t('removeText', { name: person!.name }), yes: t('remove'), danger: true,
    act: async () => {
      await dataOf('DELETE /people/{id}', { path: { id: person!.id }, query })
      await done(t('removed', { name: person!.name }))
    },
  })
  return (
    <>
      <EditDrawer opened area="people" title={person ? t('editTitle', { name: person.name }) : t('newTitle')} dirty={JSON.stringify(f) !== JSON.stringify(was)} mayChange={mayChange} onClose={onClose} onSave={save} {...(person && (own || person.status === 'left') ? { onDelete: remove } : {})}>
        {person && (
          <Group gap="xs">
            <Status status={person.status} />
            <Text size="sm" c="dimmed">{why(person.why)}</Text>
          </Group>
        )}
        {!own && <Text size="sm" c="dimmed">{t('byDirectory')}</Text>}
        <Setting name="name"><TextInput label={t('name')} value={f.name} onChange={(e) => set({ name: e.currentTarget.value })} required={own} disabled={!own} maxLength={80} data-autofocus={!person} /></Setting>
        <Setting name="extension"><Select label={t('extension')} description={t('extensionHelp')} data={choice} value={f.extension} onChange={(v) => set({ extension: v ?? '' })} searchable allowDeselect={false} /></Setting>
        <Setting name="mobile"><TextInput label={t('mobile')} description={t('mobileHelp')} value={f.mobile} onChange={(e) => set({ mobile: e.currentTarget.value, directory: false })} inputMode="tel" maxLength={30} /></Setting>
        {!own && <Setting name="mobile_by_directory"><Switch label={t('mobileDirectory')} checked={f.directory} onChange={(e) => set({ directory: e.currentTarget.checked })} /></Setting>}
        <Setting name="email"><TextInput label={t('email')} value={f.email} onChange={(e) => set({ email: e.currentTarget.value })} disabled={!own} type="email" maxLength={254} /></Setting>
        <Setting name="user"><TextInput label={t('user')} description={own ? t('userHelp') : undefined} value={f.user} onChange={(e) => set({ user: e.currentTarget.value })} disabled={!own} maxLength={128} /></Setting>
        <Setting name="language"><Select label={t('language')} description={t('languageHelp')} data={[{ value: 'ko', label: t('ko') }, { value: 'en', label: t('en') }]} value={f.language} onChange={(v) => set({ language: v === 'en' ? 'en' : 'ko' })} disabled={!own} allowDeselect={false} /></Setting>
        {person?.telephone && <Text size="sm" c="dimmed">{t('telephone')}: {phone(person.telephone)}</Text>}
        {person && <Text size="sm" c="dimmed">{person.user && person.extension ? t('cards') : t('noCards')}</Text>}
        {person && <Sessions person={person} mayChange={mayChange} />}
      </EditDrawer>
      {dialog}
    </>
  )
}

function Sessions({ person, mayChange }: { person: Person; mayChange: boolean }) {
  const t = useTexts(peopleTexts)
  const { tenant, query } = useTenant()
  const queries = useQueryClient()
  const sessions = useQuery({ queryKey: ['people', tenant, person.id, 'sessions'], queryFn: ({ signal }) => dataOf('GET /people/{id}/sessions', { path: { id: person.id }, query, signal }) })
  const out = useMutation({
    mutationFn: () => dataOf('DELETE /people/{id}/sessions', { path: { id: person.id }, query }),
    onSuccess: () => {
      tellDone(t('signedOut'))
      void queries.invalidateQueries({ queryKey: ['people', tenant, person.id] })
    },
  })
  const list = sessions.data ?? []
  return (
    <Stack gap={6}>
      <Divider label={t('sessions')} labelPosition="left" />
      {list.length === 0 ? <Text size="sm" c="dimmed">{t('sessionsNone')}</Text> : list.map((s) => <Text key={s.id} size="sm">{s.agent.slice(0, 80)} <Text span size="sm" c="dimmed">{t('since', { at: dateTime(s.created_at) })}</Text></Text>)}
      <ErrorNote error={out.error} />
      {mayChange && list.length > 0 && <Group><Button size="compact-sm" variant="default" loading={out.isPending} onClick={() => out.mutate()}>{t('signOutAll')}</Button></Group>}
    </Stack>
  )
}
