import { ActionIcon, Button, Group, Input, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { CompanyKey } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { TargetInput } from '../phones/TargetInput'
import { allKeys, nextKey } from './keysOf'
import { attendantsTexts } from './texts'

/** Where each key leads. */
export function Keys({ list, onChange }: { list: CompanyKey[]; onChange: (list: CompanyKey[]) => void }) {
  const t = useTexts(attendantsTexts)
  const next = nextKey(list)
  const set = (i: number, part: Partial<CompanyKey>) => onChange(list.map((k, at) => (at === i ? { ...k, ...part } : k)))
  return (
    <Input.Wrapper label={t('keys')} description={t('keysText')} labelElement="div">
      <Stack gap="xs" mt={6}>
        {list.length === 0 && <Text size="sm" c="dimmed">{t('noKeys')}</Text>}
        {list.map((k, i) => (
          <Paper key={i} withBorder p="xs" component="section" aria-label={t('keyN', { key: k.key })} data-key={k.key}>
            <Stack gap={6}>
              <Group gap="xs" wrap="nowrap" align="flex-end">
                <Select w={84} label={t('key')} data={allKeys.filter((x) => x === k.key || !list.some((o) => o.key === x))} value={k.key} onChange={(v) => v && set(i, { key: v })} allowDeselect={false} />
                <TextInput style={{ flex: 1, minWidth: 0 }} label={t('keyName')} placeholder={t('keyNamePh')} value={k.name ?? ''} onChange={(e) => set(i, { name: e.currentTarget.value })} maxLength={80} />
                <ActionIcon variant="subtle" color="red" size="lg" aria-label={t('takeKey', { key: k.key })} onClick={() => onChange(list.filter((_, at) => at !== i))}><IconX size={18} /></ActionIcon>
              </Group>
              <TargetInput label={t('to')} value={k.to} onChange={(to) => set(i, { to })} required />
            </Stack>
          </Paper>
        ))}
        {next && <Group><Button variant="light" size="compact-sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => onChange([...list, { key: next, to: '' }])}>{t('addKey')}</Button></Group>}
      </Stack>
    </Input.Wrapper>
  )
}
