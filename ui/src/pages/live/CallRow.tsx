import { IconPhoneOff } from '@tabler/icons-react'
import { memo } from 'react'
import type { Call, Party } from '~/live/store'
import { Since } from '~/live/Since'
import { answering, liveTexts, nameOf, numberOf, stateOf } from '~/live/words'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { pageTexts } from './texts'

interface Props {
  call: Call
  names: Map<string, string>
  server: string
  recording: boolean
  mayChange: boolean
  /** Where it stands, in pixels. */
  top: number
  index: number
  onOpen: (id: string) => void
  onHangup: (c: Call) => void
}

/** A party in two lines: the name and the number, or the number alone. */
function PartyCell({ party, names, below }: { party: Party | undefined; names: Map<string, string>; below?: string }) {
  const name = nameOf(party, names)
  const number = numberOf(party)
  const small = [name ? number : '', below].filter(Boolean).join(' · ')
  return <>{name || number || '-'}{small && <small>{small}</small>}</>
}

/**
 * One call. Plain elements, and rendered only when the call itself changes:
 * hundreds of these change many times a second.
 */
export const CallRow = memo(function CallRow(p: Props) {
  const t = useTexts(pageTexts)
  const w = useTexts(liveTexts)
  const c = p.call
  const state = stateOf(c)
  const by = answering(c)
  const from = nameOf(c.from, p.names) || numberOf(c.from) || w('withheld')
  const to = nameOf(c.to, p.names) || numberOf(c.to)
  return (
    <div role="row" aria-rowindex={p.index + 2} className="call" style={{ transform: `translateY(${p.top}px)` }}>
      <div role="cell" className="cell c-state">
        <span className={`state s-${state}`}>{w(state, { space: c.parked?.space ?? '' })}</span>
        <small>{w(c.direction)}</small>
      </div>
      <div role="cell" className="cell c-from">
        <button type="button" className="open" onClick={() => p.onOpen(c.call_id)} title={t('details', { from, to })}>
          {c.from.number || c.from.extension ? <PartyCell party={c.from} names={p.names} /> : w('withheld')}
        </button>
      </div>
      <div role="cell" className="cell c-to"><PartyCell party={c.to} names={p.names} below={c.did && c.did !== c.to.number ? phone(c.did) : c.queue ? t('queue', { name: c.queue }) : ''} /></div>
      <div role="cell" className="cell c-by">
        {by.length > 0 && <PartyCell party={by[0]} names={p.names} below={by.length > 1 ? `+${by.length - 1}` : ''} />}
      </div>
      {p.server && <div role="cell" className="cell c-server">{p.server}</div>}
      <div role="cell" className="cell c-since"><Since at={c.answered_at ?? c.started_at} /></div>
      <div role="cell" className="cell c-rec">{p.recording && <span className="rec" role="img" aria-label={t('recording')} title={t('recording')} />}</div>
      <div role="cell" className="c-act">
        {p.mayChange && (
          <button type="button" className="plain" onClick={() => p.onHangup(c)} aria-label={`${t('hangup')}: ${from} → ${to}`} title={t('hangup')}><IconPhoneOff size={17} /></button>
        )}
      </div>
    </div>
  )
})
