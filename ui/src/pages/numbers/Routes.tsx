import { ActionIcon, Button, Group, MultiSelect, Paper, Stack, Table, TagsInput, Text, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useState } from 'react'
import type { CompanyRoute } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { EditDrawer } from '~/parts/EditDrawer'
import { Empty } from '~/parts/Empty'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay, useMe } from '~/shell/me'
import { NumberOr } from '../phones/inputs'
import { useAll } from '../phones/lists'
import { useWhole } from '../phones/useWhole'
import { numbersTexts } from './texts'

const start: CompanyRoute = { name: '', prefixes: [], trunks: [] }

/** The trunks by their ids, shared ones too where one may see them. */
function useTrunkNames() {
  const t = useTexts(numbersTexts)
  const me = useMe()
  const may = useMay('trunks')
  const own = useAll('trunks', may)
  const shared = useAll('trunks', may && me.role === 'operator', 'shared')
  const all = [...(own.data ?? []).map((x) => ({ id: x.id, label: x.name || t('trunkN', { id: x.id }) })), ...(shared.data ?? []).map((x) => ({ id: x.id, label: x.name || t('sharedTrunk', { id: x.id }) }))]
  return { all, nameOf: (id: number) => all.find((x) => x.id === id)?.label ?? t('trunkN', { id }) }
}

/** Over which trunks calls to the network leave, in their order. */
export function Routes() {
  const t = useTexts(numbersTexts)
  const parts = useTexts(partsTexts)
  const may = useMay('trunks', 'change')
  const whole = useWhole<CompanyRoute[]>('routes')
  const trunks = useTrunkNames()
  const [open, setOpen] = useState<number>()
  const list = whole.value ?? []
  const move = (i: number, by: number) => {
    const next = [...list]
    const [one] = next.splice(i, 1)
    next.splice(i + by, 0, one!)
    void whole.save(next)
  }
  return (
    <>
      <ErrorNote error={whole.loadError} again={whole.reload} />
      {open === undefined && <ErrorNote error={whole.error} />}
      {whole.pending ? <Loading /> : list.length === 0 ? (
        <Paper withBorder><Empty title={t('emptyRoutes')} text={t('emptyRoutesText')} action={may ? t('addRoute') : undefined} onAction={() => setOpen(-1)} /></Paper>
      ) : (
        <>
          <Group justify="space-between" mb="xs"><Text size="sm" c="dimmed">{t('routesText')}</Text>{may && <Button onClick={() => setOpen(-1)}>{t('addRoute')}</Button>}</Group>
          <Paper withBorder>
            <Table.ScrollContainer minWidth={420}>
              <Table>
                <Table.Thead><Table.Tr><Table.Th>{t('routeName')}</Table.Th><Table.Th>{t('prefixes')}</Table.Th><Table.Th>{t('trunks')}</Table.Th><Table.Th>{t('rewrite')}</Table.Th><Table.Th>{parts('edit')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {list.map((r, i) => (
                    <Table.Tr key={i}>
                      <Table.Td>{r.name || `${t('route')} ${i + 1}`}</Table.Td>
                      <Table.Td>{r.prefixes?.length ? r.prefixes.join(', ') : t('allNumbers')}</Table.Td>
                      <Table.Td>{(r.trunks ?? []).map(trunks.nameOf).join(' → ')}</Table.Td>
                      <Table.Td>{[r.strip ? `−${r.strip}` : '', r.prepend ? `+${r.prepend}` : ''].filter(Boolean).join(' ')}</Table.Td>
                      <Table.Td>
                        <Group gap={4} wrap="nowrap">
                          <Button size="compact-xs" variant="light" onClick={() => setOpen(i)}>{parts(may ? 'edit' : 'details')}</Button>
                          {may && <ActionIcon variant="subtle" size="sm" aria-label={`${t('up')}: ${r.name || i + 1}`} disabled={i === 0 || whole.busy} onClick={() => move(i, -1)}><IconArrowUp size={16} /></ActionIcon>}
                          {may && <ActionIcon variant="subtle" size="sm" aria-label={`${t('down')}: ${r.name || i + 1}`} disabled={i === list.length - 1 || whole.busy} onClick={() => move(i, 1)}><IconArrowDown size={16} /></ActionIcon>}
                        </Group>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Paper>
        </>
      )}
      {open !== undefined && <Edit key={`${open} ${whole.etag}`} list={list} at={open} etag={whole.etag} trunks={trunks.all} mayChange={may} whole={whole} onClose={() => { whole.clear(); setOpen(undefined) }} />}
    </>
  )
}

function Edit({ list, at, etag, trunks, mayChange, whole, onClose }: { list: CompanyRoute[]; at: number; etag: string | undefined; trunks: { id: number; label: string }[]; mayChange: boolean; whole: ReturnType<typeof useWhole<CompanyRoute[]>>; onClose: () => void }) {
  const t = useTexts(numbersTexts)
  const from = list[at] ?? start
  const [d, setD] = useState(from)
  const set = (part: Partial<CompanyRoute>) => setD((x) => ({ ...x, ...part }))
  const keep = async (next: CompanyRoute[]) => {
    if (await whole.save(next, etag)) {
      onClose()
    }
  }
  return (
    <EditDrawer
      opened title={at < 0 ? t('addRoute') : `${t('route')} ${from.name || at + 1}`} dirty={JSON.stringify(d) !== JSON.stringify(from)} mayChange={mayChange} onClose={onClose}
      onSave={() => keep(at < 0 ? [...list, d] : list.map((r, i) => (i === at ? d : r)))} onDelete={at < 0 ? undefined : () => void keep(list.filter((_, i) => i !== at))} onReload={whole.reload}
    >
      <TextInput label={t('routeName')} value={d.name ?? ''} onChange={(e) => set({ name: e.currentTarget.value })} maxLength={80} />
      <TagsInput label={t('prefixes')} description={t('prefixesText')} value={d.prefixes ?? []} onChange={(v) => set({ prefixes: v.map((x) => x.replace(/\D/g, '')).filter(Boolean) })} placeholder={d.prefixes?.length ? undefined : t('allNumbers')} />
      <MultiSelect label={t('trunks')} description={t('trunksText')} data={trunks.map((x) => ({ value: String(x.id), label: x.label }))} value={(d.trunks ?? []).map(String)} onChange={(v) => set({ trunks: v.map(Number) })} required searchable />
      <Stack gap="sm">
        <NumberOr label={t('strip')} value={d.strip} onChange={(v) => set({ strip: v })} max={20} />
        <TextInput label={t('prepend')} value={d.prepend ?? ''} onChange={(e) => set({ prepend: e.currentTarget.value.replace(/[^\d+*#]/g, '') })} inputMode="tel" maxLength={20} />
      </Stack>
      <ErrorNote error={whole.error} again={whole.reload} />
    </EditDrawer>
  )
}
