import { Alert, Button, Code, ScrollArea, Table, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { Answer } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tableOf, saveFile } from '~/parts/file'
import { tenantsTexts } from './texts'

type Password = NonNullable<Answer<'POST /tenants'>['passwords']>[number]

/** The passwords of phones that were made, shown once. */
export function Passwords({ list, name }: { list: Password[]; name: string }) {
  const t = useTexts(tenantsTexts)
  const download = () => saveFile(`${name}-phones.csv`, 'text/csv', tableOf([['extension', 'username', 'password'], ...list.map((p) => [p.extension, p.device_name, p.secret])]))
  return (
    <Alert color="yellow" variant="light" title={t('passwords')}>
      <Text size="sm" mb="xs">{t('passwordsText')}</Text>
      <Button size="compact-sm" leftSection={<IconDownload size={14} />} onClick={download} mb="xs">{t('download')}</Button>
      <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('passwords') }}>
        <Table verticalSpacing={4}>
          <Table.Thead><Table.Tr><Table.Th>{t('extensions')}</Table.Th><Table.Th>{t('device')}</Table.Th><Table.Th>{t('password')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {list.map((p) => <Table.Tr key={p.device_name}><Table.Td>{p.extension}</Table.Td><Table.Td>{p.device_name}</Table.Td><Table.Td><Code>{p.secret}</Code></Table.Td></Table.Tr>)}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Alert>
  )
}
