import { Alert, Button, Group, List, Select, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useTenant } from '~/shell/me'
import { worksTexts } from './texts'

const signs = { ok: { colour: 'teal', Icon: IconCheck }, failed: { colour: 'red', Icon: IconX }, skipped: { colour: 'gray', Icon: IconMinus } } as const

/** Asks NAVER WORKS itself, step by step, and says what to do about what does not work. */
export function TryWorks() {
  const t = useTexts(worksTexts)
  const lang = useLanguage()
  const { tenant, query } = useTenant()
  const mayPeople = useMay('people')
  const [user, setUser] = useState('')
  const people = useQuery({ queryKey: ['people', tenant], enabled: mayPeople, queryFn: ({ signal }) => dataOf('GET /people', { query: { ...query, limit: 1000 }, signal }) })
  const tried = useMutation({ mutationFn: () => dataOf('POST /naver-works/test', { query, body: user ? { user } : {} }) })
  const choice = (people.data ?? []).filter((p) => p.user).map((p) => ({ value: p.user, label: `${p.name}${p.extension ? ` (${p.extension})` : ''}` }))
  return (
    <Stack gap="sm">
      <Group align="flex-end" gap="sm">
        {choice.length > 0 && <Select label={t('tryUser')} description={t('tryUserHelp')} data={[{ value: '', label: t('tryNobody') }, ...choice]} value={user} onChange={(v) => setUser(v ?? '')} searchable allowDeselect={false} w={{ base: '100%', xs: 300 }} />}
        <Button loading={tried.isPending} onClick={() => tried.mutate()}>{t('try')}</Button>
      </Group>
      <ErrorNote error={tried.error} />
      <div aria-live="polite">
        {tried.data && (
          <Stack gap="xs">
            <Alert variant="light" color={tried.data.ok ? 'teal' : 'red'} title={tried.data.ok ? t('tryOk') : t('tryBad')} />
            <List listStyleType="none" spacing="xs">
              {tried.data.steps.map((s) => {
                const { colour, Icon } = signs[s.result]
                return (
                  <List.Item key={s.step} icon={<ThemeIcon size={22} radius="xl" color={colour} variant={s.result === 'skipped' ? 'light' : 'filled'}><Icon size={14} aria-hidden /></ThemeIcon>}>
                    <Text size="sm" fw={600}>{t(`step_${s.step}`)}: {t(`res_${s.result}`)}</Text>
                    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{s.found[lang]}</Text>
                    {s.remedy[lang] && <Text size="sm" fw={600}>{s.remedy[lang]}</Text>}
                  </List.Item>
                )
              })}
            </List>
          </Stack>
        )}
      </div>
    </Stack>
  )
}
