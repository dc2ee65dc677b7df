import { Grid, Stack } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { LiveBanner } from '~/live/LiveBanner'
import '~/live/state.css'
import { Empty } from '~/parts/Empty'
import { PageHeader } from '~/parts/PageHeader'
import { useMay, useMe } from '~/shell/me'
import './my.css'
import { MyCalls } from './MyCalls'
import { MyDiversions } from './MyDiversions'
import { MyMobile } from './MyMobile'
import { MyNow } from './MyNow'
import { MyPhones } from './MyPhones'
import { MySoftphone } from './MySoftphone'
import { MyVoicemail } from './MyVoicemail'
import { myTexts } from './texts'

/** Everyone's own page: calls, diversions, phones. */
export default function MyPage() {
  const t = useTexts(myTexts)
  const me = useMe()
  const mayLive = useMay('live')
  const mayCalls = useMay('calls')
  const mayVoicemail = useMay('voicemail')
  const mayDivert = useMay('diversions')
  const mayPhones = useMay('extensions')
  if (!me.extension) {
    return <Empty title={t('noExtension')} text={t('noExtensionText')} />
  }
  return (
    <>
      <PageHeader title={t('title')} text={t('text', { ext: me.extension, name: me.name })} />
      {mayLive && <LiveBanner />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md">
            {mayLive && <MyNow />}
            {mayCalls && <MyCalls />}
            {mayVoicemail && <MyVoicemail />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="md">
            {mayDivert && <MyDiversions />}
            <MyMobile />
            {mayPhones && <MyPhones />}
            {mayPhones && <MySoftphone />}
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  )
}
