import { Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { call } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay } from '~/shell/me'
import { applyAll } from './apply'
import { inARow, nextFirst, tableOf } from './numbers'
import type { Guide } from './state'
import { guideTexts } from './texts'

interface Props {
  guide: Guide
  /** Passwords that were made, by extension: they are shown in the step behind. */
  onPasswords: (passwords: Record<string, string>) => void
  /** They are there, and phones can register. */
  onMade: () => void
}

/** Makes several extensions at once, and puts them onto the servers. */
export function ExtensionsStep({ guide, onPasswords, onMade }: Props) {
  const t = useTexts(guideTexts)
  const may = useMay('extensions', 'change')
  const queries = useQueryClient()
  const taken = guide.extensions.map((e) => e.extension)
  const [count, setCount] = useState(5)
  const [first, setFirst] = useState<string>()
  const [names, setNames] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [unapplied, setUnapplied] = useState<unknown>()
  const [more, setMore] = useState(false)
  const begin = first ?? nextFirst(taken)
  const numbers = inARow(begin, count)
  const twice = numbers.find((n) => taken.includes(n))
  const make = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    setUnapplied(undefined)
    try {
      const made = await call('POST /extensions/import', { query: guide.query, body: { text: tableOf(numbers.map((number) => ({ number, name: names[number] ?? '' }))) } })
      onPasswords(Object.fromEntries((made.passwords ?? []).map((p) => [p.extension, p.secret])))
      tellDone(t('made', { n: numbers.length }))
      setFirst(undefined)
      setNames({})
      setMore(false)
      const applied = !guide.applies || (await applyAll(guide).then(() => true, (e: unknown) => { setUnapplied(e); return false }))
      await queries.invalidateQueries({ predicate: (q) => ['extensions', 'apply', 'tenants'].includes(String(q.queryKey[0])) })
      if (applied) {
        onMade()
      }
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  if (!may) {
    return <Text size="sm" c="dimmed">{t('readOnly')}</Text>
  }
  if (taken.length > 0 && !more) {
    return (
      <Stack gap="xs" align="flex-start">
        {Boolean(unapplied) && <><Text size="sm">{t('notApplied')}</Text><ErrorNote error={unapplied} /></>}
        <Text size="sm">{guide.extensions.slice(0, 12).map((e) => (e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension)).join(', ')}{taken.length > 12 ? ' …' : ''}</Text>
        <Button variant="default" size="compact-md" onClick={() => setMore(true)}>{t('more')}</Button>
      </Stack>
    )
  }
  return (
    <form onSubmit={(e) => void make(e)} noValidate>
      <Stack gap="sm">
        <Group align="flex-start">
          <NumberInput label={t('howMany')} value={count} onChange={(v) => setCount(Math.max(1, Math.min(50, Number(v) || 1)))} min={1} max={50} w={110} allowDecimal={false} />
          <TextInput label={t('first')} description={t('firstHelp')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={begin} onChange={(e) => setFirst(e.currentTarget.value.replace(/\D/g, ''))} maxLength={10} inputMode="numeric" required w={{ base: '100%', xs: 300 }} error={twice ? t('taken', { number: twice }) : undefined} />
        </Group>
        <fieldset style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
          <Text component="legend" size="sm" fw={500} p={0}>{t('name')}</Text>
          <Text size="xs" c="dimmed" mb={4}>{t('nameHelp')}</Text>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" verticalSpacing="xs">
            {numbers.map((n) => (
              <TextInput key={n} aria-label={t('nameOf', { number: n })} leftSection={<Text size="sm" c="dimmed">{n}</Text>} leftSectionWidth={64} value={names[n] ?? ''} onChange={(e) => { const v = e.currentTarget.value; setNames((was) => ({ ...was, [n]: v })) }} maxLength={80} placeholder={t('name')} />
            ))}
          </SimpleGrid>
        </fieldset>
        <ErrorNote error={error} />
        <Group><Button type="submit" loading={busy} disabled={numbers.length === 0 || twice !== undefined}>{t('make', { n: numbers.length })}</Button></Group>
      </Stack>
    </form>
  )
}
