import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { callTagged, dataOf } from '~/api/client'
import type { Data, Request } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { useTenant } from '~/shell/me'
import { worksTexts } from './texts'

export type Works = Data<'GET /naver-works'>
export type WorksBody = Request<'PUT /naver-works'>['body']
export type Style = NonNullable<Works['style']>

/** The bot's settings with their ETag. */
export function useWorks() {
  const { tenant, query } = useTenant()
  return useQuery({ queryKey: ['naverworks', tenant], queryFn: ({ signal }) => callTagged('GET /naver-works', { query, signal }) })
}

/** Saves some of the settings; what is absent stays. */
export function useSaveWorks(said?: string) {
  const t = useTexts(worksTexts)
  const { tenant, query } = useTenant()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: WorksBody) => dataOf('PUT /naver-works', { query, body }),
    onSuccess: () => tellDone(said ?? t('saved')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['naverworks', tenant] }),
  })
}

/** Values without which it cannot be switched on, of those that are shown. */
export function missingOf(w: Works): ('client_id' | 'service_account' | 'domain_id' | 'bot_id')[] {
  return (['client_id', 'service_account', 'domain_id', 'bot_id'] as const).filter((n) => !w[n])
}
