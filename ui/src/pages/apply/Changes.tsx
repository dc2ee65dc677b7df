import { Badge, List, Stack, Text } from '@mantine/core'
import type { Difference } from '~/api/schema'
import { useLanguage, useTexts } from '~/lang/texts'
import { useTargetWords } from '../phones/TargetInput'
import { useCalled } from './called'
import { applyTexts } from './texts'
import { changedOf, foldedOf, partWords } from './words'
import type { Changed } from './words'

const colors = { added: 'teal', removed: 'red', changed: 'blue' } as const

/** What changes, in words, thing by thing; many of one kind are folded. */
export function Changes({ list }: { list: Difference[] }) {
  const t = useTexts(applyTexts)
  useLanguage()
  const words = useTargetWords()
  const called = useCalled()
  const changed = changedOf(list, (text) => (/^(extension|ring_group|attendant|conference|voicemail|number|notice):|^(busy|hangup|fax)$/.test(text) ? words(text) : text), { called })
  return (
    <Stack gap="xs">
      {foldedOf(changed).map((some) => {
        const first = some[0]!
        return some.length === 1 ? <One key={first.what} of={first} /> : (
          <details key={`${first.part}${first.how}`}>
            <Text component="summary" size="sm" fw={600} style={{ cursor: 'pointer' }}>{t('many', { what: partWords(first.part, undefined), n: some.length })} <How of={first.how} /></Text>
            <Stack gap={4} pl="md" pt={4}>{some.map((c) => <One key={c.what} of={c} plain />)}</Stack>
          </details>
        )
      })}
    </Stack>
  )
}

function How({ of }: { of: Changed['how'] }) {
  const t = useTexts(applyTexts)
  return <Badge tt="none" size="sm" variant="light" color={colors[of]} ml={4}>{t(of)}</Badge>
}

function One({ of, plain }: { of: Changed; plain?: boolean }) {
  return (
    <div>
      <Text component="div" size="sm" fw={plain ? 400 : 600}>{of.what} {!plain && <How of={of.how} />}</Text>
      {of.fields.length > 0 && <List size="sm" withPadding>{of.fields.map((f, i) => <List.Item key={i}><Field of={f} /></List.Item>)}</List>}
    </div>
  )
}

/** One member: what it was, and what it is then. */
export function Field({ of }: { of: Changed['fields'][number] }) {
  const t = useTexts(applyTexts)
  return (
    <>
      {of.name && <>{of.name}: </>}
      {of.before && <Text span inherit td="line-through" c="dimmed">{of.before}</Text>}{of.before && ' → '}
      <Text span inherit>{of.after || t('nothingThere')}</Text>
    </>
  )
}
