import { Button, Group, SegmentedControl, Stack, Text, Textarea, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { dataOf, send } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { promptsTexts } from './texts'

/** A sound that was spoken, to be listened to and kept. */
interface Spoken {
  blob: Blob
  address: string
}

/** A text that is spoken: listened to first, then put to the gateway as if it were uploaded. */
export function Speak({ url, placeholder, onKept }: { url: string; placeholder?: string; onKept: () => void }) {
  const t = useTexts(promptsTexts)
  const lng = useLanguage()
  const [text, setText] = useState('')
  const [lang, setLang] = useState<'ko' | 'en'>(lng)
  const [voice, setVoice] = useState<'female' | 'male'>('female')
  const [spoken, setSpoken] = useState<Spoken>()
  const [busy, setBusy] = useState<'speak' | 'keep'>()
  const [error, setError] = useState<unknown>()
  useEffect(() => () => {
    if (spoken) {
      URL.revokeObjectURL(spoken.address)
    }
  }, [spoken])
  const change = <V,>(set: (v: V) => void) => (v: V) => {
    set(v)
    setSpoken(undefined) // it would be another sound
  }
  const run = async (what: 'speak' | 'keep', act: () => Promise<void>) => {
    setBusy(what)
    setError(undefined)
    try {
      await act()
    } catch (e) {
      setError(e)
    }
    setBusy(undefined)
  }
  const speak = () => run('speak', async () => {
    const { sound } = await dataOf('POST /speech', { body: { text: text.trim(), lang, voice } })
    const blob = new Blob([Uint8Array.from(atob(sound), (c) => c.charCodeAt(0))], { type: 'audio/wav' })
    setSpoken({ blob, address: URL.createObjectURL(blob) })
  })
  const keep = () => run('keep', async () => {
    await send('PUT', url, spoken!.blob, { 'Content-Type': 'audio/wav' })
    onKept()
  })
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">{t('speak')}</Title>
      <Text size="sm" c="dimmed">{t('speakText')}</Text>
      <Textarea label={t('speakWords')} placeholder={placeholder} value={text} onChange={(e) => change(setText)(e.currentTarget.value)} autosize minRows={2} maxRows={8} maxLength={1000} />
      <Group gap="md">
        <SegmentedControl size="xs" aria-label={t('speakLang')} data={[{ value: 'ko', label: t('korean') }, { value: 'en', label: t('english') }]} value={lang} onChange={(v) => change(setLang)(v as 'ko')} />
        <SegmentedControl size="xs" aria-label={t('voice')} data={[{ value: 'female', label: t('female') }, { value: 'male', label: t('male') }]} value={voice} onChange={(v) => change(setVoice)(v as 'female')} />
      </Group>
      {spoken && <audio controls autoPlay src={spoken.address} aria-label={t('spoken')} style={{ width: '100%' }} />}
      <Group gap="xs">
        <Button variant={spoken ? 'default' : 'light'} loading={busy === 'speak'} disabled={!text.trim()} onClick={() => void speak()}>{t(spoken ? 'speakAgain' : 'speakNow')}</Button>
        {spoken && <Button loading={busy === 'keep'} onClick={() => void keep()}>{t('keep')}</Button>}
      </Group>
      <ErrorNote error={error} />
    </Stack>
  )
}
