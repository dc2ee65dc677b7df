import { call } from '~/api/client'
import type { FileBody, ImportedRow, Password } from '~/api/schema'

/** What an import does, or would. */
export interface Result {
  rows: ImportedRow[]
  passwords: Password[]
}

/** Adds and changes extensions by a CSV; with dry only says what would change. */
export async function importCSV(query: { tenant?: string }, body: FileBody, dry: boolean): Promise<Result> {
  const answer = await call('POST /extensions/import', { query: { ...query, dry_run: dry }, body })
  return { rows: answer.data.rows, passwords: answer.passwords ?? [] }
}
