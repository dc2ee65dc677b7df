import { Button } from '@mantine/core'
import { IconGitPullRequest } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { dataOf } from '~/api/client'
import { textOf, useTexts } from '~/lang/texts'
import { tellDone, tellError } from '~/parts/done'
import { partsTexts } from '~/parts/texts'
import { To } from '~/parts/To'
import { may, useMay, useMe, useTenant } from '~/shell/me'
import { phonesTexts } from './texts'

function pendingOf(tenant: string) {
  return {
    queryKey: ['apply', tenant, 'pending'],
    queryFn: () => dataOf('GET /tenants/{tenant}/pending', { path: { tenant } }),
    staleTime: 15_000,
    retry: false,
  }
}

/** What of the company is saved and not applied. */
export function usePending() {
  const { tenant, chosen } = useTenant()
  const seen = useMay('apply')
  return useQuery({ ...pendingOf(tenant), enabled: seen && chosen })
}

/** Says in the head of a page how many changes wait, and leads there. */
export function PendingBadge() {
  const t = useTexts(phonesTexts)
  const pending = usePending()
  if (!pending.data?.waiting) {
    return null
  }
  return (
    <Button component={To} to="/apply" size="xs" variant="light" color="orange" title={t('waitingTip')} leftSection={<IconGitPullRequest size={16} aria-hidden />}>
      {t('waiting', { n: Math.max(1, pending.data.versions.length) })}
    </Button>
  )
}

// An undo changes the whole description, so that it takes the right to change all of it.
const described = ['extensions', 'trunks', 'numbers', 'groups', 'times', 'features', 'prompts', 'naverworks', 'apply']

/** Whether one may take changes back. */
export function useMayUndo(): boolean {
  const me = useMe()
  return described.every((area) => may(me, area, 'change'))
}

/**
 * What every page of the phone system does after a save: what is shown is read
 * again, and one is told what waits to be applied, with a button that takes the
 * change back.
 */
export function useSaved(): (how?: 'saved' | 'removed') => Promise<void> {
  const t = useTexts(phonesTexts)
  const client = useQueryClient()
  const { tenant } = useTenant()
  const seen = useMay('apply')
  const mayUndo = useMayUndo()
  const mayApply = useMay('apply', 'change')
  return useCallback(async (how = 'saved') => {
    void client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'live' })
    const [pending, versions] = await Promise.all([
      seen ? client.fetchQuery({ ...pendingOf(tenant), staleTime: 0 }).catch(() => undefined) : undefined,
      mayUndo ? dataOf('GET /tenants/{tenant}/versions', { path: { tenant }, query: { limit: 1 } }).catch(() => undefined) : undefined,
    ])
    const version = versions?.[0]?.version
    const undo = async () => {
      notifications.hide('phones-saved')
      try {
        const now = await dataOf('GET /tenants/{tenant}/versions', { path: { tenant }, query: { limit: 1 } })
        if (now[0]?.version !== version) {
          tellDone(t('undoLate'))
          return
        }
        await dataOf('POST /tenants/{tenant}/undo', { path: { tenant }, body: {} })
        void client.invalidateQueries()
        tellDone(t('undone'))
      } catch (e) {
        tellError(e)
      }
    }
    const n = pending?.waiting ? Math.max(1, pending.versions.length) : 0
    notifications.hide('phones-saved')
    notifications.show({
      id: 'phones-saved', color: 'teal', autoClose: 10_000, closeButtonProps: { 'aria-label': textOf(partsTexts, 'close') },
      message: (
        <>
          {!mayApply ? t(how === 'removed' ? 'removedAsk' : 'savedAsk') : how === 'removed' ? (n ? t('removed', { n }) : t('removedOnly')) : n ? t('savedWaiting', { n }) : t('saved')}{' '}
          {version !== undefined && <Button size="compact-xs" variant="light" onClick={() => void undo()}>{t('undo')}</Button>}
        </>
      ),
    })
  }, [t, client, tenant, seen, mayUndo, mayApply])
}
