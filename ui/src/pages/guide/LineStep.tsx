import { Badge, Button, Group, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { dataOf } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay } from '~/shell/me'
import { lineNames } from './state'
import type { Guide } from './state'
import { order } from './CompanyStep'
import { hostPort, isHost } from './numbers'
import { against, elsewhere } from './refused'
import { guideTexts } from './texts'

/** The line to the network: what the carrier's letter says, and whether it is registered. */
export function LineStep({ guide, onMade }: { guide: Guide; onMade: () => void }) {
  const t = useTexts(guideTexts)
  const may = useMay('trunks', 'change')
  const [adding, setAdding] = useState(false)
  if (guide.trunks.length > 0 && !adding) {
    return (
      <Stack gap="xs">
        {guide.trunks.map((l) => {
          const found = guide.lines.find((r) => r.trunk === `trk-${l.id}`)
          const state = found?.state ?? (l.register ? 'pending' : 'ip')
          return (
            <Group key={l.id} gap="xs">
              <Text size="sm">{l.name || l.host}</Text>
              <Badge color={state === 'registered' || state === 'ip' ? 'teal' : state === 'rejected' || state === 'unregistered' ? 'red' : 'gray'} variant="outline" tt="none">{t(`line_${state}`)}</Badge>
            </Group>
          )
        })}
        {may && <Group><Button variant="default" size="compact-md" onClick={() => setAdding(true)}>{t('lineAdd')}</Button></Group>}
      </Stack>
    )
  }
  return (
    <Stack gap="sm">
      {guide.shared.length > 0 && <Text size="sm">{t('shared')} {lineNames(guide.shared)}</Text>}
      {may ? <NewLine guide={guide} onDone={() => { setAdding(false); onMade() }} /> : <Text size="sm" c="dimmed">{t('readOnly')}</Text>}
    </Stack>
  )
}

function NewLine({ guide, onDone }: { guide: Guide; onDone: () => void }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const [preset, setPreset] = useState('register')
  const [host, setHost] = useState('')
  const [username, setUsername] = useState('')
  const [secret, setSecret] = useState('')
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const logs = preset !== 'ip'
  const add = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!isHost(host) || (logs && (username.trim() === '' || secret === ''))) {
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      await dataOf('POST /trunks', { query: guide.query, body: { preset, ...hostPort(host), ...(name.trim() ? { name: name.trim() } : {}), ...(logs ? { username: username.trim(), secret } : {}) } })
      tellDone(t(logs ? 'lineAdded' : 'lineAddedIp'))
      await queries.invalidateQueries({ predicate: (q) => ['trunks', 'apply'].includes(String(q.queryKey[0])) })
      onDone()
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <form onSubmit={(e) => void add(e)} autoComplete="off" noValidate>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="xs">
        <Select label={t('lineKind')} description={t(preset === 'ip' ? 'helpIp' : preset === 'register-tls' ? 'helpTls' : 'helpRegister')} inputWrapperOrder={order} data={[{ value: 'register', label: t('kindRegister') }, { value: 'ip', label: t('kindIp') }, { value: 'register-tls', label: t('kindTls') }]} value={preset} onChange={(v) => setPreset(v ?? 'register')} allowDeselect={false} />
        <TextInput label={t('host')} description={t('hostHelp')} inputWrapperOrder={order} placeholder={t('hostPlaceholder')} value={host} onChange={(e) => setHost(e.currentTarget.value)} required maxLength={253} error={tried && !isHost(host) ? t('hostWrong') : against(error, 'host')} />
        {logs && <TextInput label={t('lineUser')} value={username} onChange={(e) => setUsername(e.currentTarget.value)} required maxLength={80} autoComplete="off" error={tried && username.trim() === '' ? t('needed') : against(error, 'username')} />}
        {logs && <PasswordInput label={t('lineSecret')} value={secret} onChange={(e) => setSecret(e.currentTarget.value)} required maxLength={128} autoComplete="new-password" error={tried && secret === '' ? t('needed') : against(error, 'secret')} />}
        <TextInput label={t('lineName')} placeholder={t('lineNameHelp')} value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={80} error={against(error, 'name')} />
      </SimpleGrid>
      <ErrorNote error={elsewhere(error, ['host', 'username', 'secret', 'name'])} />
      <Button type="submit" loading={busy} mt="sm">{t('lineAdd')}</Button>
    </form>
  )
}
