import { Text } from '@mantine/core'
import { Fragment } from 'react'
import type { CompanySpan } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { days, daysWords, weekOf } from './hours'
import './times.css'
import { timesTexts } from './texts'

const minutes = 24 * 60

/** What spans say, in words. */
export function useSpanWords(): (spans: CompanySpan[] | null) => string {
  const t = useTexts(timesTexts)
  return (spans) => (spans ?? []).map((s) => `${daysWords(s.days, (d) => t(d), t('everyDay'))} ${s.from}–${s.to}`).join(', ')
}

/** The week as a picture: a bar for each day, filled where spans are. */
export function Week({ spans }: { spans: CompanySpan[] }) {
  const t = useTexts(timesTexts)
  const words = useSpanWords()
  const week = weekOf(spans)
  return (
    <div className="week" role="img" aria-label={t('grid', { text: words(spans) || t('noSpans') })}>
      {days.map((d) => (
        <Fragment key={d}>
          <Text size="xs" ta="right">{t(d)}</Text>
          <div className="week-day">{week[d].map((p, i) => <div key={i} className="week-part" style={{ left: `${(p.from / minutes) * 100}%`, width: `${((p.to - p.from) / minutes) * 100}%` }} />)}</div>
        </Fragment>
      ))}
      <span />
      <div className="week-hours">{[0, 6, 12, 18, 24].map((h) => <Text key={h} size="xs" c="dimmed">{h}</Text>)}</div>
    </div>
  )
}
