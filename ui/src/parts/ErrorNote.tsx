import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { use } from 'react'
import { wordsOf } from '~/lang/errors'
import { useLanguage, useTexts } from '~/lang/texts'
import { AreaContext } from './Setting'
import { partsTexts } from './texts'

/** Says what went wrong, which field was meant, and lets one try again. Nothing without an error. */
export function ErrorNote({ error, again }: { error: unknown; again?: () => void }) {
  const t = useTexts(partsTexts)
  const area = use(AreaContext)
  useLanguage()
  if (!error) {
    return null
  }
  const { text, detail, field } = wordsOf(error, area)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} role="alert" my="xs" title={text}>
      {detail && <Text size="sm" lang={/[가-힣]/.test(detail) ? undefined : 'en'}>{field && !detail.startsWith(field) ? `${field}: ` : ''}{detail}</Text>}
      {again && <Button size="compact-sm" variant="light" color="red" mt="xs" onClick={again}>{t('again')}</Button>}
    </Alert>
  )
}
