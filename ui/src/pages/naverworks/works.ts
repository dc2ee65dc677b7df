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

/** Which remedy fits what NAVER WORKS, or the way to it, said. */
export function remedyOf(message: string): 'r_client' | 'r_403' | 'r_404' | 'r_net' | 'r_other' {
  const m = message.toLowerCase()
  if (/no such host|connection refused|timeout|timed out|deadline|unreachable|did not take it|certificate|tls/.test(m) && !/\b40[134]\b/.test(m)) {
    return 'r_net'
  }
  if (/invalid_client|invalid_grant|credential|unauthorized|\b401\b|key/.test(m)) {
    return 'r_client'
  }
  if (/\b403\b|scope|forbidden|permission/.test(m)) {
    return 'r_403'
  }
  if (/\b404\b|not_exist|not found/.test(m)) {
    return 'r_404'
  }
  return 'r_other'
}

/** Values without which it cannot be switched on, of those that are shown. */
export function missingOf(w: Works): ('client_id' | 'service_account' | 'domain_id' | 'bot_id')[] {
  return (['client_id', 'service_account', 'domain_id', 'bot_id'] as const).filter((n) => !w[n])
}
