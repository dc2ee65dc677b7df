import { Badge, Button, Group, Table, Text, Title, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { TenantPending } from '~/api/schema'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useTenant } from '~/shell/me'
import { useMayUndo } from '../phones/pending'
import { applyTexts } from './texts'
import { Back } from './Versions'

/** Which versions of the company its servers got, and the way back to one of them in one step. */
export function Applied({ pending }: { pending: TenantPending }) {
  const t = useTexts(applyTexts)
  const { tenant } = useTenant()
  const mayUndo = useMayUndo()
  const may = useMay('apply', 'change') && mayUndo
  const [back, setBack] = useState<number>()
  const all = useQuery({ queryKey: ['apply', tenant, 'applied'], queryFn: ({ signal }) => dataOf('GET /tenants/{tenant}/applies', { path: { tenant }, signal }), retry: false })
  return (
    <section aria-labelledby="applied">
      <Title order={2} size="h4" id="applied">{t('appliedVersions')}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t('appliedVersionsText')}</Text>
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.data?.length === 0 && <Text size="sm" c="dimmed">{t('noHistory')}</Text>}
      {all.data && all.data.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead><Table.Tr><Table.Th>{t('at')}</Table.Th><Table.Th>{t('server')}</Table.Th><Table.Th>{t('version')}</Table.Th><Table.Th>{t('who')}</Table.Th><Table.Th><VisuallyHidden>{t('backApply')}</VisuallyHidden></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {all.data.map((a) => (
                <Table.Tr key={`${a.server_id}-${a.at}`}>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{dateTime(a.at)}</Table.Td>
                  <Table.Td>{a.server_name || a.server_id}</Table.Td>
                  <Table.Td><Group gap={6}>{a.version}{a.current && <Badge tt="none" size="sm" variant="light">{t('onServer')}</Badge>}</Group></Table.Td>
                  <Table.Td>{a.by || t('byOperator')}</Table.Td>
                  <Table.Td ta="right">{may && a.version !== pending.version && <Button size="compact-xs" variant="light" onClick={() => setBack(a.version)}>{t('backApply')}</Button>}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {back !== undefined && <Back version={back} undone={[]} apply onClose={() => setBack(undefined)} />}
    </section>
  )
}
