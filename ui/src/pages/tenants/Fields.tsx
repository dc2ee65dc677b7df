import { MultiSelect, NumberInput, Select, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core'
import '@mantine/dates/styles.css'
import { DateInput } from '@mantine/dates'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { useLanguage, useTexts } from '~/lang/texts'
import 'dayjs/locale/ko'
import type { CompanyForm } from './form'
import { tenantsTexts } from './texts'

type Form = UseFormReturnType<CompanyForm>

/** Name, area code, language. */
export function NameFields({ form }: { form: Form }) {
  const t = useTexts(tenantsTexts)
  return (
    <>
      <TextInput label={t('name')} description={t('nameHelp')} maxLength={80} required data-autofocus {...form.getInputProps('name')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('areaCode')} description={t('areaCodeHelp')} maxLength={4} inputMode="numeric" pattern="0\d{1,3}" title={t('areaBad')} error={form.values.area_code && !/^0\d{1,3}$/.test(form.values.area_code.trim()) ? t('areaBad') : undefined} {...form.getInputProps('area_code')} />
        <Select label={t('language')} description={t('languageHelp')} allowDeselect={false} data={[{ value: 'ko', label: t('ko') }, { value: 'en', label: t('en') }]} {...form.getInputProps('language')} />
      </SimpleGrid>
    </>
  )
}

/** The servers of a company. */
export function ServerField({ form }: { form: Form }) {
  const t = useTexts(tenantsTexts)
  const servers = useQuery({ queryKey: ['servers'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }) })
  return <MultiSelect label={t('servers')} description={t('serversHelp')} required data={servers.data?.map((s) => ({ value: String(s.id), label: `${s.name} (${s.id})` })) ?? []} {...form.getInputProps('servers')} />
}

/** How many calls at a time, and how long they stay in the history. */
export function CallFields({ form }: { form: Form }) {
  const t = useTexts(tenantsTexts)
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <NumberInput label={t('lines')} description={t('linesHelp')} placeholder={t('unlimited')} min={0} max={100000} allowDecimal={false} {...form.getInputProps('lines')} />
      <NumberInput label={t('historyDays')} description={t('historyDaysHelp')} placeholder={t('forGood')} min={0} max={36500} allowDecimal={false} {...form.getInputProps('history_days')} />
    </SimpleGrid>
  )
}

/** What is recorded, and how long that is kept. */
export function RecordingFields({ form }: { form: Form }) {
  const t = useTexts(tenantsTexts)
  const when = [{ value: 'on_demand', label: t('onDemand') }, { value: 'always', label: t('always') }]
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 3 }}>
        <Select label={t('recIncoming')} allowDeselect={false} data={when} {...form.getInputProps('recording.incoming')} />
        <Select label={t('recOutgoing')} allowDeselect={false} data={when} {...form.getInputProps('recording.outgoing')} />
        <Select label={t('recInternal')} allowDeselect={false} data={when} {...form.getInputProps('recording.internal')} />
      </SimpleGrid>
      <Switch label={t('notice')} description={t('noticeHelp')} {...form.getInputProps('recording.notice', { type: 'checkbox' })} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput label={t('keepDays')} description={t('keepDaysHelp')} placeholder={t('standard', { n: 90 })} min={0} max={3650} allowDecimal={false} {...form.getInputProps('recording.keep_days')} />
        <Select label={t('format')} description={t('formatHelp')} allowDeselect={false} data={['wav', 'mp3', 'opus']} {...form.getInputProps('recording.format')} />
      </SimpleGrid>
    </Stack>
  )
}

const standards = [['per_minute', 'perMinute', 20], ['per_hour', 'perHour', 300], ['abroad_per_minute', 'abroadPerMinute', 5], ['abroad_per_hour', 'abroadPerHour', 20], ['abroad_per_day', 'abroadPerDay', 100]] as const

/** How much one extension may call, and where to. */
export function LimitFields({ form }: { form: Form }) {
  const t = useTexts(tenantsTexts)
  const lang = useLanguage()
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t('limitsText')}</Text>
      <SimpleGrid cols={{ base: 2, xs: 3 }}>
        {standards.map(([field, text, n]) => (
          <NumberInput key={field} label={t(text)} placeholder={t('standard', { n })} min={0} max={1000000} allowDecimal={false} {...form.getInputProps(`limits.${field}`)} />
        ))}
      </SimpleGrid>
      <TagsInput label={t('countries')} description={t('countriesHelp')} splitChars={[',', ' ']} {...form.getInputProps('limits.countries')} />
      <DateInput label={t('until')} description={t('untilHelp')} locale={lang} valueFormat="YYYY-MM-DD" clearable {...form.getInputProps('limits.until')} />
      <Switch label={t('premium')} {...form.getInputProps('limits.premium', { type: 'checkbox' })} />
    </Stack>
  )
}
