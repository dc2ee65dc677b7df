import { ActionIcon, Button, Group, Input, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useAll } from '../phones/lists'
import { groupsTexts } from './texts'

/** The members of a ring group, in their order: extensions chosen from a list, and numbers of the network. */
export function Members({ list, onChange }: { list: string[]; onChange: (list: string[]) => void }) {
  const t = useTexts(groupsTexts)
  const extensions = useAll('extensions')
  const [number, setNumber] = useState('')
  const names = new Map((extensions.data ?? []).map((e) => [e.extension, e.name === e.extension ? e.extension : `${e.extension} ${e.name}`]))
  const nameOf = (m: string) => names.get(m) ?? phone(m)
  const add = (m: string) => !list.includes(m) && onChange([...list, m])
  const move = (i: number, by: number) => {
    const next = [...list]
    const [one] = next.splice(i, 1)
    next.splice(i + by, 0, one!)
    onChange(next)
  }
  const addNumber = () => {
    add(number)
    setNumber('')
  }
  return (
    <Input.Wrapper label={t('members')} description={t('membersText')} required labelElement="div">
      <Stack gap={6} mt={6}>
        {list.length === 0 && <Text size="sm" c="dimmed">{t('noMembers')}</Text>}
        {list.map((m, i) => (
          <Paper key={m} withBorder px="sm" py={4}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm">{i + 1}. {nameOf(m)}</Text>
              <Group gap={2} wrap="nowrap">
                <ActionIcon variant="subtle" size="sm" aria-label={`${t('up')}: ${nameOf(m)}`} disabled={i === 0} onClick={() => move(i, -1)}><IconArrowUp size={16} /></ActionIcon>
                <ActionIcon variant="subtle" size="sm" aria-label={`${t('down')}: ${nameOf(m)}`} disabled={i === list.length - 1} onClick={() => move(i, 1)}><IconArrowDown size={16} /></ActionIcon>
                <ActionIcon variant="subtle" size="sm" color="red" aria-label={`${t('take')}: ${nameOf(m)}`} onClick={() => onChange(list.filter((x) => x !== m))}><IconX size={16} /></ActionIcon>
              </Group>
            </Group>
          </Paper>
        ))}
        <Select aria-label={t('addMember')} placeholder={t('addMember')} data={(extensions.data ?? []).filter((e) => !list.includes(e.extension)).map((e) => ({ value: e.extension, label: names.get(e.extension)! }))} value={null} onChange={(v) => v && add(v)} searchable limit={200} />
        <Group gap="xs" align="flex-end">
          <TextInput label={t('addNumber')} description={t('addNumberText')} value={number} onChange={(e) => setNumber(e.currentTarget.value.replace(/\D/g, ''))} inputMode="tel" style={{ flex: 1 }} onKeyDown={(e) => { if (e.key === 'Enter' && number) { e.preventDefault(); addNumber() } }} />
          <Button variant="light" disabled={number.length < 3} onClick={addNumber}>{t('addButton')}</Button>
        </Group>
      </Stack>
    </Input.Wrapper>
  )
}
