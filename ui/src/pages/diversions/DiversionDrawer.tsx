import { useState } from 'react'
import { call } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { useOnly } from '~/parts/Setting'
import { useMay, useTenant } from '~/shell/me'
import { DiversionFields } from './Fields'
import { allowedOf, changesOf, kinds, mistake, wishesOf } from './rules'
import type { Row } from './rules'
import { diversionTexts } from './texts'

interface Props {
  row: Row
  name: string
  extensions: Set<string>
  onClose: () => void
  onSaved: () => Promise<unknown>
}

/** The form of one extension's diversions. What was not changed is not sent. */
export function DiversionDrawer({ row, name, extensions, onClose, onSaved }: Props) {
  const t = useTexts(diversionTexts)
  const tenant = useTenant()
  const only = useOnly('diversions')
  const may = useMay('diversions', 'change')
  const [before] = useState(() => wishesOf(row))
  const [wishes, setWishes] = useState(before)
  const [tried, setTried] = useState(false)
  const own = [row.extension]
  const changes = changesOf(before, wishes)
  const wrongIn = (k: (typeof kinds)[number]) => {
    const m = mistake(k, wishes[k], own, extensions)
    return tried || m !== 'needsNumber' ? m : undefined
  }
  const save = async () => {
    setTried(true)
    if (kinds.some((k) => changes?.[k] && mistake(k, wishes[k], own, extensions))) {
      return
    }
    if (changes) {
      const at = { ...tenant.query, server_id: row.server_id }
      const { together, single } = allowedOf(changes, only)
      if (together) {
        await call('PUT /diversions/{ext}', { path: { ext: row.extension }, query: at, body: together })
      }
      for (const [type, body] of single) {
        await call('PUT /diversions/{ext}/{type}', { path: { ext: row.extension, type }, query: at, body })
      }
      tellDone(t('saved'))
    }
    await onSaved()
    onClose()
  }
  return (
    <EditDrawer opened area="diversions" title={t('change', { name: name ? `${row.extension} ${name}` : row.extension })} dirty={changes !== undefined} mayChange={may} onClose={onClose} onSave={save}>
      {kinds.map((k) => (
        <DiversionFields key={k} kind={k} wish={wishes[k]} onChange={(w) => setWishes((all) => ({ ...all, [k]: w }))} wrong={wrongIn(k)} extensions={extensions} />
      ))}
    </EditDrawer>
  )
}
