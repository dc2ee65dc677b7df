import { Anchor, Text } from '@mantine/core'
import { To } from './To'
import { useTexts } from '~/lang/texts'
import { partsTexts } from './texts'

/** Reminds on pages of the phone system that what is saved has to be applied. */
export function PendingNote() {
  const t = useTexts(partsTexts)
  return <Text size="sm" c="dimmed" mb="xs">{t('pending')} <Anchor component={To} to="/apply" size="sm">{t('toApply')}</Anchor></Text>
}
