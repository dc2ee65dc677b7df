import { Button, Card, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { errorOf, pathOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { saveFile } from '~/parts/file'
import { systemTexts } from './texts'

/** A zip for those who help. */
export function Support() {
  const t = useTexts(systemTexts)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const download = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const answer = await fetch(pathOf('/system/support'))
      if (!answer.ok) {
        throw await errorOf(answer)
      }
      const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'dipcast-support.zip'
      saveFile(name, 'application/zip', await answer.arrayBuffer())
      tellDone(t('supportDone'))
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <Card withBorder maw={720}>
      <Text size="sm" mb="sm">{t('supportText')}</Text>
      <Button leftSection={<IconDownload size={16} />} loading={busy} onClick={() => void download()} w="fit-content">{t('supportGet')}</Button>
      <Text size="sm" c="dimmed" mt="xs" aria-live="polite">{busy ? t('supportBusy') : ''}</Text>
      <ErrorNote error={error} />
    </Card>
  )
}
