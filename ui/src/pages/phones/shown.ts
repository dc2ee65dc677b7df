import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { useMay, useTenant } from '~/shell/me'
import { useAll } from './lists'

/** The numbers that a company may show to the network, sorted. */
export function useShown(): string[] {
  const { tenant, query } = useTenant()
  const may = useMay('numbers')
  const dids = useAll('dids', may)
  const further = useQuery({ queryKey: ['numbers', tenant, 'further'], enabled: may, queryFn: ({ signal }) => dataOf('GET /numbers', { query, signal }) })
  return [...new Set([...(dids.data ?? []).map((d) => d.number), ...(further.data ?? [])])].sort()
}
