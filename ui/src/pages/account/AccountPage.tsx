import { Alert, Stack } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { PageHeader } from '~/parts/PageHeader'
import { useMe } from '~/shell/me'
import { shellTexts } from '~/shell/texts'
import { Factors } from './Factors'
import { Passkeys } from './Passkeys'
import { Password } from './Password'
import { Profile } from './Profile'
import { Sessions } from './Sessions'
import { accountTexts } from './texts'

/** One's own account. Who was given a password sees nothing but its replacement. */
export default function AccountPage() {
  const t = useTexts(accountTexts)
  const shell = useTexts(shellTexts)
  const me = useMe()
  if (me.must_change_password) {
    return (
      <Stack maw={560}>
        <PageHeader title={t('forced')} text={t('forcedText')} />
        <Password forced />
      </Stack>
    )
  }
  const own = me.kind === 'user'
  return (
    <Stack maw={860}>
      <PageHeader title={shell('account')} text={t('text')} />
      {!own && <Alert color="blue" variant="light">{t(me.kind === 'person' ? 'person' : me.kind === 'key' ? 'key' : 'login')}</Alert>}
      <Profile />
      {own && <Password />}
      {own && <Factors />}
      {own && <Passkeys />}
      <Sessions />
    </Stack>
  )
}
