import { Alert, Button, Select, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay, useTenant } from '~/shell/me'
import { Matrix } from './Matrix'
import { sameRights } from './rights'
import type { Role } from './RolesPage'
import { rolesTexts } from './texts'
import { needsOther, useRoleWords } from './words'

/** A role: its rights, area by area. Without one, or with one without id, it is made. */
export function RoleDrawer({ role, roles, onClose, onCopy }: { role?: Role | undefined; roles: Role[]; onClose: () => void; onCopy: (r: Role) => void }) {
  const t = useTexts(rolesTexts)
  const parts = useTexts(partsTexts)
  const lang = useLanguage()
  const tenant = useTenant()
  const may = useMay('users', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const isNew = !role?.id
  const copyable = roles.filter((r) => r.base === 'tenant')
  const [from, setFrom] = useState(role ? '' : (copyable.find((r) => r.id === 'supervisor') ?? copyable[0])?.id ?? '')
  const start = role?.rights ?? roles.find((r) => r.id === from)?.rights ?? {}
  const [name, setName] = useState(role?.name ?? '')
  const [rights, setRights] = useState(start)
  const areas = useQuery({ queryKey: ['rights'], queryFn: ({ signal }) => dataOf('GET /rights', { signal }), staleTime: Infinity })
  const about = useRoleWords()
  const fixed = role?.built_in === true
  const shown = role && !isNew ? (lang === 'ko' ? role.name : role.name_en || role.name) : ''
  const done = async (text: string) => {
    onClose()
    tellDone(text)
    await queries.invalidateQueries({ queryKey: ['roles'] })
  }
  const save = async () => {
    // A company's own role cannot have what is the operators'.
    const given = Object.fromEntries(Object.entries(rights).filter(([a]) => !areas.data?.some((x) => x.area === a && x.operators)))
    const body = { name: name.trim(), rights: given }
    await (isNew ? call('POST /roles', { query: tenant.query, body }) : call('PUT /roles/{id}', { path: { id: role.id }, query: tenant.query, body }))
    await done(parts('saved'))
  }
  const remove = () => ask({
    title: t('removeTitle', { name: shown }), text: t('removeText'), yes: t('remove'), danger: true,
    act: async () => { await call('DELETE /roles/{id}', { path: { id: role!.id }, query: tenant.query }); await done(t('removed')) },
  })
  return (
    <>
      <EditDrawer
        opened title={isNew ? t('make') : t('role', { name: shown })} dirty={!fixed && (name !== (role?.name ?? '') || !sameRights(rights, start))} mayChange={may && !fixed} onClose={onClose} onSave={save}
        {...(fixed ? { readOnlyText: t('fixed') } : {})} foot={fixed && role.base === 'tenant' && may && <Button onClick={() => onCopy(role)} mt="md">{t('copy')}</Button>}
        saveText={isNew ? t('make') : parts('save')} {...(!isNew && !fixed ? { onDelete: remove } : {})}
      >
        {fixed && <Text size="sm">{about(role)}</Text>}
        {role?.base === 'extension' && <Text size="sm">{t('ofExtension')}</Text>}
        {!fixed && <TextInput label={t('name')} description={t('nameHelp')} required maxLength={80} value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />}
        {isNew && !role && (
          <Select label={t('from')} description={t('fromHelp')} allowDeselect={false} data={copyable.map((r) => ({ value: r.id, label: lang === 'ko' ? r.name : r.name_en || r.name }))} value={from} onChange={(v) => { setFrom(v ?? ''); setRights(roles.find((r) => r.id === v)?.rights ?? {}) }} />
        )}
        {!fixed && needsOther(rights) && <Alert color="yellow" variant="light" role="status">{t('needsApply')}</Alert>}
        <ErrorNote error={areas.error} again={() => void areas.refetch()} />
        {areas.isPending ? <Loading /> : areas.data && <Matrix areas={areas.data.filter((a) => !a.operators || (fixed && rights[a.area]))} rights={rights} fixed={fixed || !may} onChange={setRights} />}
      </EditDrawer>
      {dialog}
    </>
  )
}
