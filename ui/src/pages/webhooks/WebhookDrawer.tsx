import { Button, Checkbox, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { Setting, onlyAllowed, useOnly } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { webhooksTexts } from './texts'
import type { Webhook } from './WebhooksPage'

const events = ['call.ringing', 'call.answered', 'call.ended', 'recording.ready', 'fax.received', 'voicemail.new'] as const
type Event = (typeof events)[number]

/** A form with one webhook. Its secret is told once, when it is made. */
export function WebhookDrawer({ hook, onClose, onSecret }: { hook: Webhook | undefined; onClose: () => void; onSecret: (s: string) => void }) {
  const t = useTexts(webhooksTexts)
  const { tenant, query } = useTenant()
  const mayChange = useMay('webhooks', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const was = { url: hook?.url ?? '', description: hook?.description ?? '', enabled: hook?.enabled ?? true, events: (hook?.events ?? (hook ? [] : ['call.ringing', 'call.answered', 'call.ended'])) as Event[] }
  const [f, setF] = useState(was)
  const only = useOnly('webhooks')
  const set = (more: Partial<typeof f>) => setF((x) => ({ ...x, ...more }))
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['webhooks', tenant] })
    onClose()
  }
  const save = async () => {
    const body = onlyAllowed({ url: f.url.trim(), description: f.description.trim(), enabled: f.enabled, events: f.events }, only)
    if (hook) {
      await dataOf('PUT /webhooks/{id}', { path: { id: hook.id }, query, body })
    } else {
      onSecret((await dataOf('POST /webhooks', { query, body })).secret)
    }
    tellDone(t('saved'))
    await done()
  }
  const remove = () => ask({
    title: t('removeTitle'), text: t('removeText', { url: hook!.url }), yes: t('remove'), danger: true,
    act: async () => {
      await dataOf('DELETE /webhooks/{id}', { path: { id: hook!.id }, query })
      tellDone(t('removed'))
      await done()
    },
  })
  const rotate = () => ask({
    title: t('rotateTitle'), text: t('rotateText'), yes: t('rotateYes'),
    act: async () => {
      onSecret((await dataOf('POST /webhooks/{id}/rotate', { path: { id: hook!.id }, query, body: { keep_hours: 24 } })).secret)
      await done()
    },
  })
  return (
    <>
      <EditDrawer opened area="webhooks" title={hook ? hook.url : t('newTitle')} dirty={JSON.stringify(f) !== JSON.stringify(was)} mayChange={mayChange} onClose={onClose} onSave={save} {...(hook ? { onDelete: remove } : {})}>
        <Setting name="url"><TextInput label={t('url')} description={t('urlHelp')} placeholder="https://crm.example.com/dipcast" value={f.url} onChange={(e) => set({ url: e.currentTarget.value })} required type="url" maxLength={500} data-autofocus={!hook} /></Setting>
        <Setting name="events"><Checkbox.Group label={t('events')} description={t('eventsHelp')} value={f.events} onChange={(v) => set({ events: v as Event[] })} required>
          <Stack gap={8} mt={6}>{events.map((e) => <Checkbox key={e} value={e} label={t(`e_${e}`)} description={e} />)}</Stack>
        </Checkbox.Group></Setting>
        <Setting name="description"><TextInput label={t('description')} description={t('descriptionHelp')} value={f.description} onChange={(e) => set({ description: e.currentTarget.value })} maxLength={200} /></Setting>
        <Setting name="enabled"><Switch label={t('enabled')} description={t('enabledHelp')} checked={f.enabled} onChange={(e) => set({ enabled: e.currentTarget.checked })} /></Setting>
        {hook && mayChange && !only && <Group><Button variant="default" size="compact-md" onClick={rotate}>{t('rotate')}</Button></Group>}
        {hook?.former_secret_until && <Text size="sm" c="dimmed">{t('former', { at: dateTime(hook.former_secret_until) })}</Text>}
      </EditDrawer>
      {dialog}
    </>
  )
}
