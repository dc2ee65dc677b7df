import { Alert, Button, Checkbox, Code, CopyButton, Group, SimpleGrid, Text } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { saveFile } from '~/parts/file'
import { accountTexts } from './texts'

/** The recovery codes, which are shown this once. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const t = useTexts(accountTexts)
  const [kept, setKept] = useState(false)
  const text = `${codes.join('\n')}\n`
  return (
    <Alert color="yellow" variant="light" title={t('recovery')}>
      <Text size="sm" mb="sm">{t('recoveryText')}</Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs" component="ul" p={0} m={0} aria-label={t('recovery')}>
        {codes.map((c) => <li key={c} style={{ listStyle: 'none' }}><Code fz="md">{c}</Code></li>)}
      </SimpleGrid>
      <Group mt="md">
        <CopyButton value={text}>{({ copied, copy }) => <Button size="compact-sm" variant="default" onClick={copy}>{t(copied ? 'copied' : 'copyAll')}</Button>}</CopyButton>
        <Button size="compact-sm" variant="default" onClick={() => saveFile('dipcast-recovery-codes.txt', 'text/plain', text)}>{t('download')}</Button>
      </Group>
      <Checkbox mt="md" label={t('kept')} checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} />
      <Button mt="sm" disabled={!kept} onClick={done}>{t('finish')}</Button>
    </Alert>
  )
}
