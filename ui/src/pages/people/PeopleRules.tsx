import { ActionIcon, Alert, Button, Group, Paper, Select, Stack, Switch, Table, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { useMay, useTenant } from '~/shell/me'
import { Status, useWhy } from './person'
import { peopleTexts } from './texts'

type Rule = NonNullable<Data<'GET /people/settings'>['rules']>[number]

const fields = ['telephone', 'cell_phone', 'external_key', 'employee_number', 'nickname', 'email'] as const
const targets = ['extension', 'did', 'email'] as const

/** The rules that find extensions in the directory: tried out before they count. */
export function PeopleRules() {
  const { tenant, query } = useTenant()
  const settings = useQuery({ queryKey: ['people', tenant, 'settings'], queryFn: ({ signal }) => dataOf('GET /people/settings', { query, signal }) })
  if (settings.isPending) {
    return <Loading />
  }
  if (!settings.data) {
    return <ErrorNote error={settings.error} again={() => void settings.refetch()} />
  }
  return <Rules key={JSON.stringify(settings.data.rules)} saved={settings.data.rules ?? []} />
}

function Rules({ saved }: { saved: Rule[] }) {
  const t = useTexts(peopleTexts)
  const why = useWhy()
  const { tenant, query } = useTenant()
  const mayChange = useMay('people', 'change')
  const queries = useQueryClient()
  const [rules, setRules] = useState<Rule[]>(saved)
  const [fresh, setFresh] = useState(false)
  const clean = rules.map((r) => ({ field: r.field, ...(r.pattern ? { pattern: r.pattern } : {}), ...(r.to && r.to !== 'extension' ? { to: r.to } : {}) }))
  const tried = useMutation({ mutationFn: () => dataOf('POST /people/try', { query, body: { rules: clean, fresh } }) })
  const save = useMutation({
    mutationFn: (list: Rule[]) => dataOf('PUT /people/settings', { query, body: { rules: list } }),
    onSuccess: () => {
      tellDone(t('rulesSaved'))
      void queries.invalidateQueries({ queryKey: ['people', tenant] })
    },
  })
  const change = (i: number, more: Partial<Rule>) => setRules((all) => all.map((r, j) => (j === i ? { ...r, ...more } : r)))
  const counts = tried.data?.counts
  return (
    <Stack gap="md" maw={900}>
      <Text size="sm">{t('rulesText')}</Text>
      {rules.map((r, i) => (
        <Paper withBorder p="sm" key={i} component="fieldset" disabled={!mayChange} m={0}>
          <Text component="legend" size="sm" fw={600} px={4}>{t('rule', { n: i + 1 })}</Text>
          <Group align="flex-start" gap="sm">
            <Select label={t('field')} data={fields.map((f) => ({ value: f, label: t(`f_${f}`) }))} value={r.field} onChange={(v) => v && change(i, { field: v as Rule['field'] })} allowDeselect={false} w={{ base: '100%', xs: 170 }} disabled={!mayChange} />
            <TextInput label={t('pattern')} description={t('patternHelp')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={r.pattern ?? ''} onChange={(e) => change(i, { pattern: e.currentTarget.value })} maxLength={300} w={{ base: '100%', xs: 300 }} />
            <Select label={t('to')} data={targets.map((x) => ({ value: x, label: t(`t_${x}`) }))} value={r.to ?? 'extension'} onChange={(v) => v && change(i, { to: v as NonNullable<Rule['to']> })} allowDeselect={false} w={{ base: '100%', xs: 230 }} disabled={!mayChange} />
            {mayChange && <ActionIcon variant="subtle" color="red" mt={{ base: 0, xs: 26 }} aria-label={t('removeRule', { n: i + 1 })} onClick={() => setRules((all) => all.filter((_, j) => j !== i))}><IconTrash size={18} /></ActionIcon>}
          </Group>
        </Paper>
      ))}
      {mayChange && (
        <>
          <Group>
            <Button variant="default" leftSection={<IconPlus size={16} />} disabled={rules.length >= 20} onClick={() => setRules((all) => [...all, { field: 'employee_number' }])}>{t('addRule')}</Button>
            <Button variant="subtle" onClick={() => save.mutate([])}>{t('defaults')}</Button>
          </Group>
          <Group>
            <Button loading={tried.isPending} onClick={() => tried.mutate()}>{t('tryRules')}</Button>
            <Button variant="light" loading={save.isPending} disabled={rules.length === 0} onClick={() => save.mutate(clean)}>{t('saveRules')}</Button>
            <Switch label={t('tryFresh')} checked={fresh} onChange={(e) => setFresh(e.currentTarget.checked)} />
            <Text size="sm" c="dimmed">{t('triedNothing')}</Text>
          </Group>
        </>
      )}
      <ErrorNote error={tried.error ?? save.error} />
      {tried.data && counts && (
        <>
          <Alert variant="light" color={counts.conflicts > 0 ? 'orange' : 'teal'} role="status">{t('tried', { people: counts.people, matched: counts.matched, unmatched: counts.unmatched, conflicts: counts.conflicts, byHand: counts.by_hand })}</Alert>
          <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('tryRules') } }}>
            <Table>
              <Table.Thead><Table.Tr><Table.Th>{t('name')}</Table.Th><Table.Th>{t('extension')}</Table.Th><Table.Th>{t('status')}</Table.Th><Table.Th>{t('why')}</Table.Th></Table.Tr></Table.Thead>
              <Table.Tbody>{tried.data.people.slice(0, 200).map((p) => <Table.Tr key={p.id}><Table.Td>{p.name}</Table.Td><Table.Td>{p.extension}</Table.Td><Table.Td><Status status={p.status} /></Table.Td><Table.Td>{why(p.why)}</Table.Td></Table.Tr>)}</Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
    </Stack>
  )
}
