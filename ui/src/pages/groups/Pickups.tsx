import { Button, Group, Text } from '@mantine/core'
import { useMemo } from 'react'
import { useTexts } from '~/lang/texts'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { To } from '~/parts/To'
import { useAll } from '../phones/lists'
import { useWhole } from '../phones/useWhole'
import { groupsTexts } from './texts'

interface Pickup {
  group: number
  members: string[]
}

/** Who may take whose calls, as their extensions say. */
export function Pickups() {
  const t = useTexts(groupsTexts)
  const all = useAll('extensions')
  const codes = useWhole<Record<string, string>>('feature-codes')
  const rows = useMemo(() => {
    const by = new Map<number, string[]>()
    for (const e of all.data ?? []) {
      for (const g of e.settings?.pickup_groups?.length ? e.settings.pickup_groups : [1]) {
        by.set(g, [...(by.get(g) ?? []), e.name === e.extension ? e.extension : `${e.extension} ${e.name}`])
      }
    }
    return [...by].map(([group, members]): Pickup => ({ group, members })).sort((a, b) => a.group - b.group)
  }, [all.data])
  const columns = useMemo((): ColumnDef<Pickup, unknown>[] => [
    { id: 'group', header: t('group'), accessorFn: (p) => p.group, meta: { width: 100 } },
    { id: 'members', header: t('members'), accessorFn: (p) => p.members.join(', '), cell: ({ row: { original: p } }) => <Text size="sm" lineClamp={4}>{p.members.join(', ')} <Text span size="sm" c="dimmed">({p.members.length})</Text></Text> },
  ], [t])
  const code = (name: string) => (codes.value?.[name] === '-' ? t('off') : codes.value?.[name] ?? '')
  return (
    <>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed" maw={680}>{codes.value && t('pickText', { code: code('pickup'), direct: code('pickup_extension') })} {t('pickAll')}</Text>
        <Button component={To} to="/extensions" variant="light">{t('toExtensions')}</Button>
      </Group>
      {all.isPending ? <Loading /> : <DataTable label={t('pickups')} rows={rows} columns={columns} rowId={(p) => String(p.group)} />}
    </>
  )
}
