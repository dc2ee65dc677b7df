import { Alert, Anchor, Button, Card, Code, FileButton, Group, Text, Textarea } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '~/api/client'
import type { Data } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { useMay } from '~/shell/me'
import { Facts } from './Facts'
import { systemTexts } from './texts'

type Cert = Data<'GET /system'>['certificate']

/** The certificate that listeners show: its fingerprint, and another in its place. */
export function Certificate({ certificate: c }: { certificate: Cert }) {
  const t = useTexts(systemTexts)
  const may = useMay('system', 'change') && c.may_change
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [uploading, setUploading] = useState(false)
  const [cert, setCert] = useState('')
  const [key, setKey] = useState('')
  const done = async (text: string) => {
    await queries.invalidateQueries({ queryKey: ['system'] })
    tellDone(text)
  }
  const close = () => {
    setUploading(false)
    setCert('')
    setKey('')
  }
  const upload = async () => {
    await call('POST /system/certificate', { body: { cert, key } })
    close()
    await done(t('uploadDone'))
  }
  const days = c.not_after ? Math.floor((new Date(c.not_after).getTime() - Date.now()) / 86_400_000) : undefined
  return (
    <Card withBorder maw={860}>
      <Text size="sm" c="dimmed" mb="sm">{t('certText')}</Text>
      {days !== undefined && days < 0 && <Alert color="red" mb="sm">{t('expired')}</Alert>}
      {days !== undefined && days >= 0 && days < 21 && c.source !== 'own' && <Alert color="orange" variant="light" mb="sm">{t('expiresSoon', { n: days })}</Alert>}
      {c.mode === 'off' && <Alert color="orange" variant="light" mb="sm">{t('tlsOff')}</Alert>}
      <Facts list={[
        [t('source'), t(c.source)], [t('subject'), c.subject], [t('issuer'), c.issuer], [t('names'), c.names.join(', ')], [t('validFrom'), dateTime(c.not_before)], [t('validTo'), dateTime(c.not_after)],
        [t('fingerprint'), c.fingerprint && <Code>{c.fingerprint}</Code>], [t('authority'), c.authority_fingerprint && <Code>{c.authority_fingerprint}</Code>],
      ]} />
      {c.authority_fingerprint && <Text size="sm" mt="xs"><Anchor href="/ca.pem" download><IconDownload size={14} aria-hidden /> {t('caDownload')}</Anchor> · {t('caHelp')}</Text>}
      {may ? (
        <Group mt="md">
          <Button onClick={() => setUploading(true)}>{t('upload')}</Button>
          <Button variant="default" onClick={() => ask({ title: t('remakeTitle'), text: t('remakeText'), yes: t('remake'), act: async () => { await call('POST /system/certificate/self', {}); await done(t('remade')) } })}>{t('remake')}</Button>
          {c.source === 'uploaded' && <Button variant="default" onClick={() => ask({ title: t('backTitle'), text: t('backText'), yes: t('back'), danger: true, act: async () => { await call('DELETE /system/certificate', {}); await done(t('backDone')) } })}>{t('back')}</Button>}
        </Group>
      ) : <Text size="sm" c="dimmed" mt="md">{t('cannotChange')}</Text>}
      <EditDrawer opened={uploading} title={t('upload')} dirty={cert !== '' || key !== ''} onClose={close} onSave={upload} saveText={t('upload')}>
        <Pem label={t('certPem')} help={t('certPemHelp')} value={cert} onChange={setCert} placeholder="-----BEGIN CERTIFICATE-----" />
        <Pem label={t('keyPem')} help={t('keyPemHelp')} value={key} onChange={setKey} placeholder="-----BEGIN PRIVATE KEY-----" />
      </EditDrawer>
      {dialog}
    </Card>
  )
}

function Pem({ label, help, value, onChange, placeholder }: { label: string; help: string; value: string; onChange: (v: string) => void; placeholder: string }) {
  const t = useTexts(systemTexts)
  return (
    <div>
      <Textarea label={label} description={help} required value={value} onChange={(e) => onChange(e.currentTarget.value)} placeholder={placeholder} minRows={5} maxRows={10} autosize autoComplete="off" spellCheck={false} styles={{ input: { fontFamily: 'monospace', fontSize: 12 } }} />
      <FileButton onChange={(f) => void f?.text().then(onChange)} accept=".pem,.crt,.cer,.key,text/plain">
        {(p) => <Button {...p} size="compact-xs" variant="default" mt={4} aria-label={`${label}: ${t('chooseFile')}`}>{t('chooseFile')}</Button>}
      </FileButton>
    </div>
  )
}
