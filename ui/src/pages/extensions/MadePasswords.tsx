import { Button, Code, Group, Modal, Table, Text } from '@mantine/core'
import type { Password } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { saveFile } from './save'
import { extensionsTexts } from './texts'

/** Passwords of phones that were made, shown once. */
export function MadePasswords({ list, onClose }: { list: Password[]; onClose: () => void }) {
  const t = useTexts(extensionsTexts)
  const csv = () => saveFile('phones.csv', '\ufeff' + ['number,user,password', ...list.map((p) => `${p.extension},${p.device_name},${p.secret}`)].join('\r\n') + '\r\n')
  return (
    <Modal opened onClose={onClose} title={t('made')} size="lg" centered closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('done') }}>
      <Text size="sm" mb="sm">{t('madeText')}</Text>
      <Table.ScrollContainer minWidth={420} mah={420} tabIndex={0}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{t('number')}</Table.Th><Table.Th>{t('user')}</Table.Th><Table.Th>{t('password')}</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {list.map((p) => <Table.Tr key={p.device_name}><Table.Td>{p.extension}</Table.Td><Table.Td><Code>{p.device_name}</Code></Table.Td><Table.Td><Code>{p.secret}</Code></Table.Td></Table.Tr>)}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={csv}>{t('download')}</Button>
        <Button onClick={onClose}>{t('done')}</Button>
      </Group>
    </Modal>
  )
}
