import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import type { Data } from '~/api/client'
import { useCompanies } from '~/shell/Shell'
import { may, useMe, useTenant } from '~/shell/me'

export const stepNames = ['company', 'extensions', 'phones', 'line', 'number', 'apply', 'call', 'history'] as const
export type StepName = (typeof stepNames)[number]

/** What the guide knows of a company, as it really is. */
export interface Facts {
  chosen: boolean
  serversUp: boolean
  extensions: number
  registered: number
  lines: number
  numbers: number
  /** Files that an apply would change; undefined: somebody else applies, or it is not known. */
  pending: number | undefined
  /** Whether a call was answered, within the company or with somebody outside. */
  called: boolean
  /** Whether a call is in the history. */
  kept: boolean
}

/** Which steps are done: by how things are, never by hand. */
export function doneOf(f: Facts): Record<StepName, boolean> {
  return {
    company: f.chosen && f.serversUp,
    extensions: f.extensions >= 2,
    phones: f.registered >= 2,
    line: f.lines > 0,
    number: f.numbers > 0,
    // Extensions are applied as they are made: the step is over when a number or a call
    // shows that there is nothing more to come. Who cannot see what is pending sees by
    // the phones that it was applied.
    apply: f.extensions > 0 && (f.numbers > 0 || f.called) && (f.pending === undefined ? f.registered > 0 : f.pending === 0),
    call: f.called,
    history: f.kept,
  }
}

type Extension = Data<'GET /extensions'>[number]

function ofCompany<T>(chosen: boolean, key: unknown[], queryFn: (o: { signal: AbortSignal }) => Promise<T>, every: number | false) {
  return { queryKey: key, queryFn, enabled: chosen, refetchInterval: every, refetchOnWindowFocus: true } as const
}

/** The names of lines, each once: a shared one is on several servers. */
export function lineNames(lines: { id: number; name?: string; host?: string }[]): string {
  return [...new Map(lines.map((l) => [l.id, l.name || l.host || `trk-${l.id}`])).values()].join(', ')
}

/** How far a company is. With watch it is looked at every few seconds. */
export function useGuide(watch: boolean) {
  const me = useMe()
  const { tenant, query, chosen: choice } = useTenant()
  const operator = me.role === 'operator'
  const companies = useCompanies(operator)
  const company = companies.data?.find((c) => `T${c.number}` === tenant)
  const chosen = choice && (!operator || company !== undefined)
  const applies = operator && may(me, 'servers')
  const every = watch ? 3000 : false
  const slow = watch ? 8000 : false
  const servers = useQuery({ queryKey: ['servers', 'guide'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }), refetchInterval: slow })
  const extensions = useQuery(ofCompany(chosen, ['extensions', tenant, 'guide'], ({ signal }) => dataOf('GET /extensions', { query: { ...query, limit: 1000 }, signal }), every))
  const trunks = useQuery(ofCompany(chosen && may(me, 'trunks'), ['trunks', tenant, 'guide'], ({ signal }) => dataOf('GET /trunks', { query, signal }), slow))
  const shared = useQuery(ofCompany(chosen && may(me, 'trunks'), ['trunks', tenant, 'guide', 'shared'], ({ signal }) => dataOf('GET /shared-trunks', { query, signal }), slow))
  const lines = useQuery(ofCompany(chosen && may(me, 'trunks'), ['trunks', tenant, 'guide', 'registrations'], ({ signal }) => dataOf('GET /trunk-registrations', { query, signal }), every))
  const numbers = useQuery(ofCompany(chosen && may(me, 'numbers'), ['numbers', tenant, 'guide'], ({ signal }) => dataOf('GET /dids', { query, signal }), slow))
  const groups = useQuery(ofCompany(chosen && may(me, 'groups'), ['groups', tenant, 'guide'], ({ signal }) => dataOf('GET /ring-groups', { query, signal }), false))
  const homes = operator ? (company?.servers ?? []) : (servers.data ?? []).filter((s) => s.home).map((s) => s.id)
  const pending = useQuery({
    ...ofCompany(chosen && applies && homes.length > 0, ['apply', tenant, 'guide', homes], ({ signal }) =>
      Promise.all(homes.map((id) => dataOf('GET /servers/{server_id}/pending', { path: { server_id: id }, signal }))), slow),
  })
  const answered = useQuery({
    ...ofCompany(chosen && may(me, 'calls'), ['calls', tenant, 'guide', 'answered'], ({ signal }) => dataOf('GET /cdr', { query: { ...query, answered: 'true', limit: 1 }, signal }), slow),
    // Who only shows the way here waits for the first one and asks no more.
    ...(watch ? {} : { refetchInterval: (q: { state: { data?: unknown[] } }) => (q.state.data?.length ? false : 10_000) }),
  })
  const any = useQuery(ofCompany(chosen && may(me, 'calls'), ['calls', tenant, 'guide', 'any'], ({ signal }) => dataOf('GET /cdr', { query: { ...query, limit: 1 }, signal }), slow))
  const list: Extension[] = extensions.data ?? []
  const own = (servers.data ?? []).filter((s) => homes.length === 0 || homes.includes(s.id))
  const facts: Facts = {
    chosen,
    serversUp: own.length > 0 && own.every((s) => s.up),
    extensions: list.length,
    registered: list.filter((e) => e.registered).length,
    lines: (trunks.data?.length ?? 0) + (shared.data?.length ?? 0),
    numbers: numbers.data?.length ?? 0,
    pending: pending.data?.reduce((n, p) => n + p.changes.length, 0),
    called: (answered.data?.length ?? 0) > 0,
    kept: (any.data?.length ?? 0) > 0,
  }
  const done = doneOf(facts)
  const loaded = (!operator || companies.isFetched) && servers.isFetched && (!chosen || (extensions.isFetched && (!may(me, 'calls') || any.isFetched)))
  return {
    tenant, query, company, companies: companies.data ?? [], servers: own, extensions: list, trunks: trunks.data ?? [], shared: shared.data ?? [], lines: lines.data ?? [], numbers: numbers.data ?? [], groups: groups.data ?? [],
    homes, applies, facts, done, left: stepNames.filter((n) => !done[n]).length, lastCall: answered.data?.[0], changes: (pending.data ?? []).flatMap((p) => p.changes),
    loaded,
    /** Everything is known that there is to know. */
    settled: loaded && ![trunks, shared, numbers, pending, answered].some((q) => q.isLoading),
    error: extensions.error ?? servers.error ?? pending.error,
  }
}

export type Guide = ReturnType<typeof useGuide>
