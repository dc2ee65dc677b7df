import { Button, Group, Modal, Stack, Table, Text, Title } from '@mantine/core'
import { IconDownload, IconPrinter } from '@tabler/icons-react'
import { useTexts } from '~/lang/texts'
import { saveFile, tableOf } from '~/parts/file'
import { partsTexts } from '~/parts/texts'
import { accountOf } from './Account'
import './guide.css'
import type { Guide } from './state'
import { guideTexts } from './texts'

/** What is typed into all phones, to print or to take along. Passwords are there that were made on this page just now. */
export function PhoneSheet({ opened, onClose, guide, passwords }: { opened: boolean; onClose: () => void; guide: Guide; passwords: Record<string, string> }) {
  const t = useTexts(guideTexts)
  const parts = useTexts(partsTexts)
  const first = accountOf(guide, guide.extensions[0]?.extension ?? '')
  const head = [t('extension'), t('name'), t('server'), t('transport'), t('user'), t('password')]
  const rows = guide.extensions.map((e) => {
    const a = accountOf(guide, e.extension)
    return [e.extension, e.name === e.extension ? '' : e.name, a.host, t('udp', { port: a.udp }), a.user, passwords[e.extension] ?? '']
  })
  const unknown = rows.some((r) => r[5] === '')
  return (
    <Modal opened={opened} onClose={onClose} title={t('sheet')} size="72rem" closeButtonProps={{ 'aria-label': parts('close') }} classNames={{ root: 'phone-sheet' }}>
      <Stack gap="sm">
        <Title order={2} size="h4" className="printed">{guide.company?.name ?? ''} {t('sheetTitle')}</Title>
        <Text size="sm">{t('sheetText')}</Text>
        {unknown && <Text size="sm">{t('sheetUnknown')}</Text>}
        <Table.ScrollContainer minWidth={680} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('sheet') } }}>
          <Table withTableBorder withColumnBorders verticalSpacing={4}>
            <Table.Thead><Table.Tr>{head.map((h) => <Table.Th key={h}>{h}</Table.Th>)}</Table.Tr></Table.Thead>
            <Table.Tbody>{rows.map((r) => <Table.Tr key={r[0]}>{r.map((c, i) => <Table.Td key={head[i]} ff={i > 3 ? 'monospace' : undefined}>{c || (i === 5 ? '—' : '')}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {first.tls > 0 && <Text size="sm">{t('sheetTls', { port: first.tls })}</Text>}
        <Group className="unprinted">
          <Button leftSection={<IconPrinter size={16} />} onClick={() => window.print()} data-autofocus>{t('print')}</Button>
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => saveFile('dipcast-phones.csv', 'text/csv', tableOf([head, ...rows]))}>{t('sheetSave')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
