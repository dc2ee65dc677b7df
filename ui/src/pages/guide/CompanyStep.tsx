import { Alert, Button, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
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
import { areaCodes } from './numbers'
import { against, elsewhere } from './refused'
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

/** Help stands below inputs, so that those beside each other are in one line. */
export const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

function NewCompany({ onMade }: { onMade: () => void }) {
  const t = useTexts(guideTexts)
  const lang = useLanguage()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [area, setArea] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const make = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (name.trim() === '') {
      return
    }
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
    <form onSubmit={(e) => void make(e)} noValidate>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="xs">
        <TextInput label={t('companyName')} description={t('companyNameHelp')} inputWrapperOrder={order} value={name} onChange={(e) => setName(e.currentTarget.value)} required maxLength={80} error={tried && name.trim() === '' ? t('companyNeeded') : against(error, 'name')} />
        <Select label={t('areaCode')} description={t('areaCodeHelp')} inputWrapperOrder={order} placeholder={t('areaNone')} data={areaCodes.map(([code, ko, en]) => ({ value: code, label: `${lang === 'ko' ? ko : en} (${code})` }))} value={area || null} onChange={(v) => setArea(v ?? '')} searchable clearable clearButtonProps={{ 'aria-label': t('areaNone') }} error={against(error, 'area_code')} />
      </SimpleGrid>
      <ErrorNote error={elsewhere(error, ['name', 'area_code'])} />
      <Button type="submit" loading={busy} mt="sm">{t('companyMake')}</Button>
    </form>
  )
}
