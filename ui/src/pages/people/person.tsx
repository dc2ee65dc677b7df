import { Badge } from '@mantine/core'
import type { Data } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { peopleTexts } from './texts'

export type Person = Data<'GET /people'>[number]

const colours = { by_hand: 'blue', matched: 'teal', unmatched: 'gray', conflict: 'red', left: 'gray' } as const

/** How somebody has, or has not, an extension. */
export function Status({ status }: { status: Person['status'] }) {
  const t = useTexts(peopleTexts)
  return <Badge color={colours[status]} variant="outline" tt="none" style={{ color: 'var(--mantine-color-text)' }}>{t(status)}</Badge>
}

/** What the gateway says of a person, in the reader's language where it is known. */
export function useWhy(): (why: string) => string {
  const t = useTexts(peopleTexts)
  return (why) => {
    const m = /^(\S+) by rule (\d+) \((\w+)\)$/.exec(why)
    const field = m && `f_${m[3]}` in peopleTexts.ko ? t(`f_${m[3]}` as 'f_email') : m?.[3]
    return m ? t('whyRule', { ext: m[1]!, n: m[2]!, field: field ?? '' }) : why
  }
}
