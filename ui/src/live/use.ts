import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react'
import { live } from './store'
import type { Call, LiveConnection, LiveEvents, LiveServer, Slice } from './store'

const follow: Record<Slice, (f: () => void) => () => void> = {
  calls: (f) => live.follow('calls', f),
  devices: (f) => live.follow('devices', f),
  servers: (f) => live.follow('servers', f),
  connection: (f) => live.follow('connection', f),
  recordings: (f) => live.follow('recordings', f),
}

/** All calls now that one may see; operators see those of all companies. */
export function useLiveCalls(): Call[] {
  return useSyncExternalStore(follow.calls, live.calls)
}

/** One call; undefined once it has ended. Rendered only when it changes. */
export function useLiveCall(id: string): Call | undefined {
  return useSyncExternalStore(follow.calls, useCallback(() => live.call(id), [id]))
}

/** The states of all devices by name: PJSIP/T2_1010 → INUSE, Custom:T2_DND_1010 → INUSE. */
export function useLiveDevices(): Map<string, string> {
  return useSyncExternalStore(follow.devices, live.devices)
}

/** The state of one device, '' when nothing is known. Rendered only when it changes. */
export function useLiveDevice(name: string): string {
  return useSyncExternalStore(follow.devices, useCallback(() => live.device(name), [name]))
}

/** The servers of which something was heard. */
export function useLiveServers(): LiveServer[] {
  return useSyncExternalStore(follow.servers, live.servers)
}

/** The ids of calls of which it is known that they are being recorded. */
export function useLiveRecordings(): Set<string> {
  return useSyncExternalStore(follow.recordings, live.recordings)
}

/** How the connection stands. */
export function useLiveConnection(): LiveConnection {
  return useSyncExternalStore(follow.connection, live.connection)
}

/**
 * Calls f for each fax, recording or registration of a trunk that something
 * becomes of: `useLiveEvent('fax', (e) => …invalidateQueries…)`. What happened
 * while the connection was away is not told again.
 */
export function useLiveEvent<K extends keyof LiveEvents>(kind: K, f: (e: LiveEvents[K]) => void): void {
  const kept = useRef(f)
  useEffect(() => {
    kept.current = f
  })
  useEffect(() => live.hear(kind, (e) => kept.current(e)), [kind])
}

// One clock for everything that ticks.
const ticks = new Set<() => void>()
let now = Date.now()
let clock: ReturnType<typeof setInterval> | undefined

function tick(f: () => void): () => void {
  ticks.add(f)
  clock ??= setInterval(() => {
    now = Date.now()
    for (const g of ticks) {
      g()
    }
  }, 1000)
  return () => {
    ticks.delete(f)
    if (ticks.size === 0) {
      clearInterval(clock)
      clock = undefined
    }
  }
}

/** The gateway's time in ms, anew each second. */
export function useNow(): number {
  return useSyncExternalStore(tick, () => (clock === undefined ? (now = Math.floor(Date.now() / 1000) * 1000) : now)) - live.skew()
}
