import { Alert, Loader, Stack, Text } from '@mantine/core'
import { IconPhoneCall, IconPhoneCheck, IconPhoneX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { phone, shortTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import type { Guide } from './state'
import { guideTexts } from './texts'

type Call = Data<'GET /calls'>[number]

/** What a call is doing, for the guide. */
export function stageOf(c: Call): 'dials' | 'rings' | 'talks' | undefined {
  if (c.state === 'ended') {
    return undefined
  }
  return c.state === 'answered' ? 'talks' : c.ringing.length > 0 ? 'rings' : 'dials'
}

function who(p: { extension?: string; name?: string; number: string }): string {
  const number = p.extension ?? phone(p.number)
  return p.name && p.name !== number && p.name !== p.number ? `${number} ${p.name}` : number
}

/** A call that was seen here: how far it came. */
interface Seen {
  a: string
  b: string
  talked: boolean
}

/** Watches for the first call, and says that it rings and that it was answered. */
export function CallStep({ guide, onTalk }: { guide: Guide; onTalk: () => void }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const calls = useQuery({ queryKey: ['live', guide.tenant, 'guide'], queryFn: ({ signal }) => dataOf('GET /calls', { query: { ...guide.query, limit: 20 }, signal }), refetchInterval: 1000 })
  const [seen, setSeen] = useState<Seen>()
  const now = (calls.data ?? []).map((c) => ({ c, stage: stageOf(c) })).filter((x) => x.stage !== undefined)
  const best = now.find((x) => x.stage === 'talks') ?? now.find((x) => x.stage === 'rings') ?? now[0]
  const ringing = best?.c.ringing ?? []
  const a = best ? who(best.c.from) : ''
  const b = best ? who(best.stage === 'talks' && best.c.answered_by ? best.c.answered_by : best.stage === 'rings' && ringing.length === 1 ? ringing[0]! : best.c.did ? { number: best.c.did } : best.c.to) : ''
  const stage = best?.stage
  useEffect(() => {
    if (stage === 'talks' || stage === 'rings') {
      setSeen({ a, b, talked: stage === 'talks' })
    }
    if (stage === 'talks') {
      onTalk()
    }
  }, [stage, a, b, onTalk])
  const quiet = now.length === 0
  useEffect(() => {
    if (quiet && seen) {
      void queries.invalidateQueries({ queryKey: ['calls'] })
    }
  }, [quiet, seen, queries])
  const ready = guide.extensions.filter((e) => e.registered)
  const last = guide.lastCall
  const did = guide.numbers[0]
  const before = quiet ? seen : undefined
  return (
    <Stack gap="xs">
      {ready.length < 2 ? <Text size="sm">{t('callNeeds')}</Text> : <Text size="lg" fw={600}>{t('callTry', { a: who({ number: ready[0]!.extension, name: ready[0]!.name }), b: ready[1]!.extension })}</Text>}
      {did && <Text size="sm">{t('callOutside', { number: phone(did.number) })}</Text>}
      <div aria-live="polite">
        {stage === 'talks' || before?.talked ? (
          <Alert color="teal" icon={<IconPhoneCheck size={20} />}>{stage === 'talks' ? t('callUp', { a, b }) : t('callWas', { a: before?.a ?? '', b: before?.b ?? '' })}</Alert>
        ) : stage === 'rings' ? (
          <Alert color="blue" icon={<IconPhoneCall size={20} />}>{ringing.length > 1 ? t('callRingsAll', { a, n: ringing.length }) : t('callRings', { a, b })}</Alert>
        ) : best ? (
          <Alert color="blue" icon={<IconPhoneCall size={20} />}>{t('callGo', { a, b })}</Alert>
        ) : before ? (
          <Alert color="orange" icon={<IconPhoneX size={20} />}>{t('callMissed', { a: before.a, b: before.b })}</Alert>
        ) : ready.length >= 2 && !guide.done.call ? (
          <Text size="sm" c="dimmed"><Loader size={12} mr={6} aria-hidden />{t('callWait')}</Text>
        ) : null}
      </div>
      {last && <Text size="sm">{t('callLast', { at: shortTime(last.calldate), a: who(last.from), b: who(last.answered_by ?? last.to) })}</Text>}
    </Stack>
  )
}
