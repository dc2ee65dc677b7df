import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { call } from '~/api/client'
import type { Answer, Data } from '~/api/client'
import { useMay, useTenant } from '~/shell/me'
import { useLiveDevices } from './use'

/** A phone number within the company, with what rings for it. */
export interface Phone {
  extension: string
  name: string
  /** As in live devices: PJSIP/T2_1010. */
  devices: string[]
  /** What lamps of its diversions begin with: Custom:T2_; the kind and the extension follow. */
  lamp: string
}

async function allExtensions(query: { tenant?: string }, signal: AbortSignal): Promise<Data<'GET /extensions'>> {
  const all: Data<'GET /extensions'> = []
  for (;;) {
    const page: Answer<'GET /extensions'> = await call('GET /extensions', { query: { ...query, limit: 1000, offset: all.length }, signal })
    all.push(...page.data)
    if (page.data.length === 0 || all.length >= page.total) {
      return all
    }
  }
}

/** The names of people and phones by extension; empty for who may not see them. */
export function useNames(): Map<string, string> {
  const tenant = useTenant()
  const extensions = useExtensions()
  const mayPeople = useMay('people')
  const people = useQuery({
    queryKey: ['people', tenant.tenant, 'names'],
    queryFn: ({ signal }) => call('GET /people', { query: { ...tenant.query, limit: 1000 }, signal }),
    enabled: mayPeople && tenant.chosen, staleTime: 300_000,
  })
  return useMemo(() => {
    const names = new Map<string, string>()
    for (const e of extensions.data ?? []) {
      if (e.name && e.name !== e.extension) {
        names.set(e.extension, e.name)
      }
    }
    for (const p of people.data?.data ?? []) {
      if (p.extension && p.name && p.status !== 'left') {
        names.set(p.extension, p.name)
      }
    }
    return names
  }, [extensions.data, people.data])
}

/** All extensions of the company; for who may see them. */
export function useExtensions() {
  const tenant = useTenant()
  const allowed = useMay('extensions')
  return useQuery({
    queryKey: ['extensions', tenant.tenant, 'all'],
    queryFn: ({ signal }) => allExtensions(tenant.query, signal),
    enabled: allowed && tenant.chosen, staleTime: 60_000,
  })
}

const device = /^PJSIP\/((?:T\d+_)?)(\d+)(?:_\d+)?$/

/**
 * The company's phones: of its extensions for who may see them, else of the
 * devices whose states one gets.
 */
export function usePhones(): Phone[] {
  const tenant = useTenant()
  const extensions = useExtensions()
  const names = useNames()
  const states = useLiveDevices()
  const given = extensions.data
  // The states change all the time, the devices hardly ever.
  const heard = given ? '' : [...states.keys()].filter((d) => device.test(d)).sort().join('\n')
  return useMemo(() => {
    const all = new Map<string, Phone>()
    const add = (extension: string, name: string, marker: string, devices: string[]) => {
      const p = all.get(extension)
      if (p) {
        p.devices.push(...devices)
      } else {
        all.set(extension, { extension, name, devices, lamp: `Custom:${marker}` })
      }
    }
    if (given) {
      for (const e of given) {
        const first = e.devices[0]?.device_name ?? ''
        add(e.extension, names.get(e.extension) ?? '', first.slice(0, Math.max(0, first.indexOf(e.extension))), e.devices.map((d) => `PJSIP/${d.device_name}`))
      }
    } else {
      for (const d of heard.split('\n')) {
        const [, marker = '', extension] = device.exec(d) ?? []
        if (extension && (!tenant.tenant || marker === '' || marker === `${tenant.tenant}_`)) {
          add(extension, names.get(extension) ?? '', marker, [d])
        }
      }
    }
    return [...all.values()].sort((a, b) => a.extension.localeCompare(b.extension, undefined, { numeric: true }))
  }, [given, heard, names, tenant.tenant])
}

const ranks = ['', 'INVALID', 'UNKNOWN', 'UNAVAILABLE', 'NOT_INUSE', 'ONHOLD', 'INUSE', 'BUSY', 'RINGING', 'RINGINUSE']

/** What a phone's devices come to. */
export function stateOfPhone(p: Phone, states: Map<string, string>): string {
  let best = ''
  for (const d of p.devices) {
    const s = states.get(d) ?? ''
    if (ranks.indexOf(s) > ranks.indexOf(best)) {
      best = s
    }
  }
  return best || 'UNKNOWN'
}

/** DND, or the kind of diversion that is switched on; '' none. */
export function diversionOf(p: Phone, states: Map<string, string>): '' | 'DND' | 'diverted' {
  const on = (kind: string) => states.get(`${p.lamp}${kind}_${p.extension}`) === 'INUSE'
  if (on('DND')) {
    return 'DND'
  }
  return on('CFI') || on('PEA') || on('CFB') || on('CFN') || on('CFU') ? 'diverted' : ''
}
