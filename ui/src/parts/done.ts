import { notifications } from '@mantine/notifications'
import { wordsOf } from '~/lang/errors'
import { textOf } from '~/lang/texts'
import { partsTexts } from './texts'

const close = () => ({ 'aria-label': textOf(partsTexts, 'close') })

/** Says that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4000, closeButtonProps: close() })
}

/** Says that something went wrong which no form shows. */
export function tellError(e: unknown): void {
  const { text, detail } = wordsOf(e)
  notifications.show({ title: text, message: detail, color: 'red', autoClose: 8000, closeButtonProps: close() })
}
