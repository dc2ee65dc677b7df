import { useCallback } from 'react'
import { useMay } from '~/shell/me'
import { useAll } from '../phones/lists'
import type { Called } from './words'

/** Names of what the company has, for what changes speak of by its id. */
export function useCalled(): Called {
  const trunks = useAll('trunks', useMay('trunks')).data
  const times = useAll('time-groups', useMay('times')).data
  const groups = useAll('ring-groups', useMay('groups')).data
  const extensions = useAll('extensions', useMay('extensions')).data
  return useCallback((part, id) => {
    switch (part) {
      case 'trunks':
        return trunks?.find((x) => String(x.id) === id)?.name ?? ''
      case 'time_groups':
      case 'time_group':
        return times?.find((x) => String(x.id) === id)?.name ?? ''
      case 'ring_groups':
        return groups?.find((x) => x.number === id)?.name ?? ''
      case 'extensions':
        return extensions?.find((x) => x.extension === id)?.name ?? ''
    }
    return ''
  }, [trunks, times, groups, extensions])
}
