import { Button, FileButton, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { send } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { promptsTexts } from './texts'
import { soundOf } from './wav'

/** Plays a sound of the gateway; `stamp` is another one after each change. */
export function Listen({ url, stamp }: { url: string; stamp: string }) {
  const t = useTexts(promptsTexts)
  const [none, setNone] = useState('')
  if (none === stamp + url) {
    return <Text size="sm" c="dimmed">{t('cannotListen')}</Text>
  }
  return <audio key={stamp} controls preload="none" src={url} aria-label={t('listen')} onError={() => setNone(stamp + url)} style={{ width: '100%' }} />
}

/** Takes a file with sound and puts it to the gateway. */
export function Upload({ url, title, onDone }: { url: string; title: string; onDone: () => void }) {
  const t = useTexts(promptsTexts)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [unread, setUnread] = useState(false)
  const take = async (file: File | null) => {
    if (!file) {
      return
    }
    setBusy(true)
    setError(undefined)
    setUnread(false)
    let wav: BlobPart
    try {
      wav = await soundOf(file)
    } catch {
      setUnread(true)
      setBusy(false)
      return
    }
    try {
      await send('PUT', url, new Blob([wav], { type: 'audio/wav' }), { 'Content-Type': 'audio/wav' })
      onDone()
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">{title}</Title>
      <Text size="sm" c="dimmed">{t('uploadText')}</Text>
      <Group><FileButton accept="audio/*,.wav,.mp3,.m4a" onChange={(f) => void take(f)}>{(props) => <Button {...props} variant="light" loading={busy}>{t('choose')}</Button>}</FileButton></Group>
      {unread && <Text size="sm" c="red" role="alert">{t('noDecode')}</Text>}
      <ErrorNote error={error} />
    </Stack>
  )
}
