import { Button, ColorInput, Group, Radio, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { useMay, useTenant } from '~/shell/me'
import { Card } from './Card'
import { worksTexts } from './texts'
import { useSaveWorks } from './works'
import type { Style } from './works'

const kinds = ['external', 'internal', 'fax', 'missed', 'answered', 'voicemail'] as const
const modes = ['message', 'postback', 'uri', 'template'] as const
const colours = ['ground', 'ink', 'take', 'other', 'red'] as const
const standard = { ground: '#FFA9AA', ink: '#000000', take: '#00C250', other: '#D2D9E2', red: '#B30918' }
const labels = ['desk', 'assistant', 'mobile', 'm2c', 'web', 'fax', 'recording'] as const
const titles = ['incoming', 'internal_call', 'missed', 'answered', 'voicemail', 'fax_came'] as const

/** How cards look and how their buttons act, with a picture of each. */
export function Cards({ saved }: { saved: Style }) {
  const t = useTexts(worksTexts)
  const { tenant, query } = useTenant()
  const mayChange = useMay('naverworks', 'change')
  const save = useSaveWorks()
  const [style, setStyle] = useState<Style>(saved)
  const [kind, setKind] = useState<(typeof kinds)[number]>('external')
  const [lang, setLang] = useState<'ko' | 'en'>(useLanguage())
  const [asked] = useDebouncedValue(style, 300)
  const changed = JSON.stringify(style) !== JSON.stringify(saved)
  const card = useQuery({
    queryKey: ['naverworks', tenant, 'preview', kind, lang, asked],
    queryFn: ({ signal }) => dataOf('POST /naver-works/preview', { query, body: { kind, lang, style: asked }, signal }),
    placeholderData: keepPreviousData, staleTime: 60_000,
  })
  const set = (more: Partial<Style>) => setStyle((was) => Object.fromEntries(Object.entries({ ...was, ...more }).filter(([, v]) => v !== undefined && v !== '')) as Style)
  const word = (name: string) => style.words?.[`${lang}.${name}`] ?? ''
  const setWord = (name: string, v: string) => {
    const { [`${lang}.${name}`]: _, ...rest } = style.words ?? {}
    const words = v ? { ...rest, [`${lang}.${name}`]: v } : rest
    set({ words: Object.keys(words).length > 0 ? words : undefined } as Partial<Style>)
  }
  return (
    <Group align="flex-start" gap="xl">
      <Stack gap="md" style={{ flex: '1 1 340px', maxWidth: 560, minWidth: 0 }}>
        <Radio.Group label={t('mode')} description={t('modeHelp')} value={style.mode ?? 'message'} onChange={(v) => set({ mode: v === 'message' ? undefined : v } as Partial<Style>)}>
          <Stack gap={8} mt="xs">{modes.map((m) => <Radio key={m} value={m} label={t(`m_${m}`)} description={t(`m_${m}Text`)} disabled={!mayChange} />)}</Stack>
        </Radio.Group>
        <Title order={2} size="h4">{t('colours')}</Title>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {colours.map((c) => <ColorInput key={c} label={t(c)} placeholder={`${t('defaults')} ${standard[c]}`} value={style[c] ?? ''} onChange={(v) => set({ [c]: /^#[0-9a-f]{6}$/i.test(v) ? v.toUpperCase() : v } as Partial<Style>)} disabled={!mayChange} eyeDropperButtonProps={{ 'aria-label': t(c) }} withEyeDropper={false} />)}
        </SimpleGrid>
        <Title order={2} size="h4">{t('words')} ({t(lang)})</Title>
        <Text size="sm" c="dimmed">{t('wordsText')}</Text>
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
          {titles.map((w) => <TextInput key={w} label={t(`w_${w}`)} value={word(w)} onChange={(e) => setWord(w, e.currentTarget.value)} maxLength={40} readOnly={!mayChange} />)}
          {labels.map((w) => <TextInput key={w} label={t(`w_${w}`)} value={word(w)} onChange={(e) => setWord(w, e.currentTarget.value)} maxLength={20} readOnly={!mayChange} />)}
        </SimpleGrid>
        <ErrorNote error={save.error} />
        {mayChange && <Group><Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate({ style })}>{t('saveCards')}</Button></Group>}
      </Stack>
      <Stack gap="sm" style={{ flex: '1 1 320px', maxWidth: 420, minWidth: 0 }} component="section" aria-label={t('preview')}>
        <Title order={2} size="h4">{t('preview')}</Title>
        <Text size="sm" c="dimmed">{t('previewText')}</Text>
        <Group gap="xs" align="flex-end">
          <Select aria-label={t('preview')} data={kinds.map((k) => ({ value: k, label: t(`k_${k}`) }))} value={kind} onChange={(v) => v && setKind(v as typeof kind)} allowDeselect={false} w={190} />
          <SegmentedControl aria-label={t('lang')} data={[{ value: 'ko', label: t('ko') }, { value: 'en', label: t('en') }]} value={lang} onChange={(v) => setLang(v as 'ko' | 'en')} />
        </Group>
        <ErrorNote error={card.error} />
        {card.data !== undefined && <Card message={card.data} label={t(`k_${kind}`)} />}
        {changed && <Text size="sm" role="status">{t('notSaved')}</Text>}
      </Stack>
    </Group>
  )
}
