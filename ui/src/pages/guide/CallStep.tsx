import { Alert, Loader, Stack, Text } from '@mantine/core'
import { IconPhoneCall, IconPhoneCheck } from '@tabler/icons-react'
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
  return p.name && p.name !== number ? `${number} ${p.name}` : number
}

/** Watches for the first call, and says that it rings and that it was answered. */
export function CallStep({ guide, onTalk }: { guide: Guide; onTalk: () => void }) {
  const t = useTexts(guideTexts)
  const queries = useQueryClient()
  const calls = useQuery({ queryKey: ['live', guide.tenant, 'guide'], queryFn: ({ signal }) => dataOf('GET /calls', { query: { ...guide.query, limit: 20 }, signal }), refetchInterval: 1000 })
  const [talked, setTalked] = useState<{ a: string; b: string }>()
  const now = (calls.data ?? []).map((c) => ({ c, stage: stageOf(c) })).filter((x) => x.stage !== undefined)
  const best = now.find((x) => x.stage === 'talks') ?? now.find((x) => x.stage === 'rings') ?? now[0]
  const a = best ? who(best.c.from) : ''
  const b = best ? who(best.stage === 'talks' && best.c.answered_by ? best.c.answered_by : best.stage === 'rings' && best.c.ringing[0] ? best.c.ringing[0] : best.c.to) : ''
  const talks = best?.stage === 'talks' && best.c.from.extension !== undefined
  useEffect(() => {
    if (talks) {
      setTalked({ a, b })
      onTalk()
    }
  }, [talks, a, b, onTalk])
  const quiet = now.length === 0
  useEffect(() => {
    if (quiet && talked) {
      void queries.invalidateQueries({ queryKey: ['calls'] })
    }
  }, [quiet, talked, queries])
  const ready = guide.extensions.filter((e) => e.registered)
  const last = guide.lastInside
  const did = guide.numbers[0]
  return (
    <Stack gap="xs">
      {ready.length < 2 ? <Text size="sm">{t('callNeeds')}</Text> : <Text size="lg" fw={600}>{t('callTry', { a: who({ number: ready[0]!.extension, name: ready[0]!.name }), b: ready[1]!.extension })}</Text>}
      <div aria-live="polite">
        {best?.stage === 'talks' || (quiet && talked) ? (
          <Alert color="teal" icon={<IconPhoneCheck size={20} />}>{best?.stage === 'talks' ? t('callUp', { a, b }) : t('callWas', talked!)}</Alert>
        ) : best?.stage === 'rings' ? (
          <Alert color="blue" icon={<IconPhoneCall size={20} />}>{t('callRings', { b })}</Alert>
        ) : best ? (
          <Alert color="blue" icon={<IconPhoneCall size={20} />}>{t('callGo', { a, b })}</Alert>
        ) : ready.length >= 2 ? (
          <Text size="sm" c="dimmed"><Loader size={12} mr={6} aria-hidden />{t('callWait')}</Text>
        ) : null}
      </div>
      {last && <Text size="sm">{t('callLast', { at: shortTime(last.calldate), a: last.src, b: last.dst })}</Text>}
      {did && <Text size="sm">{t('callOutside', { number: phone(did.number) })}</Text>}
    </Stack>
  )
}
