import { Paper, Title } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { SoftphoneCode } from '~/parts/SoftphoneCode'
import { useMe } from '~/shell/me'
import { myTexts } from './texts'

/** The code that sets up one's softphone, made when it is wanted. */
export function MySoftphone() {
  const t = useTexts(myTexts)
  const me = useMe()
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('softphone')}>
      <Title order={2} size="h5">{t('softphone')}</Title>
      <SoftphoneCode extension={me.extension} own />
    </Paper>
  )
}
