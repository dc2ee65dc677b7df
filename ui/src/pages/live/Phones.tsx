import { Chip, Group, Paper, TextInput } from '@mantine/core'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useMemo, useRef, useState } from 'react'
import { useTexts } from '~/lang/texts'
import { diversionOf, stateOfPhone, usePhones } from '~/live/phones'
import type { Phone } from '~/live/phones'
import { useLiveDevices } from '~/live/use'
import { liveTexts, nameOf, numberOf } from '~/live/words'
import { Empty } from '~/parts/Empty'
import { useCompanysCalls } from './CallTable'
import { pageTexts } from './texts'

const kinds = {
  inUse: ['INUSE', 'BUSY', 'ONHOLD', 'RINGINUSE'], ringingPhones: ['RINGING', 'RINGINUSE'], free: ['NOT_INUSE'], away: ['UNAVAILABLE', 'INVALID', 'UNKNOWN'],
} as const
const idle = [...kinds.free, ...kinds.away]
type Kind = keyof typeof kinds | 'divertedPhones' | 'anyPhone'

/** The phones with a lamp each. */
export function Phones() {
  const t = useTexts(pageTexts)
  const phones = usePhones()
  const states = useLiveDevices()
  const calls = useCompanysCalls()
  const [text, setText] = useState('')
  const [kind, setKind] = useState<Kind>('anyPhone')
  // With whom somebody is: what one looks for in a list of lamps.
  const others = useMemo(() => {
    const all = new Map<string, string>()
    for (const c of calls) {
      const from = c.from.extension
      const to = c.answered_by ?? c.to
      if (from) {
        all.set(from, nameOf(to) || numberOf(to))
      }
      for (const p of c.answered_by ? [c.answered_by] : c.ringing) {
        if (p.extension && p.extension !== from) {
          all.set(p.extension, nameOf(c.from) || numberOf(c.from))
        }
      }
    }
    return all
  }, [calls])
  const lamps = useMemo(() => phones.map((phone) => ({ phone, state: stateOfPhone(phone, states), diversion: diversionOf(phone, states) })), [phones, states])
  const wanted = text.trim().toLowerCase()
  const is = (l: (typeof lamps)[number], k: Kind) => k === 'anyPhone' || (k === 'divertedPhones' ? l.diversion !== '' : (kinds[k] as readonly string[]).includes(l.state))
  const shown = lamps.filter((l) => is(l, kind) && (!wanted || l.phone.extension.includes(wanted) || l.phone.name.toLowerCase().includes(wanted)))
  const scroller = useRef<HTMLDivElement>(null)
  const { ref, width } = useElementSize()
  const merged = useMergedRef(scroller, ref)
  const across = Math.max(1, Math.floor((width + 8) / 158))
  const virtualizer = useVirtualizer({ count: Math.ceil(shown.length / across), getScrollElement: () => scroller.current, estimateSize: () => 86, overscan: 4 })
  if (phones.length === 0) {
    return <Paper withBorder><Empty title={t('noPhones')} text={t('noPhonesText')} action={t('toExtensions')} to="/extensions" /></Paper>
  }
  return (
    <>
      <Group gap="xs" mb="xs">
        <TextInput type="search" leftSection={<IconSearch size={16} />} placeholder={t('findPhone')} aria-label={t('findPhone')} value={text} onChange={(e) => setText(e.currentTarget.value)} w={{ base: '100%', xs: 230 }} />
        <Chip.Group value={kind} onChange={(v) => setKind(v as Kind)}>
          <Group gap={6}>
            {(['anyPhone', 'inUse', 'ringingPhones', 'free', 'away', 'divertedPhones'] as const).map((k) => (
              <Chip key={k} value={k} size="xs" variant="outline">{t(k, { n: lamps.reduce((n, l) => n + (is(l, k) ? 1 : 0), 0) })}</Chip>
            ))}
          </Group>
        </Chip.Group>
      </Group>
      <div ref={merged} className="phones" tabIndex={0}>
        <div className="rows" role="list" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <div key={index} role="presentation" className="lamps" style={{ transform: `translateY(${start}px)`, gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
              {shown.slice(index * across, (index + 1) * across).map((l) => (
                <Lamp key={l.phone.extension} phone={l.phone} state={l.state} diversion={l.diversion} other={others.get(l.phone.extension) ?? ''} />
              ))}
            </div>
          ))}
        </div>
      </div>
    </>
  )
}

const Lamp = memo(function Lamp({ phone, state, diversion, other }: { phone: Phone; state: string; diversion: '' | 'DND' | 'diverted'; other: string }) {
  const w = useTexts(liveTexts)
  return (
    <div role="listitem" className={`lamp l-${state}`}>
      <b>{phone.extension} {phone.name}</b>
      <span className={`state s-${state}`}>{w(state as keyof typeof liveTexts.ko)}{diversion && ` · ${w(diversion)}`}</span>
      {/* A call that its phone has left goes on elsewhere. */}
      <span className="note">{other && !(idle as readonly string[]).includes(state) && `↔ ${other}`}</span>
    </div>
  )
})
