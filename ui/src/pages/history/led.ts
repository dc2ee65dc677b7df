import type { CDR } from '~/api/schema'
import { textOf } from '~/lang/texts'
import { historyTexts } from './texts'

/** Where a call was led instead of one extension, in words: a ring group, a menu, a room. */
export function ledText(led: CDR['led_to']): string {
  if (!led) {
    return ''
  }
  const which = led.name && led.name !== led.number ? `${led.name} ${led.number}` : led.number
  return textOf(historyTexts, `led_${led.kind}`, { which })
}
