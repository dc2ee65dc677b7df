import { Group, Paper, Text, ThemeIcon, Title } from '@mantine/core'
import { IconArrowForwardUp, IconBuildingBroadcastTower, IconMicrophone, IconPhone, IconPhoneCheck, IconPhoneIncoming, IconPhoneX, IconTransfer } from '@tabler/icons-react'
import type { TablerIcon } from '@tabler/icons-react'
import type { CDRDetails, CDRStep } from '~/api/schema'
import { duration, time } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { HelpTip } from '~/parts/HelpTip'
import { historyTexts } from './texts'

const looks: Record<CDRStep['kind'], { icon: TablerIcon; color: string }> = {
  started: { icon: IconPhone, color: 'blue' },
  called: { icon: IconPhoneIncoming, color: 'orange' },
  answered: { icon: IconPhoneCheck, color: 'teal' },
  diverted: { icon: IconArrowForwardUp, color: 'grape' },
  service: { icon: IconBuildingBroadcastTower, color: 'cyan' },
  transfer: { icon: IconTransfer, color: 'indigo' },
  recording: { icon: IconMicrophone, color: 'red' },
  ended: { icon: IconPhoneX, color: 'gray' },
}

/** Where a step stands between the beginning and the end of a call, in hundredths. */
export function place(s: Pick<CDRStep, 'at' | 'until'>, began: number, ended: number): { left: number; width: number } {
  const whole = Math.max(1, ended - began)
  const in100 = (at: number) => Math.min(100, Math.max(0, ((at - began) / whole) * 100))
  const left = in100(new Date(s.at).getTime())
  return { left, width: s.until ? Math.max(0, in100(new Date(s.until).getTime()) - left) : 0 }
}

/** What happened in a call: a list that reads without the bars, with a bar for each leg. */
export function Lanes({ c }: { c: CDRDetails }) {
  const t = useTexts(historyTexts)
  const lng = useLanguage()
  const began = new Date(c.calldate).getTime()
  const ended = new Date(c.ended_at).getTime()
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="timeline">
      <Group gap={4} mb="xs"><Title order={2} size="h5" id="timeline">{t('timeline')}</Title><HelpTip name={t('timeline')} text={t('timelineHelp')} /></Group>
      <ol className="lanes">
        {c.timeline.map((s, i) => {
          const look = looks[s.kind]
          const { left, width } = place(s, began, ended)
          const lasts = s.until ? Math.round((new Date(s.until).getTime() - new Date(s.at).getTime()) / 1000) : 0
          return (
            <li key={i}>
              <Text span size="sm" c="dimmed" className="number lane-time">{time(s.at)}</Text>
              <ThemeIcon size={26} radius="xl" variant="light" color={look.color} aria-hidden><look.icon size={15} /></ThemeIcon>
              <Text span size="sm" lang={lng} className="lane-text">{s.text[lng]}{lasts > 0 && s.kind !== 'called' && <Text span size="xs" c="dimmed" className="number"> ({duration(lasts)})</Text>}</Text>
              <span className="lane" aria-hidden>
                <span style={{ left: `min(${left}%, 100% - 6px)`, width: `max(6px, ${width}%)`, background: `var(--mantine-color-${look.color}-filled)` }} />
              </span>
            </li>
          )
        })}
      </ol>
    </Paper>
  )
}
