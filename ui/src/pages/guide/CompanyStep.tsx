import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { dataOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { To } from '~/parts/To'
import { useMay, useMe } from '~/shell/me'
import { chooseTenant } from '~/shell/tenant'
import type { Guide } from './state'
import { guideTexts } from './texts'

/** Chooses the company or, for operators, makes one; says when a server is away. */
export function CompanyStep({ guide, onMade }: { guide: Guide; onMade: () => void }) {
  const t = useTexts(guideTexts)
  const me = useMe()
  const mayMake = useMay('tenants', 'change') && me.role === 'operator'
  const [making, setMaking] = useState(false)
  const none = guide.companies.length === 0
  return (
    <Stack gap="sm">
      {guide.servers.length === 0 && <Alert color="orange">{t('noServer')}</Alert>}
      {guide.servers.filter((s) => !s.up).map((s) => (
        <Alert key={s.id} color="orange" title={t('serverDown', { name: s.name })}>
          {t('serverDownText')}
          {s.error && <div lang="en">{s.error}</div>}
          <div><Button component={To} to="/servers" size="compact-sm" variant="light" mt="xs">{t('toServers')}</Button></div>
        </Alert>
      ))}
      {me.role === 'operator' && !none && !making && (
        <Group align="flex-end">
          <Select label={t('companyChoose')} data={guide.companies.map((c) => ({ value: `T${c.number}`, label: c.name }))} value={guide.company ? guide.tenant : null} onChange={(v) => chooseTenant(v ?? '')} allowDeselect={false} searchable />
          {mayMake && <Button variant="default" onClick={() => setMaking(true)}>{t('companyNew')}</Button>}
        </Group>
      )}
      {mayMake && (none || making) && <NewCompany onMade={() => { setMaking(false); onMade() }} />}
    </Stack>
  )
}

function NewCompany({ onMade }: { onMade: () => void }) {
  const t = useTexts(guideTexts)
  const lang = useLanguage()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [area, setArea] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const make = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const made = await dataOf('POST /tenants', { body: { name: name.trim(), language: lang, ...(area ? { area_code: area } : {}) } })
      await queries.invalidateQueries({ queryKey: ['tenants'] })
      chooseTenant(`T${made.number}`)
      tellDone(t('companyMade', { name: made.name }))
      onMade()
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <form onSubmit={(e) => void make(e)}>
      <Group align="flex-start">
        <TextInput label={t('companyName')} description={t('companyNameHelp')} value={name} onChange={(e) => setName(e.currentTarget.value)} required maxLength={80} w={{ base: '100%', xs: 320 }} />
        <TextInput label={t('areaCode')} description={t('areaCodeHelp')} value={area} onChange={(e) => setArea(e.currentTarget.value.replace(/\D/g, ''))} maxLength={4} inputMode="numeric" w={{ base: '100%', xs: 320 }} />
      </Group>
      <ErrorNote error={error} />
      <Button type="submit" loading={busy} mt="sm">{t('companyMake')}</Button>
    </form>
  )
}
