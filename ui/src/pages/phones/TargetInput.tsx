import { Group, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Prompt } from '~/api/schema'
import { phone } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { useMay } from '~/shell/me'
import { useAll } from './lists'
import { plainKinds, targetKinds, targetOf, targetText } from './target'
import { phonesTexts } from './texts'

const ownPrompts = 'dipcast/'
const customPrompts = 'custom/'
// Of the many prompts, those that say something whole to a caller.
const noticeUses = new Set(['incoming', 'incoming, hold', 'time groups', 'refusals', 'ring groups, queues', 'personal attendant', 'everywhere', 'voicemail'])

/** The name of a prompt as targets have it; undefined for one that is no notice. */
export function noticeOf(p: Prompt): string | undefined {
  const custom = p.name.startsWith(customPrompts)
  const name = custom ? p.name.slice(customPrompts.length) : p.name.startsWith(ownPrompts) && noticeUses.has(p.use) ? p.name.slice(ownPrompts.length) : ''
  return /^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(name) ? name : undefined
}

interface Option {
  value: string
  label: string
  /** What it is shown below, in a list of many. */
  under?: string
}

/** What a prompt says, else what it is called. */
export function textOfPrompt(p: Prompt, lang: string): string {
  return (lang === 'ko' ? p.text : p.english) || p.text || p.name.replace(/^[^/]*\//, '')
}

/** In which parts of a list prompts stand. */
export const groupOrder = ['ownNotices', 'hoursNotices', 'greetings', 'refusalNotices'] as const

/** The part of the list that a prompt is in. */
export function groupOf(p: Prompt): (typeof groupOrder)[number] {
  return p.name.startsWith(customPrompts) ? 'ownNotices' : p.use === 'time groups' ? 'hoursNotices' : p.use === 'refusals' ? 'refusalNotices' : 'greetings'
}

/** What targets of a kind there are. */
function useOptions(kind: string): Option[] {
  const lang = useLanguage()
  const extensions = useAll('extensions', kind === 'extension' || kind === 'voicemail')
  const groups = useAll('ring-groups', kind === 'ring_group')
  const attendants = useAll('attendants', kind === 'attendant')
  const rooms = useAll('conferences', kind === 'conference')
  const prompts = useAll('prompts', kind === 'notice')
  switch (kind) {
    case 'extension':
      return (extensions.data ?? []).map((e) => ({ value: e.extension, label: e.name === e.extension ? e.extension : `${e.extension} ${e.name}` }))
    case 'voicemail':
      return (extensions.data ?? []).filter((e) => e.settings?.voicemail).map((e) => ({ value: e.extension, label: `${e.extension} ${e.name}` }))
    case 'ring_group':
      return (groups.data ?? []).map((g) => ({ value: g.number, label: `${g.number} ${g.name ?? ''}`.trim() }))
    case 'attendant':
      return (attendants.data ?? []).map((a) => ({ value: a.number, label: `${a.number} ${a.name ?? ''}`.trim() }))
    case 'conference':
      return (rooms.data ?? []).map((r) => ({ value: r.number, label: `${r.number} ${r.name ?? ''}`.trim() }))
    case 'notice':
      return (prompts.data ?? []).flatMap((p) => {
        const name = noticeOf(p)
        return name === undefined ? [] : [{ value: name, label: textOfPrompt(p, lang), under: groupOf(p) }]
      })
  }
  return []
}

const ofWhich = new Set(['extension', 'voicemail', 'ring_group', 'attendant', 'conference'])

interface Props {
  label: string
  description?: string
  value: string | undefined
  onChange: (text: string) => void
  /** Whether only a public number's target is meant: it may be a fax. */
  fax?: boolean
  /** Whether it may be nowhere, and what that is called. */
  nowhere?: string
  required?: boolean
}

/** Where calls go, chosen from what there is. */
export function TargetInput(p: Props) {
  const t = useTexts(phonesTexts)
  const given = targetOf(p.value)
  // A kind may be chosen before what is meant of it.
  const [kind, setKind] = useState(given.kind)
  const shown = given.kind || kind
  const options = useOptions(shown)
  const kinds = targetKinds.filter((k) => k !== 'fax' || p.fax).map((k) => ({ value: k as string, label: t(k === 'number' ? 'number_of' : k) }))
  // Nowhere may be called what hanging up is: one of them is enough.
  const data = p.nowhere === undefined ? kinds : [{ value: 'nowhere', label: p.nowhere }, ...kinds.filter((k) => k.label !== p.nowhere || k.value === shown)]
  const choose = (next: string) => {
    const k = next === 'nowhere' ? '' : next
    setKind(k)
    p.onChange(plainKinds.has(k) ? k : '')
  }
  const missing = given.value && !options.some((o) => o.value === given.value) ? [{ value: given.value, label: given.value }] : []
  return (
    <Group align="flex-start" gap="xs" grow preventGrowOverflow={false} wrap="wrap">
      <Select label={p.label} description={p.description} data={data} value={shown || (p.nowhere === undefined ? null : 'nowhere')} onChange={(v) => v && choose(v)} allowDeselect={false} required={p.required} inputWrapperOrder={['label', 'input', 'description', 'error']} style={{ flex: '1 1 190px' }} />
      {shown === 'number' ? (
        <TextInput label={t('dialNumber')} description={t('dialNumberText')} inputWrapperOrder={['label', 'input', 'description', 'error']} value={given.value} onChange={(e) => { setKind('number'); p.onChange(targetText({ kind: 'number', value: e.currentTarget.value.replace(/[^\d+]/g, '') })) }} inputMode="tel" required style={{ flex: '1 1 190px' }} />
      ) : plainKinds.has(shown) ? null : (
        <Select label={shown === 'notice' ? t('notice') : ofWhich.has(shown) ? t(shown as 'extension') : t('which')} data={options.some((o) => o.under) ? [...groupOrder.map((g) => ({ group: t(g), items: options.filter((o) => o.under === g) })).filter((g) => g.items.length > 0), ...missing] : [...options, ...missing]} value={given.value || null} onChange={(v) => v && p.onChange(targetText({ kind: shown, value: v }))} searchable allowDeselect={false} required limit={200} nothingFoundMessage={shown === 'voicemail' ? t('noVoicemails') : t('none')} style={{ flex: '1 1 190px' }} />
      )}
    </Group>
  )
}

/** A function that says in words where a target leads. */
export function useTargetWords(): (text: string | undefined) => string {
  const t = useTexts(phonesTexts)
  const extensions = useAll('extensions')
  const groups = useAll('ring-groups')
  const lang = useLanguage()
  const prompts = useAll('prompts', useMay('prompts'))
  const attendants = useAll('attendants')
  const rooms = useAll('conferences')
  return (text) => {
    const { kind, value } = targetOf(text)
    switch (kind) {
      case '':
        return ''
      case 'extension':
      case 'voicemail': {
        const name = extensions.data?.find((e) => e.extension === value)?.name
        return `${t(kind)} ${value}${name && name !== value ? ` ${name}` : ''}`
      }
      case 'ring_group':
        return `${t(kind)} ${value} ${groups.data?.find((g) => g.number === value)?.name ?? ''}`.trim()
      case 'attendant':
        return `${t(kind)} ${value} ${attendants.data?.find((a) => a.number === value)?.name ?? ''}`.trim()
      case 'conference':
        return `${t(kind)} ${value} ${rooms.data?.find((r) => r.number === value)?.name ?? ''}`.trim()
      case 'number':
        return `${t('number_of')} ${phone(value)}`
      case 'notice': {
        const said = prompts.data?.find((p) => noticeOf(p) === value)
        return `${t('notice')}: ${said ? textOfPrompt(said, lang) : value}`
      }
    }
    return (targetKinds as readonly string[]).includes(kind) ? t(kind as 'busy') : text ?? ''
  }
}
