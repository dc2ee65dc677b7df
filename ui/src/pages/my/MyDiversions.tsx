import { ActionIcon, Anchor, Button, Group, Paper, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { IconDeviceMobile } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { Rule } from '~/api/schema'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { To } from '~/parts/To'
import { useOnly } from '~/parts/Setting'
import { useMay, useMe, useTenant } from '~/shell/me'
import { allowedOf, maySet } from '../diversions/rules'
import { useMyMobile } from './MyMobile'
import { myTexts } from './texts'

const kinds = ['DND', 'CFI', 'CFB', 'CFN', 'CFU'] as const
type Kind = (typeof kinds)[number]

/** Do not disturb, and where one's calls go. */
export function MyDiversions() {
  const t = useTexts(myTexts)
  const me = useMe()
  const tenant = useTenant()
  const rules = useQuery({ queryKey: ['diversions', tenant.tenant, me.extension], queryFn: ({ signal }) => dataOf('GET /diversions/{ext}', { path: { ext: me.extension }, signal }) })
  return (
    <Paper withBorder p="sm" component="section" aria-label={t('diversions')}>
      <Title order={2} size="h5">{t('diversions')}</Title>
      <Text size="sm" c="dimmed" mb="sm">{t('diversionsText')}</Text>
      <ErrorNote error={rules.error} again={() => void rules.refetch()} />
      {rules.isPending && !rules.error && <Loading />}
      {rules.data && <Stack gap="sm">{kinds.map((k) => <OneRule key={`${k}${rules.data.diversions[k].destination ?? ''}`} kind={k} rule={rules.data.diversions[k]} />)}</Stack>}
      <Anchor component={To} to="/diversions" size="sm" mt="xs" display="inline-block">{t('moreDiversions')}</Anchor>
    </Paper>
  )
}

function OneRule({ kind, rule }: { kind: Kind; rule: Rule }) {
  const t = useTexts(myTexts)
  const me = useMe()
  const queries = useQueryClient()
  const tenant = useTenant()
  const mayChange = useMay('diversions', 'change')
  const only = useOnly('diversions')
  const maySwitch = mayChange && maySet(only, kind, 'enable')
  const mayLead = mayChange && maySet(only, kind, 'destination')
  const [number, setNumber] = useState(phone(rule.destination))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [missing, setMissing] = useState(false)
  const mobile = useMyMobile().data?.mobile
  const name = t(kind)
  const plain = number.replace(/[^\d*#+]/g, '')
  const changed = plain !== (rule.destination ?? '')
  const save = async (enable: boolean, said: string) => {
    if (kind !== 'DND' && enable && !plain) {
      setMissing(true)
      return
    }
    setMissing(false)
    setBusy(true)
    setError(undefined)
    try {
      const change = { [kind]: { enable, ...(kind === 'DND' ? {} : { destination: plain || null }) } }
      const { together, single } = allowedOf(change, only)
      if (together) {
        await dataOf('PUT /diversions/{ext}', { path: { ext: me.extension }, body: together })
      }
      for (const [type, body] of single) {
        await dataOf('PUT /diversions/{ext}/{type}', { path: { ext: me.extension, type }, body })
      }
      await queries.invalidateQueries({ queryKey: ['diversions', tenant.tenant] })
      tellDone(said)
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Switch
          checked={rule.active} disabled={!maySwitch || busy} label={name} description={rule.time_group ? `${t(`${kind}_text`)} (${t('timed', { name: rule.time_group })})` : t(`${kind}_text`)}
          onChange={(e) => void save(e.currentTarget.checked, t(e.currentTarget.checked ? 'on' : 'off', { name }))}
        />
        {kind !== 'DND' && (
          <form onSubmit={(e) => {
            e.preventDefault()
            const on = (rule.active || missing) && maySwitch && plain !== ''
            void save(on, on && !rule.active ? t('on', { name }) : rule.active ? t('saved') : t('savedOff', { name }))
          }}>
            <Group gap={6} wrap="nowrap" align="flex-start">
              {/* Whoever wanted it on and was asked for the number has it on by saving. */}
              <TextInput
                size="xs" w={140} inputMode="tel" aria-label={t('destinationOf', { name })} placeholder={t('destinationText')} value={number} onChange={(e) => setNumber(e.currentTarget.value)} disabled={!mayLead} error={missing && !plain && t('needNumber')}
                rightSection={!number && mobile && mayLead && <ActionIcon variant="subtle" size="sm" aria-label={`${name}: ${t('fillMobile')}`} title={t('fillMobile')} onClick={() => setNumber(phone(mobile))}><IconDeviceMobile size={14} aria-hidden /></ActionIcon>}
              />
              {changed && mayLead && <Button type="submit" size="xs" loading={busy}>{t(missing && maySwitch ? 'saveOn' : 'save')}</Button>}
            </Group>
          </form>
        )}
      </Group>
      <ErrorNote error={error} />
    </div>
  )
}
