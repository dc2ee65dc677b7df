import { Alert, Button, Drawer, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent, ReactNode } from 'react'
import { APIError } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { memberName } from '~/lang/fields'
import { ErrorNote } from './ErrorNote'
import { AreaContext, FormErrorContext, useOnly } from './Setting'
import { partsTexts } from './texts'

interface Props {
  opened: boolean
  title: string
  /** Whether something was changed that closing would lose. */
  dirty: boolean
  /** Whose rights count for single settings, and whose words for fields: inputs stand in a Setting. */
  area?: string
  /** false: it may be looked at only. */
  mayChange?: boolean
  onClose: () => void
  /** Saves. With overwrite, without If-Match. What it throws is shown, and nothing is lost. */
  onSave: (overwrite: boolean) => Promise<unknown>
  /** Loads again what somebody else has changed. */
  onReload?: () => void
  onDelete?: () => void
  saveText?: string
  /** Why it may be looked at only, in place of the usual words. */
  readOnlyText?: string
  /** What is typed so far: an error goes when it changes. */
  draft?: unknown
  /** Below what is looked at only: what may be done all the same. */
  foot?: ReactNode
  children: ReactNode
}

// Lists whose entries are named by a number: what is said of such a list as a whole is
// said of the number.
const numbered = /^(extensions|ring_groups|attendants|conferences|dids)$/

/** The member of the form that an error is about; '' for none. */
function fieldOf(e: unknown): string {
  const field = e instanceof APIError ? e.field.replace(/^body\./, '') : ''
  return numbered.test(field) ? 'number' : field.split(/[.[]/)[0]!
}

/** Why the browser takes an input for wrong, with the input's label. */
function invalidText(t: (key: keyof typeof partsTexts.ko, values?: Record<string, string>) => string, bad: HTMLInputElement): string {
  const label = (bad.labels?.[0]?.textContent ?? bad.getAttribute('aria-label') ?? '').replace(/\s*\*$/, '')
  const v = bad.validity
  return v.valueMissing ? t('fillIn', { label }) : v.rangeUnderflow || v.rangeOverflow ? t('outOfRange', { label, min: bad.min, max: bad.max }) : t('badFormat', { label })
}

/** A form at the side of a list in which one thing is made or changed. */
export function EditDrawer(p: Props) {
  const t = useTexts(partsTexts)
  const only = useOnly(p.area ?? '')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [beside, setBeside] = useState(false) // an input shows the error
  const [invalid, setInvalid] = useState('')
  const [leaving, setLeaving] = useState(false)
  const [seen, setSeen] = useState(p.draft)
  if (seen !== p.draft) {
    setSeen(p.draft)
    setError(undefined)
    setInvalid('')
  }
  const conflict = error instanceof APIError && (error.status === 412 || (error.status === 409 && error.field === 'If-Match'))
  const done = () => {
    setError(undefined)
    setLeaving(false)
    p.onClose()
  }
  const close = () => (p.dirty && p.mayChange !== false ? setLeaving(true) : done())
  const save = async (overwrite: boolean) => {
    setBusy(true)
    setError(undefined)
    try {
      await p.onSave(overwrite)
    } catch (e) {
      setError(e)
    }
    setBusy(false)
  }
  const submit = (e: FormEvent) => {
    e.preventDefault()
    e.stopPropagation()
    // In our words and language, not the browser's.
    const bad = (e.currentTarget as HTMLFormElement).querySelector<HTMLInputElement>('input:invalid, textarea:invalid')
    setInvalid(bad ? invalidText(t, bad) : '')
    if (bad) {
      bad.scrollIntoView({ block: 'center' })
      bad.focus()
      return
    }
    void save(false)
  }
  return (
    <AreaContext value={p.area ?? ''}>
      <Drawer opened={p.opened} onClose={close} title={p.title} position="right" size="lg" closeButtonProps={{ 'aria-label': t('close') }}>
        <form onSubmit={submit} noValidate className={p.mayChange === false ? 'seen' : invalid ? 'form-tried' : undefined}>
          {p.mayChange === false && <Text size="sm" c="dimmed" mb="sm">{p.readOnlyText ?? t('readOnly')}</Text>}
          {p.mayChange !== false && only && <Text size="sm" c="dimmed" mb="sm">{t('lockedSome', { names: only.map((name) => memberName(name, p.area)).join(', ') })}</Text>}
          <fieldset disabled={p.mayChange === false} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
            <FormErrorContext value={{ error, field: conflict ? '' : fieldOf(error), shown: setBeside }}><Stack gap="sm">{p.children}</Stack></FormErrorContext>
          </fieldset>
          <div className={p.mayChange === false ? undefined : 'form-foot'}>
            {conflict ? (
              <Alert color="orange" title={t('changedTitle')} role="alert" mt="md">
                {t('changedText')}
                <Group mt="xs">
                  {p.onReload && <Button size="compact-sm" onClick={() => { setError(undefined); p.onReload?.() }}>{t('reload')}</Button>}
                  <Button size="compact-sm" variant="default" onClick={() => void save(true)}>{t('overwrite')}</Button>
                </Group>
              </Alert>
            ) : invalid ? <Text size="sm" c="var(--mantine-color-error)" mb="xs" role="alert">{invalid}</Text> : beside ? <Text size="sm" c="var(--mantine-color-error)" mb="xs">{t('seeField')}</Text> : <ErrorNote error={error} />}
            {p.foot}
            {p.mayChange !== false && (
              <Group justify="space-between">
                {p.onDelete && !only ? <Button variant="subtle" color="red" onClick={p.onDelete}>{t('remove')}</Button> : <span />}
                <Group>
                  <Button variant="default" onClick={close}>{t('cancel')}</Button>
                  <Button type="submit" loading={busy}>{p.saveText ?? t('save')}</Button>
                </Group>
              </Group>
            )}
          </div>
        </form>
      </Drawer>
      <Modal opened={leaving} onClose={() => setLeaving(false)} title={p.title} centered closeButtonProps={{ 'aria-label': t('close') }}>
        <Text size="sm">{t('leave')}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setLeaving(false)}>{t('goOn')}</Button>
          <Button color="red" onClick={done}>{t('discard')}</Button>
        </Group>
      </Modal>
    </AreaContext>
  )
}
