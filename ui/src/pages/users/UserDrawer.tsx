import { Anchor, Button, Fieldset, Group, Select, Switch, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { APIError, call, callTagged, dataOf } from '~/api/client'
import { detailWords } from '~/lang/details'
import { dateTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { To } from '~/parts/To'
import { Setting, onlyAllowed, useOnly } from '~/parts/Setting'
import { useMay, useMe } from '~/shell/me'
import { useTenantChoice } from '~/shell/tenant'
import { useRoleWords } from '../roles/words'
import { usersTexts } from './texts'
import type { Given } from './UsersPage'

interface Form {
  username: string
  name: string
  lang: string
  role: string
  extension: string
  person: string
  enabled: boolean
}

/** A user: what is set of them, and what helps them. id '': a new one. */
export function UserDrawer({ id, onClose, onGiven }: { id: string; onClose: () => void; onGiven: (u: Given, made: boolean) => void }) {
  const t = useTexts(usersTexts)
  const parts = useTexts(partsTexts)
  const lang = useLanguage()
  const me = useMe()
  const operator = me.role === 'operator'
  const may = useMay('users', 'change')
  const choice = useTenantChoice()
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const form = useForm<Form & { tenant: string }>({ initialValues: { username: '', name: '', lang: '', role: '', extension: '', person: '', enabled: true, tenant: operator ? choice : me.tenant } })
  const found = useQuery({ queryKey: ['users', 'one', id], queryFn: ({ signal }) => callTagged('GET /users/{id}', { path: { id }, signal }), enabled: id !== '', staleTime: 0, gcTime: 0 })
  const user = found.data?.answer.data
  useEffect(() => {
    if (user) {
      const values = { username: user.username, name: user.name ?? '', lang: user.lang ?? '', role: user.role, extension: user.extension ?? '', person: user.person ?? '', enabled: user.enabled ?? true, tenant: user.tenant ?? '' }
      form.setInitialValues(values)
      form.setValues(values)
      form.resetDirty(values)
    }
    // The form is the same one all the time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [user])
  const { tenant } = form.values
  const of = operator && tenant ? { tenant } : {}
  const known = id === '' || user !== undefined
  const companies = useQuery({ queryKey: ['tenants', 'choice'], queryFn: ({ signal }) => dataOf('GET /tenants', { signal }), enabled: operator })
  const roles = useQuery({ queryKey: ['roles', tenant], queryFn: ({ signal }) => dataOf('GET /roles', { query: of, signal }), enabled: known })
  const seesExtensions = useMay('extensions')
  const seesPeople = useMay('people')
  const extensions = useQuery({ queryKey: ['extensions', tenant], queryFn: ({ signal }) => dataOf('GET /extensions', { query: of, signal }), enabled: known && seesExtensions && tenant !== '' })
  const people = useQuery({ queryKey: ['people', tenant], queryFn: ({ signal }) => dataOf('GET /people', { query: of, signal }), enabled: known && seesPeople && tenant !== '' })
  const only = useOnly('users')
  const title = user ? t('change', { name: user.name || user.username }) : t('make')
  const name = user?.name || user?.username || ''
  const changed = () => queries.invalidateQueries({ queryKey: ['users'] })
  const mark = (e: unknown) => {
    if (e instanceof APIError && e.field in form.values) {
      form.setFieldError(e.field, detailWords(e.message, 'users'))
    }
    throw e
  }
  const save = async (overwrite: boolean) => {
    form.clearErrors()
    const { tenant: _, ...f } = form.values
    const body = onlyAllowed({ ...f, username: f.username.trim(), name: f.name.trim(), lang: f.lang as '' | 'ko' | 'en' }, only)
    if (id === '') {
      const made = await dataOf('POST /users', { query: of, body }).catch(mark)
      onClose()
      onGiven(made, true)
    } else {
      await call('PUT /users/{id}', { path: { id }, body, ...(overwrite || !found.data ? {} : { ifMatch: found.data.etag }) }).catch(mark)
      tellDone(parts('saved'))
      onClose()
    }
    await changed()
  }
  const act = (what: 'newPassword' | 'signOut' | 'dropFactors' | 'remove') => {
    const q = {
      newPassword: { title: t('newPasswordTitle', { name }), text: t('newPasswordText'), yes: t('newPassword'), act: async () => { const u = await dataOf('POST /users/{id}/password', { path: { id } }); onClose(); onGiven(u, false); await changed() } },
      signOut: { title: t('signOutTitle', { name }), text: t('signOutText'), yes: t('signOut'), act: async () => { await call('DELETE /users/{id}/sessions', { path: { id } }); tellDone(t('signedOut')) } },
      dropFactors: { title: t('dropFactorsTitle', { name }), text: t('dropFactorsText'), yes: t('dropFactors'), danger: true, act: async () => { await call('DELETE /users/{id}/factors', { path: { id } }); tellDone(t('factorsGone')); await changed() } },
      remove: { title: t('removeTitle', { name }), text: t('removeText'), yes: t('remove'), danger: true, act: async () => { await call('DELETE /users/{id}', { path: { id } }); onClose(); tellDone(t('removed')); await queries.invalidateQueries({ queryKey: ['users'], exact: true }) } },
    }
    ask(q[what])
  }
  const about = useRoleWords()
  const aboutRole = (value: string) => {
    const r = roles.data?.find((x) => x.id === value)
    return r ? about(r) : ''
  }
  const roleList = roles.data?.map((r) => ({ value: r.id, label: lang === 'ko' ? r.name : r.name_en || r.name })) ?? []
  return (
    <>
      <EditDrawer opened area="users" title={title} dirty={form.isDirty()} mayChange={may} onClose={onClose} onSave={save} onReload={() => void found.refetch()} saveText={id === '' ? t('make') : parts('save')} {...(id !== '' && id !== me.id ? { onDelete: () => act('remove') } : {})}>
        <ErrorNote error={found.error} again={() => void found.refetch()} />
        {!known ? !found.error && <Loading /> : (
          <>
            {operator && id === '' && (
              <Select label={t('company')} description={t('companyHelp')} allowDeselect={false} searchable data={[{ value: '', label: t('everyCompany') }, ...(companies.data?.map((c) => ({ value: c.tenant, label: c.name })) ?? [])]} value={tenant} onChange={(v) => form.setValues({ tenant: v ?? '', role: '', extension: '', person: '' })} />
            )}
            <Setting name="username"><TextInput label={t('username')} description={t('usernameHelp')} required maxLength={128} autoComplete="off" autoCapitalize="none" spellCheck={false} data-autofocus {...form.getInputProps('username')} /></Setting>
            <Setting name="name"><TextInput label={t('name')} maxLength={80} autoComplete="off" {...form.getInputProps('name')} /></Setting>
            <Setting name="role"><Select label={t('role')} description={<>{t('roleHelp')} <Anchor component={To} to="/roles" target="_blank" size="xs" underline="always">{t('toRoles')}</Anchor></>} required allowDeselect={false} data={roleList} renderOption={({ option }) => <div><Text size="sm">{option.label}</Text><Text size="xs" c="dimmed">{aboutRole(option.value)}</Text></div>} {...form.getInputProps('role')} />{form.values.role && <Text size="xs" c="dimmed" mt={4}>{aboutRole(form.values.role)}</Text>}</Setting>
            {tenant !== '' && (seesExtensions
              ? <Select label={t('extension')} description={t('extensionHelp')} searchable data={[{ value: '', label: t('noExtension') }, ...(extensions.data?.map((e) => ({ value: e.extension, label: e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension })) ?? [])]} required={form.values.role === 'employee'} allowDeselect={false} {...form.getInputProps('extension')} />
              : <TextInput label={t('extension')} description={t('extensionHelp')} maxLength={20} inputMode="numeric" {...form.getInputProps('extension')} />)}
            {tenant !== '' && people.data && people.data.length > 0 && (
              <Setting name="person"><Select label={t('person')} description={t('personHelp')} searchable allowDeselect={false} data={[{ value: '', label: t('noPerson') }, ...people.data.map((p) => ({ value: p.id, label: p.email ? `${p.name} (${p.email})` : p.name }))]} {...form.getInputProps('person')} /></Setting>
            )}
            <Setting name="lang"><Select label={t('lang')} allowDeselect={false} data={[{ value: '', label: t('byBrowser') }, { value: 'ko', label: '한국어' }, { value: 'en', label: 'English' }]} {...form.getInputProps('lang')} /></Setting>
            {id !== '' && <Setting name="enabled"><Switch label={t('enabled')} description={t('enabledHelp')} disabled={id === me.id} {...form.getInputProps('enabled', { type: 'checkbox' })} /></Setting>}
            {user?.once_until && user.must_change_password && <Text size="sm" c="dimmed">{t('onceUntil', { time: dateTime(user.once_until) })}</Text>}
            {id !== '' && may && !only && id !== me.id && (
              <Fieldset legend={t('help')}>
                <Group gap="xs">
                  <Button variant="default" size="xs" onClick={() => act('newPassword')}>{t('newPassword')}</Button>
                  <Button variant="default" size="xs" onClick={() => act('signOut')}>{t('signOut')}</Button>
                  {user && (user.second_factor || user.passkeys > 0) && <Button variant="default" size="xs" onClick={() => act('dropFactors')}>{t('dropFactors')}</Button>}
                </Group>
              </Fieldset>
            )}
          </>
        )}
      </EditDrawer>
      {dialog}
    </>
  )
}
