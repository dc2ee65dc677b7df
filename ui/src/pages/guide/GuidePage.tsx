import { Accordion, Alert, Anchor, Button, Group, Progress, Text, ThemeIcon, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCircle, IconCircleDot } from '@tabler/icons-react'
import { useCallback, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { phone } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { PageHeader } from '~/parts/PageHeader'
import { To } from '~/parts/To'
import { useMe } from '~/shell/me'
import { ApplyStep } from './ApplyStep'
import { CallStep } from './CallStep'
import { CompanyStep } from './CompanyStep'
import { ExtensionsStep } from './ExtensionsStep'
import { HistoryStep } from './HistoryStep'
import { LineStep } from './LineStep'
import { NumberStep } from './NumberStep'
import { placeOf } from './numbers'
import { PhonesStep } from './PhonesStep'
import { lineNames, stepNames, useGuide } from './state'
import type { StepName } from './state'
import { guideTexts } from './texts'

const pageOf: Partial<Record<StepName, string>> = { company: '/tenants', extensions: '/extensions', line: '/trunks', number: '/numbers', apply: '/apply', call: '/live', history: '/history' }

/** Leads from a new company to the first call. What is done is seen, not ticked. */
export default function GuidePage() {
  const t = useTexts(guideTexts)
  const me = useMe()
  const lang = useLanguage()
  const guide = useGuide(true)
  const [open, setOpen] = useState<string | null>()
  const [passwords, setPasswords] = useState<Record<string, string>>({})
  const [talked, setTalked] = useState(false)
  const keep = useCallback((more: Record<string, string>) => setPasswords((was) => ({ ...was, ...more })), [])
  const talk = useCallback(() => setTalked(true), [])
  const { facts, loaded, settled } = guide
  const done = { ...guide.done, call: guide.done.call || talked }
  const left = stepNames.filter((n) => !done[n])
  const current = left[0]
  // It begins where there is something to do. From then on who uses it goes on: a
  // step that is done by itself takes nothing away from under a hand.
  useEffect(() => {
    if (settled && open === undefined) {
      setOpen(current ?? 'history')
    }
  }, [settled, open, current])
  if (!loaded) {
    return <Loading />
  }
  const summary: Record<StepName, string> = {
    company: !facts.chosen ? t('companyNone') : guide.company?.area_code ? t('companyArea', { name: guide.company.name, code: guide.company.area_code, place: placeOf(guide.company.area_code, lang) }) : (guide.company?.name ?? me.tenant_name),
    extensions: facts.extensions > 0 ? t('extensionsAre', { n: facts.extensions }) : t('extensionsNone'),
    phones: facts.registered > 0 ? t('phonesAre', { n: facts.extensions, m: facts.registered }) : t('phonesNone'),
    line: facts.lines > 0 ? lineNames([...guide.trunks, ...guide.shared]) || t('shared') : t('lineNone'),
    number: facts.numbers > 0 ? guide.numbers.slice(0, 3).map((d) => phone(d.number)).join(', ') : t('numberNone'),
    apply: facts.pending === undefined || facts.extensions === 0 ? '' : facts.pending > 0 ? t('applyPending') : done.apply ? t('applyNothing') : t('applyPart'),
    call: done.call ? t('callDone') : t('callNone'),
    history: facts.kept ? t('historyIs') : t('historyNone'),
  }
  const body: Record<StepName, () => ReactNode> = {
    company: () => <CompanyStep guide={guide} onMade={() => setOpen('extensions')} />,
    extensions: () => <ExtensionsStep guide={guide} onPasswords={keep} onMade={() => setOpen('phones')} />,
    phones: () => <PhonesStep guide={guide} passwords={passwords} onPasswords={keep} />,
    line: () => <LineStep guide={guide} onMade={() => setOpen('number')} />,
    number: () => <NumberStep guide={guide} onMade={() => setOpen('apply')} />,
    apply: () => <ApplyStep guide={guide} onDone={() => setOpen('call')} />,
    call: () => <CallStep guide={guide} onTalk={talk} />,
    history: () => <HistoryStep guide={guide} />,
  }
  const next = (name: StepName) => stepNames[stepNames.indexOf(name) + 1]
  return (
    <div style={{ maxWidth: 880 }}>
      <PageHeader title={t('title')} text={t('lead')} />
      <Group mb="md" gap="sm">
        <Progress value={((stepNames.length - left.length) / stepNames.length) * 100} color="teal" style={{ flex: 1 }} aria-label={t('progress', { n: stepNames.length - left.length, all: stepNames.length })} />
        <Text size="sm" aria-live="polite">{t('progress', { n: stepNames.length - left.length, all: stepNames.length })}</Text>
      </Group>
      {left.length === 0 && <Alert color="teal" mb="md" icon={<IconCheck size={18} />}>{t('finished')}</Alert>}
      <ErrorNote error={guide.error} />
      <Accordion variant="separated" value={open ?? null} onChange={setOpen} order={2} key={guide.tenant}>
        {stepNames.map((name, i) => {
          const locked = name !== 'company' && !facts.chosen
          return (
            <Accordion.Item key={name} value={name} data-step={name} data-done={done[name]}>
              <Accordion.Control
                disabled={locked}
                icon={
                  <ThemeIcon radius="xl" size={28} color={done[name] ? 'teal' : name === current ? 'blue' : 'gray'} variant={done[name] || name === current ? 'filled' : 'light'}>
                    {done[name] ? <IconCheck size={16} aria-hidden /> : name === current ? <IconCircleDot size={16} aria-hidden /> : <IconCircle size={16} aria-hidden />}
                  </ThemeIcon>
                }
              >
                <Text component="span" fw={600} display="block">{i + 1}. {t(name)}</Text>
                <VisuallyHidden>{done[name] ? t('done') : name === current ? t('now') : t('todo')}. </VisuallyHidden>
                <Text component="span" size="sm" c="dimmed" display="block">{summary[name]}</Text>
              </Accordion.Control>
              <Accordion.Panel>
                <Text size="sm" mb="sm">{t(`${name}Text`)}</Text>
                {body[name]()}
                <Group justify="space-between" mt="md" gap="xs">
                  {pageOf[name] ? <Anchor component={To} to={pageOf[name]} size="sm">{t('open')}</Anchor> : <span />}
                  {done[name] && next(name) && <Button size="compact-md" onClick={() => setOpen(next(name))}>{t('next')}</Button>}
                </Group>
              </Accordion.Panel>
            </Accordion.Item>
          )
        })}
      </Accordion>
    </div>
  )
}
