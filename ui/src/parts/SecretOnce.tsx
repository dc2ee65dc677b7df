import { ActionIcon, Alert, Code, CopyButton, Group, Text, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTexts } from '~/lang/texts'
import { partsTexts } from './texts'

/** A secret that is shown this once: a key, a one-time password. */
export function SecretOnce({ label, value }: { label: string; value: string }) {
  const t = useTexts(partsTexts)
  return (
    <Alert color="yellow" variant="light" title={label} my="xs">
      <Group gap="xs" wrap="nowrap">
        <Code fz="md" style={{ wordBreak: 'break-all' }}>{value}</Code>
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t('copied') : t('copy')}>
              <ActionIcon variant="light" onClick={copy} aria-label={copied ? t('copied') : t('copy')}>{copied ? <IconCheck size={16} /> : <IconCopy size={16} />}</ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
      <Text size="sm" mt={4}>{t('once')}</Text>
    </Alert>
  )
}
