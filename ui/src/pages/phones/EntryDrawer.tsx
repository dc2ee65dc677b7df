import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { callTagged } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { EditDrawer } from '~/parts/EditDrawer'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { onlyAllowed, useOnly } from '~/parts/Setting'
import { useTenant } from '~/shell/me'
import { changesOf, givenOf } from './draft'
import { useSaved } from './pending'
import { phonesTexts } from './texts'

/** What a form shows of a draft, and how it changes it. */
export interface Form<T> {
  draft: T
  set: (part: Partial<T>) => void
  isNew: boolean
}

interface Props<T extends object, V = T> {
  /** Of the list: "ring-groups". */
  path: string
  /** What is open: an entry's key, '' for a new one, undefined for none. */
  id: string | undefined
  title: string
  /** What a new one begins with. */
  start: T
  /** What may be changed of what is shown. */
  pick?: (view: V) => T
  /** What the form sends for a draft. */
  prepare?: (draft: T) => T
  mayChange: boolean
  onClose: () => void
  /** Told what the answer was. Without it the drawer closes. */
  onSaved?: (answer: unknown) => void
  /** Other whose list it is, as "shared". */
  tenant?: string
  mayDelete?: boolean
  children: (form: Form<T>, view: V | undefined) => ReactNode
}

/** The area of rights of each list. */
const areas: Record<string, string> = { extensions: 'extensions', trunks: 'trunks', dids: 'numbers', 'ring-groups': 'groups', attendants: 'groups', conferences: 'groups', 'time-groups': 'times', holidays: 'times', 'classes-of-service': 'features', tones: 'prompts' }

/** A form at the side for one entry of a list of the company's description. */
export function EntryDrawer<T extends object, V = T>(p: Props<T, V>) {
  const mine = useTenant()
  const query = p.tenant === undefined ? mine.query : { tenant: p.tenant }
  const loaded = useQuery({
    queryKey: [p.path, p.tenant ?? mine.tenant, 'one', p.id],
    enabled: !!p.id, staleTime: 0, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => callTagged(`GET /${p.path}/{id}` as 'GET /dids/{id}', { path: { id: p.id! }, query, signal }),
  })
  if (p.id === undefined) {
    return null
  }
  const view = (loaded.data?.answer as { data: V } | undefined)?.data
  if (p.id !== '' && (!view || loaded.isFetching && loaded.isStale && !loaded.data)) {
    return (
      <EditDrawer opened title={p.title} dirty={false} mayChange={false} onClose={p.onClose} onSave={async () => undefined}>
        {loaded.error ? <ErrorNote error={loaded.error} again={() => void loaded.refetch()} /> : <Loading />}
      </EditDrawer>
    )
  }
  return <Opened key={p.id} {...p} query={query} view={view} etag={loaded.data?.etag ?? ''} again={async () => { await loaded.refetch() }} />
}

function Opened<T extends object, V>(p: Props<T, V> & { query: { tenant?: string }; view: V | undefined; etag: string; again: () => Promise<void> }) {
  const t = useTexts(phonesTexts)
  const saved = useSaved()
  const [ask, dialog] = useConfirm()
  const area = areas[p.path] ?? ''
  const only = useOnly(area)
  const isNew = p.id === ''
  const begin = (): T => (p.view === undefined ? p.start : p.pick ? p.pick(p.view) : (p.view as unknown as T))
  // What was there when the form opened: others' changes meanwhile do not
  // change what is written here, and the ETag finds them.
  const [from, setFrom] = useState(() => ({ value: begin(), etag: p.etag }))
  const [draft, setDraft] = useState(from.value)
  const sent = p.prepare ? p.prepare(draft) : draft
  const changes = onlyAllowed(isNew ? givenOf(sent) : changesOf(from.value, sent), only)
  const dirty = isNew ? JSON.stringify(draft) !== JSON.stringify(p.start) : Object.keys(changes).length > 0
  const save = async (overwrite: boolean) => {
    if (!isNew && !dirty) {
      p.onClose()
      return
    }
    const { answer } = await callTagged((isNew ? `POST /${p.path}` : `PUT /${p.path}/{id}`) as 'PUT /dids/{id}', {
      path: { id: p.id! }, query: p.query, body: changes, ...(overwrite || isNew ? {} : { ifMatch: from.etag }),
    })
    if (p.onSaved) {
      p.onSaved(answer)
    } else {
      p.onClose()
    }
    void saved()
  }
  const remove = () => ask({
    title: t('removeTitle', { name: p.title }), text: t('removeText', { name: p.title }), yes: t('remove'), danger: true,
    act: async () => {
      await callTagged(`DELETE /${p.path}/{id}` as 'DELETE /dids/{id}', { path: { id: p.id! }, query: p.query, ifMatch: from.etag })
      p.onClose()
      void saved('removed')
    },
  })
  const reload = async () => {
    await p.again()
    setReloading(true)
  }
  const [reloading, setReloading] = useState(false)
  if (reloading && p.etag !== from.etag) {
    const value = begin()
    setReloading(false)
    setFrom({ value, etag: p.etag })
    setDraft(value)
  }
  return (
    <>
      <EditDrawer opened draft={draft} area={area} title={p.title} dirty={dirty} mayChange={p.mayChange} onClose={p.onClose} onSave={save} onReload={() => void reload()} onDelete={isNew || p.mayDelete === false ? undefined : remove} saveText={isNew ? t('add') : undefined}>
        {p.children({ draft, set: (part) => setDraft((d) => ({ ...d, ...part })), isNew }, p.view)}
      </EditDrawer>
      {dialog}
    </>
  )
}
