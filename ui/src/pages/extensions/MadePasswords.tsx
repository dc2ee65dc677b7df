import { Alert, Button, Code, CopyButton, Group, Modal, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import type { Password } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { partsTexts } from '~/parts/texts'
import { To } from '~/parts/To'
import { useMay } from '~/shell/me'
import { usePending } from '../phones/pending'
import { saveFile } from './save'
import { extensionsTexts } from './texts'

/** Passwords of phones that were made, shown once. */
export function MadePasswords({ list, onClose }: { list: Password[]; onClose: () => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  const pending = usePending()
  const mayApply = useMay('apply', 'change')
  const servers = useQuery({ queryKey: ['servers', 'phones'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }) })
  const at = (servers.data?.find((s) => s.home) ?? servers.data?.[0])?.phones
  const server = at ? `${at.host}:${at.udp_port}` : ''
  const csv = () => saveFile('phones.csv', '\ufeff' + ['number,user,password,server', ...list.map((p) => `${p.extension},${p.device_name},${p.secret},${server}`)].join('\r\n') + '\r\n')
  return (
    <Modal opened onClose={onClose} title={t('made')} size="lg" centered closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('done') }}>
      <Text size="sm" mb="sm">{t('madeText')} {server && t('madeServer', { server })}</Text>
      {pending.data?.waiting && <Alert color="orange" variant="light" mb="sm">{t('madeApply')} {mayApply && <Button component={To} to="/apply" size="compact-sm" variant="light" onClick={onClose}>{t('toApply')}</Button>}</Alert>}
      <Table.ScrollContainer minWidth={420} mah={420} tabIndex={0}>
        <Table>
          <Table.Thead><Table.Tr><Table.Th>{t('number')}</Table.Th><Table.Th>{t('user')}</Table.Th><Table.Th>{t('password')}</Table.Th><Table.Th aria-label={parts('copy')} /></Table.Tr></Table.Thead>
          <Table.Tbody>
            {list.map((p) => <Table.Tr key={p.device_name}><Table.Td>{p.extension}</Table.Td><Table.Td><Code>{p.device_name}</Code></Table.Td><Table.Td><Code>{p.secret}</Code></Table.Td><Table.Td><CopyButton value={t('madeCopy', { server, user: p.device_name, password: p.secret })}>{({ copied, copy }) => <Button size="compact-xs" variant="light" onClick={copy} aria-label={`${parts('copy')}: ${p.device_name}`}>{copied ? parts('copied') : parts('copy')}</Button>}</CopyButton></Table.Td></Table.Tr>)}
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
