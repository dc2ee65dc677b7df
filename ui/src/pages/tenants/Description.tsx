import { Button, Checkbox, FileButton, Group, Stack, Text, Title } from '@mantine/core'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import type { Answer } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone, tellError } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { saveFile } from '~/parts/file'
import { Differences } from './Differences'
import { Passwords } from './Passwords'
import { tenantsTexts } from './texts'

type Imported = Answer<'PUT /tenants/{tenant}/description'>

/** The file of a company: to keep, and to change it by. */
export function Description({ tenant, may, onDone }: { tenant: string; may: boolean; onDone: () => void }) {
  const t = useTexts(tenantsTexts)
  const [secrets, setSecrets] = useState(false)
  const [file, setFile] = useState<{ base64: string; version: number }>()
  const [seen, setSeen] = useState<Imported>()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const download = async () => {
    const d = await dataOf('GET /tenants/{tenant}/description', { path: { tenant }, query: secrets ? { secrets } : {} })
    saveFile(`${tenant}-v${d.version}.yaml`, 'application/yaml', d.text)
  }
  const send = async (base64: string, version: number, dry: boolean) => {
    setBusy(true)
    setError(undefined)
    try {
      const answer = await call('PUT /tenants/{tenant}/description', { path: { tenant }, query: dry ? { dry_run: true } : { version }, body: { base64 } })
      setSeen(answer)
      if (dry) {
        setFile({ base64, version: answer.data.version })
      } else {
        setFile(undefined)
        onDone()
        tellDone(t('imported'))
      }
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  const choose = async (f: File | null) => {
    if (f) {
      setSeen(undefined)
      const bytes = new Uint8Array(await f.arrayBuffer())
      let text = ''
      for (const b of bytes) {
        text += String.fromCharCode(b)
      }
      await send(btoa(text), 0, true)
    }
  }
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t('descriptionText')}</Text>
      {may && <Checkbox label={t('secrets')} description={t('secretsHelp')} checked={secrets} onChange={(e) => setSecrets(e.currentTarget.checked)} />}
      <Group>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => void download().catch(tellError)}>{t('exportFile')}</Button>
        {may && (
          <FileButton accept=".yaml,.yml,text/yaml,application/yaml" onChange={(f) => void choose(f)}>
            {(p) => <Button {...p} variant="default" leftSection={<IconUpload size={16} />} loading={busy}>{t('importFile')}</Button>}
          </FileButton>
        )}
      </Group>
      <ErrorNote error={error} />
      {seen && (
        <>
          {seen.data.dry_run && <Title order={3} size="h5">{t('preview')}</Title>}
          {seen.data.dry_run && <Differences list={seen.data.differences} />}
          {file && seen.data.differences.length > 0 && <Button w="fit-content" loading={busy} onClick={() => void send(file.base64, file.version, false)}>{t('doImport')}</Button>}
          {seen.passwords && seen.passwords.length > 0 && <Passwords list={seen.passwords} name={tenant} />}
        </>
      )}
    </Stack>
  )
}
