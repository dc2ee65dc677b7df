import { Code, ScrollArea, Table, Text } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { tenantsTexts } from './texts'

/** What a change makes different, a line for each field. */
export function Differences({ list }: { list: { field: string; before?: string; after?: string }[] }) {
  const t = useTexts(tenantsTexts)
  if (list.length === 0) {
    return <Text size="sm">{t('nothing')}</Text>
  }
  const value = (v?: string) => (v === undefined ? <Text size="sm" c="dimmed">—</Text> : <Code>{v}</Code>)
  return (
    <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('preview') }}>
      <Table verticalSpacing={4}>
        <Table.Thead><Table.Tr><Table.Th>{t('field')}</Table.Th><Table.Th>{t('before')}</Table.Th><Table.Th>{t('after')}</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {list.map((d) => <Table.Tr key={d.field}><Table.Td>{d.field}</Table.Td><Table.Td>{value(d.before)}</Table.Td><Table.Td>{value(d.after)}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  )
}
