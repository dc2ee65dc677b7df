import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { dataOf } from '~/api/client'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay } from '~/shell/me'
import { useTargetWords } from '../phones/TargetInput'
import { freeGroup } from './numbers'
import { against, elsewhere } from './refused'
import type { Guide } from './state'
import { guideTexts } from './texts'

/** A number of the network, and what it rings. */
export function NumberStep({ guide, onMade }: { guide: Guide; onMade: () => void }) {
  const t = useTexts(guideTexts)
  const words = useTargetWords()
  const may = useMay('numbers', 'change')
  const [adding, setAdding] = useState(false)
  if (guide.extensions.length === 0) {
    return <Text size="sm">{t('first2')}</Text>
  }
  if (guide.numbers.length > 0 && !adding) {
    const where = (to: string) => (to.startsWith('extension:') ? t('toExt', { ext: to.slice(10) }) : to.startsWith('ring_group:') ? t('toGroup', { group: to.slice(11) }) : words(to))
    return (
      <Stack gap="xs">
        {guide.numbers.slice(0, 10).map((d) => <Text key={d.number} size="sm">{t('target', { number: phone(d.number), to: where(d.to) })}</Text>)}
        {may && <Group><Button variant="default" size="compact-md" onClick={() => setAdding(true)}>{t('numberAdd')}</Button></Group>}
      </Stack>
    )
  }
  return may ? <NewNumber guide={guide} onDone={() => { setAdding(false); onMade() }} /> : <Text size="sm" c="dimmed">{t('readOnly')}</Text>
}

function NewNumber({ guide, onDone }: { guide: Guide; onDone: () => void }) {
  const t = useTexts(guideTexts)
  const mayGroup = useMay('groups', 'change')
  const queries = useQueryClient()
  const taken = [...guide.extensions.map((e) => e.extension), ...guide.groups.map((g) => g.number)]
  const group = freeGroup(taken)
  const offersAll = mayGroup && guide.extensions.length > 1 && guide.groups.length === 0
  const [number, setNumber] = useState('')
  const [chosen, setChosen] = useState<string>()
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const data = [
    ...(offersAll ? [{ value: 'all', label: t('all', { number: group }) }] : []),
    ...guide.groups.map((g) => ({ value: `ring_group:${g.number}`, label: t('toGroup', { group: g.name ? `${g.number} ${g.name}` : g.number }) })),
    ...guide.extensions.map((e) => ({ value: `extension:${e.extension}`, label: t('toExt', { ext: e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension }) })),
  ]
  const to = chosen ?? data[0]?.value ?? ''
  const clean = number.replace(/[\s().-]/g, '')
  const right = /^\+?\d{3,20}$/.test(clean)
  const add = async (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (!right) {
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      let target = to
      if (to === 'all') {
        await dataOf('POST /ring-groups', { query: guide.query, body: { number: group, name: t('groupName'), members: guide.extensions.slice(0, 50).map((x) => x.extension) } })
        target = `ring_group:${group}`
      }
      try {
        await dataOf('POST /dids', { query: guide.query, body: { number: clean, to: target } })
      } catch (refused) {
        if (to === 'all') {
          // A group without its number is nobody's wish.
          await dataOf('DELETE /ring-groups/{id}', { path: { id: group }, query: guide.query }).catch(() => setChosen(target))
        }
        throw refused
      }
      tellDone(t('numberAdded', { number: phone(clean) }))
      onDone()
    } catch (e) {
      setError(e)
    }
    await queries.invalidateQueries({ predicate: (q) => ['numbers', 'groups', 'apply'].includes(String(q.queryKey[0])) })
    setBusy(false)
  }
  return (
    <form onSubmit={(e) => void add(e)} noValidate>
      <SimpleGrid cols={{ base: 1, sm: 2 }} verticalSpacing="xs">
        <TextInput label={t('numberField')} placeholder={t('numberHelp')} value={number} onChange={(e) => setNumber(e.currentTarget.value)} inputMode="tel" required maxLength={30} error={tried && !right ? t('numberWrong') : against(error, 'number')} />
        <Select label={t('leads')} data={data} value={to} onChange={(v) => setChosen(v ?? undefined)} searchable allowDeselect={false} error={against(error, 'to')} />
      </SimpleGrid>
      <ErrorNote error={elsewhere(error, ['number', 'to'])} />
      <Button type="submit" loading={busy} mt="sm">{t('numberAdd')}</Button>
    </form>
  )
}
