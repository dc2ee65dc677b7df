import { Anchor, Text } from '@mantine/core'
import { To } from './To'
import { useTexts } from '~/lang/texts'
import { useMay } from '~/shell/me'
import { partsTexts } from './texts'

/** Reminds on pages of the phone system that what is saved has to be applied. */
export function PendingNote() {
  const t = useTexts(partsTexts)
  const seen = useMay('apply')
  const apply = useMay('apply', 'change')
  return <Text size="sm" c="dimmed" mb="xs">{t(apply ? 'pending' : 'pendingAsk')} {seen && <Anchor component={To} to="/apply" size="sm">{t(apply ? 'toApply' : 'toPending')}</Anchor>}</Text>
}
