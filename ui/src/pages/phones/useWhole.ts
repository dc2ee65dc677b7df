import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { callTagged } from '~/api/client'
import { useTenant } from '~/shell/me'
import { useSaved } from './pending'

/** The parts. */
export type Whole = 'routes' | 'numbers' | 'parking' | 'softphone' | 'feature-codes' | 'hold-music' | 'recording-rules' | 'fax-settings' | 'calling'

/** A part of the description that is read and written as a whole, such as "routes". */
export function useWhole<T>(path: Whole) {
  const { tenant, query } = useTenant()
  const saved = useSaved()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const q = useQuery({
    queryKey: [path, tenant, 'whole'],
    queryFn: async ({ signal }) => {
      const { answer, etag } = await callTagged(`GET /${path}` as 'GET /parking', { query, signal })
      return { value: answer.data as T, etag }
    },
  })
  const save = async (value: T, etag = q.data?.etag) => {
    setBusy(true)
    setError(undefined)
    try {
      await callTagged(`PUT /${path}` as 'PUT /parking', { query, body: value as never, ...(etag ? { ifMatch: etag } : {}) })
      await q.refetch()
      void saved()
      setBusy(false)
      return true
    } catch (e) {
      setError(e)
      setBusy(false)
      return false
    }
  }
  return { value: q.data?.value, etag: q.data?.etag, pending: q.isPending, loadError: q.error, reload: () => void q.refetch(), save, busy, error, clear: () => setError(undefined) }
}
