import { Text } from '@mantine/core'
import { phone } from '~/lang/format'

interface Party {
  extension?: string
  name?: string
  number: string
}

/** A party of a call in one line of text. `anonymous` stands for a number that is not shown. */
export function whoText(p: Party | null | undefined, anonymous = '-'): string {
  const number = phone(p?.extension || p?.number)
  const name = p?.name && p.name !== p.number && p.name !== p.extension ? p.name : ''
  return name ? (number ? `${name} ${number}` : name) : number || anonymous
}

/** A party of a call: the name, and less strong the number. */
export function Who({ party, anonymous, fw }: { party: Party | null | undefined; anonymous?: string; fw?: number }) {
  const number = phone(party?.extension || party?.number)
  const name = party?.name && party.name !== party.number && party.name !== party.extension ? party.name : ''
  if (!name) {
    return <Text span size="sm" fw={fw} className="number">{number || (anonymous ?? '-')}</Text>
  }
  return (
    <Text span size="sm" fw={fw}>
      {name} {number && <Text span size="sm" c="dimmed" fw={400} className="number">{number}</Text>}
    </Text>
  )
}
