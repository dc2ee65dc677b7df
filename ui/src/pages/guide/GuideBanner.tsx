import { Alert, Button, CloseButton, Group, Text } from '@mantine/core'
import { IconRoute } from '@tabler/icons-react'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { To } from '~/parts/To'
import { hideGuide } from '~/shell/guided'
import { useMe } from '~/shell/me'
import { useGuide } from './state'
import { guideTexts } from './texts'

/** The way to the guide, as long as there is something to do. */
export default function GuideBanner() {
  const t = useTexts(guideTexts)
  const me = useMe()
  const [hidden, setHidden] = useState(false)
  const guide = useGuide(false)
  const first = guide.facts.extensions < 2 || guide.facts.registered < 2 || !guide.done.call
  if (hidden || !guide.settled || guide.left === 0 || !first) {
    return null
  }
  const hide = () => {
    hideGuide(me.username)
    setHidden(true)
  }
  return (
    <Alert variant="light" color="blue" icon={<IconRoute size={20} />} mb="md" py="xs" role="status">
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t('banner', { n: guide.left })}</Text>
        <Group gap="xs">
          <Button component={To} to="/guide" size="compact-md">{t('bannerGo')}</Button>
          <CloseButton size="sm" aria-label={t('bannerHide')} title={t('bannerHide')} onClick={hide} />
        </Group>
      </Group>
    </Alert>
  )
}
