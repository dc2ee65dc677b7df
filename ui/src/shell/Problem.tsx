import { Button, Stack, Text, Title } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { shellTexts } from './texts'

function Message({ title, text, children }: { title: string; text: string; children?: React.ReactNode }) {
  return (
    <Stack align="flex-start" gap="sm" p="md" maw={560}>
      <Title order={1} size="h3">{title}</Title>
      <Text>{text}</Text>
      {children}
    </Stack>
  )
}

/** Stands where there is no page. */
export function NotFound() {
  const t = useTexts(shellTexts)
  return <Message title={t('notFound')} text={t('notFoundText')} />
}

/** Stands where somebody may not see the page. */
export function NoRight() {
  const t = useTexts(shellTexts)
  return <Message title={t('noRight')} text={t('noRightText')} />
}

/** Stands where a page failed; after a new version its old parts are gone. */
export function Broken({ error, reset }: { error: unknown; reset?: () => void }) {
  const t = useTexts(shellTexts)
  const gone = error instanceof TypeError && /import|module|fetch/i.test(error.message)
  return (
    <Message title={t('broken')} text={gone ? t('newVersion') : error instanceof Error ? error.message : String(error)}>
      <Button onClick={() => (gone || !reset ? location.reload() : reset())}>{gone ? t('reload') : t('again')}</Button>
    </Message>
  )
}
