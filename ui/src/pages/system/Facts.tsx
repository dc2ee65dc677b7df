import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/** Names and what they are; what is not known is left out. */
export function Facts({ list }: { list: [string, ReactNode][] }) {
  return (
    <Table variant="vertical" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {list.filter(([, v]) => v !== undefined && v !== '' && v !== null).map(([name, v]) => <Table.Tr key={name}><Table.Th w="38%" fw={500}>{name}</Table.Th><Table.Td style={{ overflowWrap: 'anywhere' }}>{v}</Table.Td></Table.Tr>)}
      </Table.Tbody>
    </Table>
  )
}
