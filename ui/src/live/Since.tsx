import { memo } from 'react'
import { dateTime, duration } from '~/lang/format'
import { useNow } from './use'

/** The time since then, which ticks each second without anything else being rendered. */
export const Since = memo(function Since({ at }: { at: string }) {
  const now = useNow()
  return <time dateTime={at} title={dateTime(at)} className="tick">{duration((now - Date.parse(at)) / 1000)}</time>
})
