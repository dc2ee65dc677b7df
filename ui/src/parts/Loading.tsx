import { Center, Loader, VisuallyHidden } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { partsTexts } from './texts'

/** Stands where something is on its way. */
export function Loading() {
  const t = useTexts(partsTexts)
  return (
    <Center p="xl" role="status">
      <Loader size="sm" />
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
    </Center>
  )
}
