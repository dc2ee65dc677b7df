import { Button, Group, Select, SimpleGrid, Table, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { call } from '~/api/client'
import { setLanguage } from '~/lang/lang'
import { useLanguage, useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { useMe } from '~/shell/me'
import { Section } from './Section'
import { accountTexts } from './texts'

/** Who one is, with name and language to change. */
export function Profile() {
  const me = useMe()
  const t = useTexts(accountTexts)
  const parts = useTexts(partsTexts)
  const lang = useLanguage()
  const [name, setName] = useState(me.name)
  const [wanted, setWanted] = useState<string>(me.lang)
  const [saved, setSaved] = useState({ name: me.name, lang: me.lang as string })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  async function save(e: FormEvent) {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await call('PUT /session', { body: { name: name.trim(), lang: wanted as '' | 'ko' | 'en' } })
      if (wanted === 'ko' || wanted === 'en') {
        await setLanguage(wanted)
      }
      setSaved({ name, lang: wanted })
      tellDone(parts('saved'))
    } catch (failed) {
      setError(failed)
    }
    setBusy(false)
  }
  const facts: [string, string][] = [[t('username'), me.username], [t('role'), lang === 'ko' ? me.role_name : me.role_name_en], [t('company'), me.tenant_name], [t('extension'), me.extension]]
  return (
    <Section title={t('profile')}>
      <Table variant="vertical" withRowBorders={false} verticalSpacing={4} mb="sm">
        <Table.Tbody>
          {facts.filter(([, v]) => v !== '').map(([k, v]) => <Table.Tr key={k}><Table.Th w={160} fw={500}>{k}</Table.Th><Table.Td>{v}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
      {me.kind === 'user' && (
        <form onSubmit={(e) => void save(e)}>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t('name')} description={t('nameHelp')} maxLength={80} autoComplete="name" value={name} onChange={(e) => setName(e.currentTarget.value)} />
            <Select label={t('language')} description={'\u00a0'} allowDeselect={false} data={[{ value: '', label: t('byBrowser') }, { value: 'ko', label: t('korean') }, { value: 'en', label: t('english') }]} value={wanted} onChange={(v) => setWanted(v ?? '')} />
          </SimpleGrid>
          <ErrorNote error={error} />
          <Group justify="flex-end" mt="sm"><Button type="submit" loading={busy} disabled={name === saved.name && wanted === saved.lang}>{parts('save')}</Button></Group>
        </form>
      )}
    </Section>
  )
}
