import { APIError } from '~/api/client'
import { detailWords } from '~/lang/details'

/** What the gateway has against one field of a form, in words: it is shown under that field. Undefined when it is about something else. */
export function against(error: unknown, field: string): string | undefined {
  if (!(error instanceof APIError) || (error.field !== field && !error.field.endsWith(`.${field}`))) {
    return undefined
  }
  const said = error.message.startsWith(`${error.field}: `) ? error.message.slice(error.field.length + 2) : error.message
  return detailWords(said)
}

/** An error that no field of a form shows. */
export function elsewhere(error: unknown, fields: string[]): unknown {
  return fields.some((f) => against(error, f) !== undefined) ? undefined : error
}
