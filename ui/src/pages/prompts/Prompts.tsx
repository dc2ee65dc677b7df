import { Badge, Button, Drawer, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { dataOf, pathOf } from '~/api/client'
import type { Prompt } from '~/api/schema'
import { shortTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { DataTable } from '~/parts/DataTable'
import type { ColumnDef } from '~/parts/DataTable'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay, useMe, useTenant } from '~/shell/me'
import { useAll } from '../phones/lists'
import { Listen, Upload } from './Sound'
import { Speak } from './Speak'
import { promptsTexts } from './texts'

const custom = 'custom/'
// What companies change; the rest is digits, letters, words of menus.
const usual = /^(incoming|incoming, hold|time groups|refusals|ring groups, queues|personal attendant|recording|fax|parking|transfer|feature codes)$/

/** Whether a prompt is one of those that companies change. */
export function isUsual(p: Prompt): boolean {
  return p.own || p.common || p.name.startsWith(custom) || p.name === 'vm-intro' || (p.name.startsWith('dipcast/') && usual.test(p.use))
}

// What callers from outside hear comes first, then what people hear of codes.
const places = ['incoming', 'incoming, hold', 'time groups', 'voicemail', 'ring groups, queues', 'recording', 'personal attendant', 'fax', 'parking', 'transfer', 'refusals', 'feature codes']

/** The place of a prompt in the list: one's own first. */
export function placeOf(p: Prompt): number {
  const at = places.indexOf(p.use)
  return p.name.startsWith(custom) ? -2 : p.own ? -1 : at < 0 ? places.length : at
}

function useUseWords() {
  const t = useTexts(promptsTexts)
  return (use: string) => (`u-${use}` in promptsTexts.ko ? t(`u-${use}` as 'u-fax') : use)
}

/** What callers hear. */
export function Prompts() {
  const t = useTexts(promptsTexts)
  const lang = useLanguage()
  const me = useMe()
  const may = useMay('prompts', 'change')
  const mine = useTenant()
  const useWords = useUseWords()
  const [everybody, setEverybody] = useState(false)
  const [show, setShow] = useState<'usual' | 'own' | 'all'>('usual')
  const [open, setOpen] = useState<string>()
  const [adding, setAdding] = useState(false)
  const all = useAll('prompts', true, everybody ? '' : undefined)
  const rows = useMemo(() => (all.data ?? []).filter((p) => show === 'all' || (show === 'own' ? p.own || p.common : isUsual(p))).sort((a, b) => placeOf(a) - placeOf(b)), [all.data, show])
  const wordsOf = (p: Prompt) => (lang === 'en' ? p.english || p.text : p.text || p.english)
  const columns: ColumnDef<Prompt, unknown>[] = [
    { id: 'words', header: t('words'), accessorFn: wordsOf, cell: ({ row: { original: p } }) => <><Text size="sm" lineClamp={2}>{wordsOf(p) || t('noWords')}</Text><Text size="xs" c="dimmed" ff="monospace">{p.name}</Text></> },
    { id: 'use', header: t('use'), accessorFn: (p) => useWords(p.use), meta: { wide: true } },
    { id: 'state', header: t('state'), accessorFn: (p) => (p.own ? 0 : p.common ? 1 : 2), cell: ({ row: { original: p } }) => <Badge tt="none" variant={p.own || p.common ? 'light' : 'outline'} color={p.own || p.common ? 'blue' : 'gray'}>{t(p.own ? 'own' : p.common ? 'common' : 'made')}</Badge> },
  ]
  const query = everybody ? {} : mine.query
  const one = all.data?.find((p) => p.name === open) ?? (open?.startsWith(custom) ? { name: open, text: '', english: '', use: '', own: false, common: false } : undefined)
  return (
    <>
      {me.role === 'operator' && <SegmentedControl mb="sm" aria-label={t('whose')} data={[{ value: 'own', label: t('company') }, { value: 'all', label: t('everybody') }]} value={everybody ? 'all' : 'own'} onChange={(v) => setEverybody(v === 'all')} />}
      <ErrorNote error={all.error} again={() => void all.refetch()} />
      {all.isPending ? <Loading /> : all.data && (
        <DataTable
          label={t('prompts')} rows={rows} columns={columns} rowId={(p) => p.name} onOpen={(p) => setOpen(p.name)} searchText={(p) => `${p.name} ${p.text} ${p.english} ${useWords(p.use)}`}
          tools={
            <>
              <Select aria-label={t('show')} w={170} data={[{ value: 'usual', label: t('common0') }, { value: 'own', label: t('ownOnly') }, { value: 'all', label: t('all') }]} value={show} onChange={(v) => v && setShow(v as 'usual')} allowDeselect={false} />
              {may && <Button variant="light" onClick={() => setAdding(true)}>{t('custom')}</Button>}
            </>
          }
        />
      )}
      {adding && <AddCustom onClose={() => setAdding(false)} onName={(name) => { setAdding(false); setOpen(custom + name) }} />}
      {one && <One key={one.name} prompt={one} query={query} everybody={everybody} may={may} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function AddCustom({ onClose, onName }: { onClose: () => void; onName: (name: string) => void }) {
  const t = useTexts(promptsTexts)
  const parts = useTexts(partsTexts)
  const [name, setName] = useState('')
  return (
    <Drawer opened onClose={onClose} title={t('custom')} position="right" closeButtonProps={{ 'aria-label': parts('close') }}>
      <form onSubmit={(e) => { e.preventDefault(); onName(name) }}>
        <TextInput label={t('customName')} description={t('customText')} value={name} onChange={(e) => setName(e.currentTarget.value)} pattern="[A-Za-z][A-Za-z0-9\-]{0,31}" required data-autofocus />
        <Group justify="flex-end" mt="md"><Button type="submit">{parts('add')}</Button></Group>
      </form>
    </Drawer>
  )
}

function One({ prompt: p, query, everybody, may, onClose }: { prompt: Prompt; query: { tenant?: string }; everybody: boolean; may: boolean; onClose: () => void }) {
  const t = useTexts(promptsTexts)
  const parts = useTexts(partsTexts)
  const client = useQueryClient()
  const [ask, dialog] = useConfirm()
  const isCustom = p.name.startsWith(custom)
  const replaced = p.own || (everybody && p.common)
  const again = (message: string) => {
    void client.invalidateQueries({ queryKey: ['prompts'] })
    tellDone(message)
  }
  const reset = () => ask({
    title: t('reset'), text: t(isCustom ? 'resetCustomText' : 'resetText'), yes: isCustom ? parts('remove') : t('reset'), danger: true,
    act: async () => {
      await dataOf('DELETE /prompts/{name}', { path: { name: p.name }, query })
      again(t('resetDone'))
      if (isCustom) {
        onClose()
      }
    },
  })
  const heard = !isCustom || p.own || p.common
  return (
    <Drawer opened onClose={onClose} title={p.name} position="right" size="md" closeButtonProps={{ 'aria-label': parts('close') }}>
      <Stack>
        {p.text && <Text size="sm"><Text span c="dimmed" size="xs">{t('korean')}</Text><br />{p.text}</Text>}
        {p.english && <Text size="sm" lang="en"><Text span c="dimmed" size="xs">{t('english')}</Text><br />{p.english}</Text>}
        {heard && <Listen url={pathOf('/prompts/{name}/audio', { name: p.name }, query)} stamp={p.uploaded_at ?? ''} />}
        {(p.own || p.common) && <Text size="sm" c="dimmed">{t(p.own ? 'own' : 'common')} · {t('length', { n: (p.length ?? 0).toFixed(1) })} · {t('uploadedAt', { at: shortTime(p.uploaded_at) })}</Text>}
        {may && <Upload url={pathOf('/prompts/{name}', { name: p.name }, query)} title={t('upload')} onDone={() => again(t('replaced'))} />}
        {may && <Speak url={pathOf('/prompts/{name}', { name: p.name }, query)} placeholder={p.text || p.english} onKept={() => again(t('replaced'))} />}
        {may && replaced && <Group><Button variant="light" color="red" onClick={reset}>{isCustom ? parts('remove') : t('reset')}</Button></Group>}
      </Stack>
      {dialog}
    </Drawer>
  )
}
