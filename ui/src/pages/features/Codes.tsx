import { Badge, Button, Group, Paper, Stack, Switch, Table, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { useMay } from '~/shell/me'
import { useWhole } from '../phones/useWhole'
import { featuresTexts } from './texts'

const off = '-'
/** The codes that a company has which changes none. */
const defaults: Record<string, string> = {
  cfi: '*21', cfb: '*22', cfn: '*23', cfu: '*24', dnd: '*25', pea: '*26', cancel_diversions: '*20', call_waiting: '*28',
  pickup: '*8', pickup_extension: '**', blind_transfer: '##', attended_transfer: '*2', park: '*5', record: '*1',
  voicemail: '*97', voicemail_of: '*98', last_caller: '*69', my_number: '*65', time: '*60', echo: '*43',
}
const groups = {
  gDivert: ['cfi', 'cfb', 'cfn', 'cfu', 'dnd', 'pea', 'cancel_diversions', 'call_waiting'],
  gTake: ['pickup', 'pickup_extension', 'blind_transfer', 'attended_transfer', 'park', 'record'],
  gMail: ['voicemail', 'voicemail_of'],
  gOther: ['last_caller', 'my_number', 'time', 'echo'],
} as const

type CodeMap = Record<string, string>

/** The codes that are dialed at a phone. */
export function Codes() {
  const t = useTexts(featuresTexts)
  const may = useMay('features', 'change')
  const whole = useWhole<CodeMap>('feature-codes')
  const [ask, dialog] = useConfirm()
  const [draft, setDraft] = useState<CodeMap>()
  const codes = draft ?? whole.value
  const wrong = (feature: string): string | undefined => {
    const code = draft?.[feature]
    if (!draft || code === undefined || code === off) {
      return undefined
    }
    if (!/^[*#][0-9*#]{1,5}$/.test(code)) {
      return t('bad')
    }
    const other = Object.keys(draft).find((f) => f !== feature && draft[f] === code)
    return other && t('twice', { name: t(other as 'cfi') })
  }
  const broken = draft !== undefined && Object.keys(draft).some((f) => wrong(f) !== undefined)
  return (
    <>
      <Group justify="space-between" mb="sm" align="flex-start">
        <Text size="sm" c="dimmed" maw={640}>{t('text')}</Text>
        <Group gap="xs">
        {!draft && <Button variant="default" onClick={() => print()}>{t('print')}</Button>}
        {may && whole.value && !draft && <Button onClick={() => setDraft(whole.value)}>{t('change')}</Button>}
        </Group>
      </Group>
      <ErrorNote error={whole.loadError ?? whole.error} again={whole.reload} />
      {!codes ? !whole.loadError && <Loading /> : (
        <form onSubmit={(e) => { e.preventDefault(); void whole.save(codes).then((ok) => ok && setDraft(undefined)) }}>
          <Stack>
            {(Object.keys(groups) as (keyof typeof groups)[]).map((g) => (
              <section key={g} aria-labelledby={g}>
                <Title order={2} size="h5" id={g} mb={4}>{t(g)}</Title>
                <Paper withBorder>
                  <Table verticalSpacing={8}>
                    <Table.Thead><Table.Tr><Table.Th w={draft ? 210 : 90}>{t('code')}</Table.Th><Table.Th>{t('what')}</Table.Th></Table.Tr></Table.Thead>
                    <Table.Tbody>
                      {groups[g].filter((f) => f in codes).map((f) => (
                        <Table.Tr key={f}>
                          <Table.Td style={{ verticalAlign: 'top' }}>
                            {draft ? (
                              <Group gap="xs" wrap="nowrap" align="flex-start">
                                <Switch mt={6} aria-label={t('useOf', { name: t(f) })} checked={codes[f] !== off} onChange={(e) => setDraft({ ...draft, [f]: e.currentTarget.checked ? defaults[f] ?? '' : off })} />
                                {codes[f] !== off && <TextInput size="xs" aria-label={t('codeOf', { name: t(f) })} value={codes[f]} onChange={(e) => setDraft({ ...draft, [f]: e.currentTarget.value.replace(/[^\d*#]/g, '') })} maxLength={6} error={wrong(f)} />}
                              </Group>
                            ) : codes[f] === off ? <Badge tt="none" variant="outline" color="gray">{t('off')}</Badge> : <Text fw={700} ff="monospace">{codes[f]}</Text>}
                          </Table.Td>
                          <Table.Td>
                            <Text size="sm" fw={600}>{t(f)}</Text>
                            <Text size="sm" c="dimmed">{t(`${f}Text`)}{codes[f] !== off && codes[f] !== defaults[f] ? ` (${t('changed', { code: defaults[f] ?? '' })})` : ''}</Text>
                          </Table.Td>
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                </Paper>
              </section>
            ))}
            {draft && (
              <Group>
                <Button type="submit" loading={whole.busy} disabled={broken}>{t('save')}</Button>
                <Button variant="default" onClick={() => { whole.clear(); setDraft(undefined) }}>{t('cancel')}</Button>
                <Button variant="subtle" onClick={() => ask({ title: t('reset'), text: t('reset'), yes: t('reset'), act: () => setDraft({ ...defaults }) })}>{t('reset')}</Button>
              </Group>
            )}
          </Stack>
        </form>
      )}
      {dialog}
    </>
  )
}
