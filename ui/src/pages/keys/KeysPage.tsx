import { Anchor, Badge, Button, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useTenant } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { NewKey } from './NewKey'
import { keysTexts } from './texts'

type Key = Data<'GET /keys'>[number]

/** The keys of a company's programs. */
export default function KeysPage() {
  return <NeedsTenant><Keys /></NeedsTenant>
}

function Keys() {
  const t = useTexts(keysTexts)
  const shell = useTexts(shellTexts)
  const tenant = useTenant()
  const may = useMay('keys', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [making, setMaking] = useState(false)
  const [name, setName] = useState('')
  const [made, setMade] = useState<Data<'POST /keys'>>()
  const list = useQuery({ queryKey: ['keys', tenant.tenant], queryFn: ({ signal }) => dataOf('GET /keys', { query: tenant.query, signal }) })
  const columns = useMemo<ColumnDef<Key>[]>(() => {
    const revoke = (k: Key) => ask({
      title: t('revokeTitle', { name: k.name }), text: t('revokeText'), yes: t('revoke'), danger: true,
      act: async () => {
        await call('DELETE /keys/{name}', { path: { name: k.name }, query: tenant.query })
        await queries.invalidateQueries({ queryKey: ['keys'] })
        tellDone(t('revoked'))
      },
    })
    return [
      { accessorKey: 'name', header: t('name'), cell: ({ getValue }) => <Text size="sm" fw={600}>{getValue() as string}</Text> },
      { accessorKey: 'prefix', header: t('prefix'), meta: { wide: true }, cell: ({ row }) => (row.original.prefix ? `${row.original.prefix}…` : '') },
      { accessorKey: 'created_at', header: t('created'), meta: { wide: true }, cell: ({ row: { original: k } }) => <span title={dateTime(k.created_at)}>{shortTime(k.created_at)}</span> },
      { accessorKey: 'last_used_at', header: t('used'), cell: ({ row: { original: k } }) => <span title={dateTime(k.last_used_at)}>{shortTime(k.last_used_at) || t('notUsed')}</span> },
      { id: 'source', header: t('source'), meta: { wide: true }, accessorFn: (k) => (k.configured ? t('configured') : t('made')), cell: ({ getValue, row }) => <Badge variant="light" color={row.original.configured ? 'gray' : 'blue'} title={row.original.configured ? t('configuredHelp') : undefined}>{getValue() as string}</Badge> },
      ...(may ? [{ id: 'revoke', header: '', enableSorting: false, meta: { align: 'right' }, cell: ({ row: { original: k } }) => !k.configured && <Button size="compact-xs" variant="light" color="red" onClick={() => revoke(k)} aria-label={`${t('revoke')}: ${k.name}`}>{t('revoke')}</Button> } satisfies ColumnDef<Key>] : []),
    ]
  }, [t, ask, queries, tenant, may])
  const save = async () => {
    const key = await dataOf('POST /keys', { query: tenant.query, body: { name: name.trim() } })
    setMaking(false)
    setName('')
    setMade(key)
    await queries.invalidateQueries({ queryKey: ['keys'] })
  }
  return (
    <>
      <PageHeader title={shell('keys')} text={t('text')}>
        {may && <Button leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>{t('make')}</Button>}
      </PageHeader>
      <ErrorNote error={list.error} again={() => void list.refetch()} />
      {list.isPending ? <Loading /> : list.data && (
        <DataTable
          label={shell('keys')} rows={list.data} columns={columns} rowId={(k) => k.name} searchText={(k) => k.name}
          empty={<Empty title={t('none')} text={t('noneText')} {...(may ? { action: t('make'), onAction: () => setMaking(true) } : {})} />}
          foot={<Text size="sm" mt="sm"><Anchor href="/api/v2/openapi.json" target="_blank">{t('docs')}</Anchor></Text>}
        />
      )}
      <EditDrawer opened={making} title={t('make')} dirty={name !== ''} onClose={() => { setMaking(false); setName('') }} onSave={save} saveText={t('make')}>
        <TextInput label={t('name')} description={t('nameHelp')} required maxLength={64} value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus />
      </EditDrawer>
      {made && <NewKey made={made} onClose={() => setMade(undefined)} />}
      {dialog}
    </>
  )
}
