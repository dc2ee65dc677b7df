import { Badge, Button, Group, Menu, Text } from '@mantine/core'
import { IconChevronDown, IconLock } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { dataOf } from '~/api/client'
import type { Extension, Password } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellError } from '~/parts/done'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { NeedsTenant } from '~/parts/NeedsTenant'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useMayAll, useTenant } from '~/shell/me'
import { useAll } from '../phones/lists'
import { PendingBadge } from '../phones/pending'
import { AddMany } from './AddMany'
import { BulkEdit } from './BulkEdit'
import { ExtensionDrawer } from './ExtensionDrawer'
import { ImportExtensions } from './ImportExtensions'
import { MadePasswords } from './MadePasswords'
import { RemoveMany } from './RemoveMany'
import { saveFile } from './save'
import { Softphone } from './Softphone'
import { extensionsTexts } from './texts'

export default function ExtensionsPage() {
  return <NeedsTenant><Body /></NeedsTenant>
}

type Dialog = 'many' | 'import' | 'bulk' | 'remove'

function Body() {
  const t = useTexts(extensionsTexts)
  const tenant = useTenant()
  const may = useMay('extensions', 'change')
  const mayAll = useMayAll('extensions')
  const all = useAll('extensions')
  const [open, setOpen] = useState<string>()
  const [dialog, setDialog] = useState<Dialog>()
  const [softphone, setSoftphone] = useState<string>()
  const [made, setMade] = useState<Password[]>([])
  const [selected, setSelected] = useState<Set<string>>(new Set())
  const columns = useColumns()
  const close = () => setDialog(undefined)
  const done = (passwords: Password[] | undefined) => {
    close()
    setSelected(new Set())
    setMade(passwords ?? [])
  }
  const exportAll = () => dataOf('GET /extensions/export', { query: tenant.query }).then((csv) => saveFile('extensions.csv', csv.text), tellError)
  const chosen = [...selected]
  return (
    <>
      <PageHeader title={t('title')} text={t('text')}>
        <PendingBadge />
        {mayAll && (
          <>
            <Menu position="bottom-end">
              <Menu.Target><Button variant="default" rightSection={<IconChevronDown size={16} aria-hidden />}>{t('more')}</Button></Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setDialog('many')}>{t('addMany')}</Menu.Item>
                <Menu.Item onClick={() => setDialog('import')}>{t('import')}</Menu.Item>
                <Menu.Item onClick={() => void exportAll()}>{t('export')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button onClick={() => setOpen('')}>{t('add')}</Button>
          </>
        )}
      </PageHeader>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('title')} rows={all.data} columns={columns} rowId={(e) => e.extension} onOpen={(e) => setOpen(e.extension)}
          searchText={(e) => `${e.extension} ${e.name} ${e.class} ${e.email ?? ''} ${e.accountcode}`}
          selected={mayAll ? selected : undefined} onSelect={setSelected}
          tools={mayAll && selected.size > 0 && (
            <Group gap="xs">
              <Button size="xs" variant="light" onClick={() => setDialog('bulk')}>{t('bulk', { n: selected.size })}</Button>
              <Button size="xs" variant="subtle" color="red" onClick={() => setDialog('remove')}>{t('removeMany', { n: selected.size })}</Button>
            </Group>
          )}
          empty={<Empty title={t('empty')} text={t('emptyText')} action={mayAll ? t('add') : undefined} onAction={() => setOpen('')}>{mayAll && <Button variant="subtle" onClick={() => setDialog('many')}>{t('addMany')}</Button>}</Empty>}
        />
      )}
      <ExtensionDrawer id={open} mayChange={may} onClose={() => setOpen(undefined)} onMade={setMade} onSoftphone={setSoftphone} />
      {dialog === 'many' && <AddMany onClose={close} onDone={done} />}
      {dialog === 'import' && <ImportExtensions onClose={close} onDone={done} />}
      {dialog === 'bulk' && <BulkEdit numbers={chosen} onClose={close} onDone={done} />}
      {dialog === 'remove' && <RemoveMany numbers={chosen} onClose={close} onDone={() => done(undefined)} />}
      {softphone !== undefined && <Softphone extension={softphone} onClose={() => setSoftphone(undefined)} />}
      {made.length > 0 && <MadePasswords list={made} onClose={() => setMade([])} />}
    </>
  )
}

function useColumns() {
  const t = useTexts(extensionsTexts)
  return useMemo((): ColumnDef<Extension, unknown>[] => [
    { id: 'number', header: t('number'), accessorFn: (e) => e.extension, cell: ({ row }) => <Text span size="sm" fw={600}>{row.original.extension}</Text>, sortingFn: 'alphanumeric', meta: { width: 90 } },
    { id: 'name', header: t('name'), accessorFn: (e) => (e.name === e.extension ? '' : e.name), cell: ({ getValue }) => getValue<string>() },
    {
      id: 'phones', header: t('phones'), accessorFn: (e) => (e.registered ? 1 : 0),
      cell: ({ row: { original: e } }) => (
        <Group gap={4} wrap="nowrap">
          <Badge tt="none" variant={e.registered ? 'light' : 'outline'} color={e.registered ? 'teal' : 'gray'}>{t(e.registered ? 'registered' : 'unregistered')}</Badge>
          {(e.settings?.devices?.length ?? 1) !== 1 && <Text span size="xs" c="dimmed">×{e.settings?.devices?.length ?? 0}</Text>}
          {e.locked && <IconLock size={16} role="img" aria-label={t('lockedText')} />}
        </Group>
      ),
    },
    { id: 'class', header: t('class'), accessorFn: (e) => (e.class === 'all' ? t('everyone') : e.class), meta: { wide: true } },
    { id: 'voicemail', header: t('voicemail'), accessorFn: (e) => (e.settings?.voicemail ? e.email || t('yes') : ''), meta: { wide: true } },
    { id: 'own', header: t('own'), accessorFn: (e) => phone(e.accountcode), meta: { wide: true } },
    { id: 'ring', header: t('ring'), accessorFn: (e) => e.settings?.ring_seconds || 30, meta: { wide: true, align: 'right' } },
    { id: 'pickup', header: t('pickup'), accessorFn: (e) => (e.settings?.pickup_groups?.length ? e.settings.pickup_groups.join(', ') : '1'), meta: { wide: true } },
  ], [t])
}
