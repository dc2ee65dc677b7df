import { useState } from 'react'
import { call } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { may as mayOf, useMay, useMe, useTenant } from '~/shell/me'
import { DiversionFields } from './Fields'
import { changesOf, kinds, mistake, wishesOf } from './rules'
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
  const me = useMe()
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
      await call('PUT /diversions/{ext}', { path: { ext: row.extension }, query: { ...tenant.query, server_id: row.server_id }, body: changes })
      tellDone(t('saved'))
    }
    await onSaved()
    onClose()
  }
  return (
    <EditDrawer opened title={t('change', { name: name ? `${row.extension} ${name}` : row.extension })} dirty={changes !== undefined} mayChange={may} onClose={onClose} onSave={save}>
      {kinds.map((k) => (
        <fieldset key={k} disabled={!mayOf(me, 'diversions', 'change', k)} style={{ border: 0, padding: 0, margin: 0, minWidth: 0 }}>
          <DiversionFields kind={k} wish={wishes[k]} onChange={(w) => setWishes((all) => ({ ...all, [k]: w }))} wrong={wrongIn(k)} extensions={extensions} />
        </fieldset>
      ))}
    </EditDrawer>
  )
}
