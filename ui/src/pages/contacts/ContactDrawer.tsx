import { TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { Setting, onlyAllowed, useOnly } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { contactsTexts } from './texts'

type Contact = Data<'GET /contacts'>[number]

/** A form with one contact; `number` is that of a new one, where it is known. */
export function ContactDrawer({ contact, number = '', onClose }: { contact: Contact | undefined; number?: string; onClose: () => void }) {
  const t = useTexts(contactsTexts)
  const { tenant, query } = useTenant()
  const mayChange = useMay('contacts', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const was = { name: contact?.name ?? '', company: contact?.company ?? '', number: contact ? contact.written || contact.number : phone(number) }
  const [f, setF] = useState(was)
  const only = useOnly('contacts')
  const set = (more: Partial<typeof f>) => setF((x) => ({ ...x, ...more }))
  const done = async (text: string) => {
    await queries.invalidateQueries({ queryKey: ['contacts', tenant] })
    tellDone(text)
    onClose()
  }
  const save = async () => {
    await dataOf('PUT /contacts/{number}', { path: { number: f.number.trim() }, query, body: onlyAllowed({ name: f.name.trim(), company: f.company.trim() }, only) })
    await done(t('saved', { name: f.name }))
  }
  const remove = () => ask({
    title: t('removeTitle'), text: t('removeText', { name: contact!.name, number: phone(contact!.number) }), yes: t('remove'), danger: true,
    act: async () => {
      await dataOf('DELETE /contacts/{number}', { path: { number: contact!.number }, query })
      await done(t('removed'))
    },
  })
  return (
    <>
      <EditDrawer opened area="contacts" title={contact ? contact.name : t('newTitle')} dirty={JSON.stringify(f) !== JSON.stringify(was)} mayChange={mayChange} onClose={onClose} onSave={save} {...(contact ? { onDelete: remove } : {})}>
        <Setting name="name"><TextInput label={t('name')} value={f.name} onChange={(e) => set({ name: e.currentTarget.value })} required maxLength={200} data-autofocus /></Setting>
        <Setting name="company"><TextInput label={t('company')} value={f.company} onChange={(e) => set({ company: e.currentTarget.value })} maxLength={200} /></Setting>
        <TextInput label={t('number')} description={contact ? t('numberFixed') : t('numberHelp')} value={f.number} onChange={(e) => set({ number: e.currentTarget.value })} required readOnly={contact !== undefined} inputMode="tel" maxLength={40} />
      </EditDrawer>
      {dialog}
    </>
  )
}
