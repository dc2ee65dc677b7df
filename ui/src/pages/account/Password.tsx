import { Button, Group, PasswordInput, Progress, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { APIError, call } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMe } from '~/shell/me'
import { Section } from './Section'
import { minPassword, strengthOf } from './strength'
import { accountTexts } from './texts'

/** Replaces one's password. forced: the one that was given. */
export function Password({ forced }: { forced?: boolean }) {
  const me = useMe()
  const t = useTexts(accountTexts)
  const [old, setOld] = useState('')
  const [wanted, setWanted] = useState('')
  const [again, setAgain] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const s = strengthOf(wanted, me.username)
  const [tried, setTried] = useState(false)
  const differs = again !== '' && again !== wanted
  const wrongOld = error instanceof APIError && error.field === 'old'
  async function save(e: FormEvent) {
    e.preventDefault()
    setTried(true)
    if (s.level === 0 || wanted !== again || old === '') {
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      await call('POST /session/password', { body: { old, new: wanted } })
      if (forced) {
        location.assign('/')
        return
      }
      setOld('')
      setWanted('')
      setAgain('')
      setTried(false)
      tellDone(t('changed'))
    } catch (failed) {
      setError(failed)
    }
    setBusy(false)
  }
  const words = [t('weak'), t('weak'), t('fair'), t('strong')][s.level]!
  const hint = s.hint && t(s.hint, { n: s.missing })
  return (
    <Section title={t('password')}>
      <form onSubmit={(e) => void save(e)} noValidate>
        <Stack gap="sm" maw={420}>
          <input type="text" name="username" autoComplete="username" value={me.username} readOnly hidden />
          <PasswordInput label={t(forced ? 'oldOnce' : 'old')} autoComplete="current-password" required maxLength={512} value={old} onChange={(e) => setOld(e.currentTarget.value)} description={forced ? t('oldOnceHelp') : undefined} error={wrongOld ? t(forced ? 'wrongOldOnce' : 'wrongOld') : tried && old === '' ? t(forced ? 'needOld' : 'needOldNow') : undefined} data-autofocus={forced || undefined} />
          <PasswordInput label={t('new')} description={t('rules', { n: minPassword })} autoComplete="new-password" required maxLength={512} value={wanted} onChange={(e) => setWanted(e.currentTarget.value)} error={tried && s.level === 0 ? t('needNew', { n: minPassword }) : undefined} aria-describedby="password-strength" />
          <div id="password-strength" aria-live="polite">
            {wanted !== '' && (
              <>
                <Progress value={[8, 33, 66, 100][s.level]!} color={['red', 'red', 'yellow', 'teal'][s.level]!} size="sm" aria-label={t('strength', { what: words })} />
                <Text size="sm" mt={4}>{t('strength', { what: words })}{hint ? ` · ${hint}` : ''}</Text>
              </>
            )}
          </div>
          <PasswordInput label={t('again')} autoComplete="new-password" required maxLength={512} value={again} onChange={(e) => setAgain(e.currentTarget.value)} error={differs ? t('notSame') : tried && again === '' ? t('needAgain') : undefined} />
        </Stack>
        {!wrongOld && <ErrorNote error={error} />}
        <Group mt="md"><Button type="submit" loading={busy}>{t('change')}</Button></Group>
      </form>
    </Section>
  )
}
