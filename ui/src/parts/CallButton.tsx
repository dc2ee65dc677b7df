import { ActionIcon, Button, Popover, Select, Stack, Text } from '@mantine/core'
import { IconPhoneOutgoing } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, dataOf } from '~/api/client'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useMay, useMe } from '~/shell/me'
import { callTexts } from './callTexts'
import { tellDone, tellError } from './done'
import { HelpTip } from './HelpTip'

const kept = 'dipcast.callFrom'

/**
 * Calls a number: one's own phone rings first. Who has no extension says from which
 * one. Who may not call sees nothing; operators, whom no company's extension lets call,
 * are told why where there is room for text.
 */
export function CallButton({ number, name, text }: { number: string; name?: string; text?: boolean }) {
  const me = useMe()
  const t = useTexts(callTexts)
  const allowed = useMay('live', 'change')
  const [busy, setBusy] = useState(false)
  const [open, setOpen] = useState(false)
  const dialled = number.replace(/[^\d*#+]/g, '')
  if (!dialled || !allowed || dialled === me.extension) {
    return null
  }
  if (me.role === 'operator') {
    return text ? <HelpTip name={t('call')} text={t('operators')} /> : null
  }
  const start = async (caller: string) => {
    setBusy(true)
    try {
      await call('POST /core/click_to_call', { body: { caller, callee: dialled } })
      setOpen(false)
      tellDone(t('rings', { ext: caller, number: phone(number) }))
    } catch (e) {
      tellError(e)
    }
    setBusy(false)
  }
  const label = t('callTo', { number: name || phone(number) })
  const press = () => (me.extension ? void start(me.extension) : setOpen((o) => !o))
  const button = text
    ? <Button variant="light" leftSection={<IconPhoneOutgoing size={16} />} loading={busy} onClick={press}>{t('call')}</Button>
    : <ActionIcon variant="subtle" loading={busy} onClick={press} aria-label={label} title={label}><IconPhoneOutgoing size={18} /></ActionIcon>
  if (me.extension) {
    return button
  }
  return (
    <Popover opened={open} onChange={setOpen} width={280} withArrow shadow="md" trapFocus position="bottom-end">
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown>{open && <From number={number} busy={busy} onCall={start} />}</Popover.Dropdown>
    </Popover>
  )
}

function From({ number, busy, onCall }: { number: string; busy: boolean; onCall: (ext: string) => Promise<void> }) {
  const t = useTexts(callTexts)
  const [ext, setExt] = useState<string | null>(() => localStorage.getItem(kept))
  const extensions = useQuery({ queryKey: ['extensions', 'choice'], queryFn: ({ signal }) => dataOf('GET /extensions', { query: { limit: 1000 }, signal }) })
  const list = extensions.data?.map((e) => ({ value: e.extension, label: e.name && e.name !== e.extension ? `${e.extension} ${e.name}` : e.extension })) ?? []
  return (
    <Stack gap="xs">
      <Text size="sm">{t('fromText', { number: phone(number) })}</Text>
      <Select label={t('from')} data={list} value={ext && list.some((e) => e.value === ext) ? ext : null} onChange={setExt} searchable comboboxProps={{ withinPortal: false }} data-autofocus />
      <Button
        loading={busy}
        disabled={!ext}
        onClick={() => {
          localStorage.setItem(kept, ext!)
          void onCall(ext!)
        }}
      >
        {t('call')}
      </Button>
    </Stack>
  )
}
