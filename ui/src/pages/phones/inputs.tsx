import { MultiSelect, NumberInput, Select } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { useAll } from './lists'
import { phonesTexts } from './texts'

/** What calls are answered with while they wait: a tone. */
export function ToneInput({ value, onChange }: { value: string | undefined; onChange: (v: string) => void }) {
  const t = useTexts(phonesTexts)
  const tones = useAll('tones')
  const data = [{ value: 'none', label: t('toneDefault') }, { value: 'dipcast', label: t('toneOwn') }, ...(tones.data ?? []).map((x) => ({ value: x.name, label: x.title || x.name }))]
  if (value && !data.some((x) => x.value === value)) {
    data.push({ value, label: value }) // one that may not be seen, or is gone
  }
  return <Select label={t('tone')} description={t('toneText')} data={data} value={value || 'none'} onChange={(v) => onChange(v === 'none' || !v ? '' : v)} allowDeselect={false} />
}

/** The language of announcements. */
export function LanguageInput({ value, onChange }: { value: string | undefined; onChange: (v: string) => void }) {
  const t = useTexts(phonesTexts)
  return <Select label={t('language')} data={[{ value: 'none', label: t('company') }, { value: 'ko', label: t('ko') }, { value: 'en', label: t('en') }]} value={value || 'none'} onChange={(v) => onChange(v === 'none' || !v ? '' : v)} allowDeselect={false} />
}

/** A whole number that has a default when it is empty. */
export function NumberOr({ label, description, value, onChange, def, max, min = 0, unit }: { label: string; description?: string; value: number | undefined; onChange: (v: number | undefined) => void; def?: string; max?: number; min?: number; unit?: string }) {
  const t = useTexts(phonesTexts)
  return <NumberInput label={label} description={description} value={value || ''} placeholder={def && t('byDefaultOf', { value: unit ? `${def} ${unit}` : def })} onChange={(v) => onChange(typeof v === 'number' ? v : undefined)} min={min} max={max} allowDecimal={false} allowNegative={false} clampBehavior="blur" suffix={unit ? ` ${unit}` : undefined} />
}

/** Codecs in their order. */
export function CodecsInput({ value, onChange }: { value: string[] | null | undefined; onChange: (v: string[]) => void }) {
  const t = useTexts(phonesTexts)
  return <MultiSelect label={t('codecs')} description={t('codecsText')} data={(['alaw', 'ulaw', 'g722', 'opus'] as const).map((c) => ({ value: c, label: t(c) }))} value={value ?? []} onChange={onChange} clearable />
}
