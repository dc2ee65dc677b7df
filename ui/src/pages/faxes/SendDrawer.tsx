import { Alert, FileInput, Progress, Select, Text, TextInput } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { APIError } from '~/api/client'
import type { Fax } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useExtensions } from '~/live/phones'
import { EditDrawer } from '~/parts/EditDrawer'
import { useMe } from '~/shell/me'
import { faxable, sendFax, wrongWith } from './sending'
import { faxTexts } from './texts'

const kept = 'dipcast.faxFrom'

/** The number as it is dialled; undefined: it is none. */
export function faxNumber(text: string): string | undefined {
  const n = text.replace(/[\s().-]/g, '')
  return /^\+?\d{3,20}$/.test(n) ? n : undefined
}

/** Sends a file as a fax. It stays until the gateway has taken it; what becomes of it shows the list. */
export function SendDrawer({ onClose, onSent }: { onClose: () => void; onSent: (f: Fax) => void }) {
  const t = useTexts(faxTexts)
  const me = useMe()
  const extensions = useExtensions()
  const [to, setTo] = useState('')
  const [from, setFrom] = useState<string | null>(me.extension || localStorage.getItem(kept))
  const [file, setFile] = useState<File | null>(null)
  const [tried, setTried] = useState(false)
  const [share, setShare] = useState<number>()
  const [notSetUp, setNotSetUp] = useState(false)
  const [badImage, setBadImage] = useState(false)
  const list = extensions.data?.map((e) => ({ value: e.extension, label: e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension })) ?? []
  const sender = me.extension || (list.some((e) => e.value === from) ? from : null)
  const wrong = file ? wrongWith(file) : undefined
  const save = async () => {
    setTried(true)
    setNotSetUp(false)
    setBadImage(false)
    const number = faxNumber(to)
    if (!number || !sender || !file || wrong) {
      return
    }
    let data: Blob
    try {
      data = await faxable(file)
    } catch {
      setBadImage(true)
      return
    }
    setShare(0)
    try {
      const f = await sendFax(number, sender, data, setShare)
      localStorage.setItem(kept, sender)
      onSent(f)
      onClose()
    } catch (e) {
      if (e instanceof APIError && e.status === 409 && e.message.includes('describe fax')) {
        setNotSetUp(true)
      } else {
        throw e
      }
    } finally {
      setShare(undefined)
    }
  }
  return (
    <EditDrawer opened title={t('send')} dirty={to !== '' || file !== null} onClose={onClose} onSave={save} saveText={t('send')}>
      <TextInput label={t('sendTo')} description={t('sendToHelp')} inputMode="tel" withAsterisk maxLength={30} value={to} onChange={(e) => setTo(e.currentTarget.value)} onBlur={() => setTo(phone(faxNumber(to) ?? to))} error={tried && (to.trim() === '' ? t('needTo') : !faxNumber(to) && t('badTo'))} data-autofocus />
      {!me.extension && <Select label={t('sendFrom')} description={t('sendFromHelp')} withAsterisk data={list} value={sender} onChange={setFrom} searchable error={tried && !sender && t('needFrom')} />}
      <FileInput label={t('file')} description={t('fileHelp')} placeholder={t('choose')} withAsterisk clearable leftSection={<IconUpload size={16} />} accept="application/pdf,image/tiff,image/jpeg,image/png,.tif,.tiff" value={file} onChange={setFile} error={wrong ? t(wrong) : badImage ? t('badImage') : tried && !file && t('needFile')} clearButtonProps={{ 'aria-label': t('close') }} />
      {share !== undefined && (
        <div role="status">
          <Progress value={share * 100} animated striped={share >= 1} aria-label={t('send')} />
          <Text size="sm" mt={4}>{share >= 1 ? t('preparing') : t('uploading', { percent: Math.round(share * 100) })}</Text>
        </div>
      )}
      {notSetUp && <Alert color="orange" role="alert">{t('notSetUp')}</Alert>}
    </EditDrawer>
  )
}
