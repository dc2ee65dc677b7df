import { notifications } from '@mantine/notifications'
import { wordsOf } from '~/lang/errors'

/** Says that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: 'teal', autoClose: 4000 })
}

/** Says that something went wrong which no form shows. */
export function tellError(e: unknown): void {
  const { text, detail } = wordsOf(e)
  notifications.show({ title: text, message: detail, color: 'red', autoClose: 8000 })
}
