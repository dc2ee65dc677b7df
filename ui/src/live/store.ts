import { Client } from 'dipcast-client'
import type { Call, CallStep, EventV2, FaxEvent, Link, RecordingEvent, Snapshot } from 'dipcast-client'
import { call } from '~/api/client'

export type { Call, FaxEvent, Party, RecordingEvent } from 'dipcast-client'

/** What is known of one server's link. */
export interface LiveServer {
  id: number
  up: boolean
  /** false: its state is still being read; something may be missing. */
  whole: boolean
}

/** How the tab's connection to the gateway stands. */
export interface LiveConnection {
  state: 'connecting' | 'up' | 'away'
  /** Since when, in ms. */
  since: number
}

/** The parts of the state that one can follow by itself. */
export type Slice = 'calls' | 'devices' | 'servers' | 'connection' | 'recordings'

/** What happens and is not kept. */
export interface LiveEvents {
  fax: FaxEvent
  recording: RecordingEvent
  /** A trunk registered, or lost its registration. */
  registry: EventV2
}

// What we ask for; steps of calls are 'call'.
const wanted = ['call', 'fax', 'recording', 'DeviceStateChange', 'Registry']
const beat = 100 // ms between two renders at most
const beatHidden = 1000 // nobody looks
const share = 8 // rendering takes at most one in so many parts of the time
const idle = 30_000 // the connection stays so long after the last page that used it
const checkAway = 15_000 // how often it is asked whether the session has ended

/** What a phone's states on several servers come to: the busiest counts. */
const ranks = ['', 'INVALID', 'UNKNOWN', 'UNAVAILABLE', 'NOT_INUSE', 'ONHOLD', 'INUSE', 'BUSY', 'RINGING', 'RINGINUSE']

/**
 * Live state of this tab: one WebSocket, opened by the first who looks. Frames
 * change plain maps; who follows a slice is told at most ten times a second,
 * and less often when rendering takes long.
 */
export class LiveStore {
  #client: Client | undefined
  #listeners: Record<Slice, Set<() => void>> = { calls: new Set(), devices: new Set(), servers: new Set(), connection: new Set(), recordings: new Set() }
  #handlers: { [K in keyof LiveEvents]: Set<(e: LiveEvents[K]) => void> } = { fax: new Set(), recording: new Set(), registry: new Set() }
  #users = 0
  #ending: ReturnType<typeof setTimeout> | undefined
  #checking: ReturnType<typeof setInterval> | undefined
  #dirty = new Set<Slice>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #cost = 0 // ms of the last render
  #heard: { at: number; time: string } | undefined // the last step of a call
  #skew = 0

  #calls = new Map<string, Call>()
  #devices = new Map<string, Map<number, string>>()
  #servers = new Map<number, LiveServer>()
  #recording = new Set<string>()

  // What is shown, replaced as a whole at each beat.
  #shown = { calls: [] as Call[], servers: [] as LiveServer[], devices: new Map<string, string>(), recordings: new Set<string>() }
  #states = new Map<string, string>()
  #connection: LiveConnection = { state: 'connecting', since: Date.now() }

  constructor(readonly open: (handlers: ConstructorParameters<typeof Client>[1]) => Client = connect) {}

  /** Follows a slice; for useSyncExternalStore. */
  follow(slice: Slice, f: () => void): () => void {
    this.#listeners[slice].add(f)
    this.#use()
    return () => {
      this.#listeners[slice].delete(f)
      this.#leave()
    }
  }

  /** Hears of what happens. */
  hear<K extends keyof LiveEvents>(kind: K, f: (e: LiveEvents[K]) => void): () => void {
    this.#handlers[kind].add(f)
    this.#use()
    return () => {
      this.#handlers[kind].delete(f)
      this.#leave()
    }
  }

  /** All calls, in the order in which they became known. */
  calls = (): Call[] => this.#shown.calls
  /** One call. */
  call = (id: string): Call | undefined => this.#calls.get(id)
  servers = (): LiveServer[] => this.#shown.servers
  /** The states of all devices, as PJSIP/T2_1010 → INUSE. */
  devices = (): Map<string, string> => this.#shown.devices
  /** The state of one device; '' when nothing is known. */
  device = (name: string): string => this.#states.get(name) ?? ''
  /** The calls whose recording has begun since the page is open. */
  recordings = (): Set<string> => this.#shown.recordings
  connection = (): LiveConnection => this.#connection
  /** How many ms this machine's clock is ahead of the gateway's. */
  skew = (): number => this.#skew

  #use() {
    this.#users++
    clearTimeout(this.#ending)
    if (!this.#client) {
      this.#setConnection('connecting')
      this.#client = this.open({
        call: (c) => this.#step(c),
        snapshot: (s) => this.#snapshot(s),
        event: (e) => this.#event(e),
        link: (l) => this.#link(l),
        gap: (g) => this.#server(g.server, { whole: false }),
        fax: (f) => this.#tell('fax', f),
        recording: (r) => this.#recorded(r),
        connection: (c) => this.#setConnection(c.up ? 'up' : 'away'),
      })
      this.#checking = setInterval(() => this.#check(), checkAway)
    }
  }

  #leave() {
    this.#users--
    if (this.#users === 0) {
      this.#ending = setTimeout(() => this.#stop(), idle)
    }
  }

  #stop() {
    this.#client?.close()
    this.#client = undefined
    clearInterval(this.#checking)
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#calls.clear()
    this.#devices.clear()
    this.#servers.clear()
    this.#recording.clear()
    for (const s of ['calls', 'devices', 'servers', 'recordings'] as const) {
      this.#dirty.add(s)
    }
    this.#flush()
  }

  /** A WebSocket does not say why it was refused: ask for the session. */
  #check() {
    if (this.#connection.state === 'up') {
      return
    }
    if (this.#connection.state === 'connecting') {
      this.#setConnection('away')
    }
    void call('GET /session', {}).catch(() => undefined)
  }

  #setConnection(state: LiveConnection['state']) {
    if (this.#connection.state !== state) {
      this.#connection = { state, since: Date.now() }
      this.#mark('connection')
    }
  }

  #step(s: CallStep) {
    this.#heard = { at: Date.now(), time: s.time }
    if (s.event === 'ended') {
      this.#calls.delete(s.call.call_id)
      if (this.#recording.delete(s.call.call_id)) {
        this.#mark('recordings')
      }
    } else {
      this.#calls.set(s.call.call_id, s.call)
    }
    this.#mark('calls')
  }

  #snapshot(s: Snapshot) {
    for (const [id, c] of this.#calls) {
      if (c.server === s.server) {
        this.#calls.delete(id)
      }
    }
    for (const c of s.calls) {
      this.#calls.set(c.call_id, c)
    }
    for (const states of this.#devices.values()) {
      states.delete(s.server)
    }
    for (const d of s.devices) {
      this.#state(d.device, s.server, d.state)
    }
    for (const id of this.#recording) {
      if (!this.#calls.has(id)) {
        this.#recording.delete(id)
      }
    }
    // A snapshot of a server whose link is down comes too, and is not whole.
    this.#server(s.server, { whole: s.whole !== false, ...(s.whole !== false ? { up: true } : {}) })
    this.#mark('calls')
    this.#mark('devices')
    this.#mark('recordings')
  }

  #event(e: EventV2) {
    if (e.data.Event === 'Registry') {
      this.#tell('registry', e)
      return
    }
    const { Device, State } = e.data
    if (e.data.Event === 'DeviceStateChange' && typeof Device === 'string' && typeof State === 'string') {
      this.#state(Device, e.server_id, State)
      this.#mark('devices')
    }
  }

  #state(device: string, server: number, state: string) {
    let of = this.#devices.get(device)
    if (!of) {
      of = new Map()
      this.#devices.set(device, of)
    }
    of.set(server, state)
  }

  #link(l: Link) {
    this.#server(l.server, { up: l.state === 'up' })
  }

  #server(id: number, change: Partial<LiveServer>) {
    this.#servers.set(id, { id, up: true, whole: true, ...this.#servers.get(id), ...change })
    this.#mark('servers')
  }

  #recorded(r: RecordingEvent) {
    const id = r.recording.call_id
    if (r.event === 'recording.started') {
      this.#recording.add(id)
    } else {
      this.#recording.delete(id)
    }
    this.#mark('recordings')
    this.#tell('recording', r)
  }

  #tell<K extends keyof LiveEvents>(kind: K, e: LiveEvents[K]) {
    for (const f of this.#handlers[kind]) {
      f(e)
    }
  }

  #mark(slice: Slice) {
    this.#dirty.add(slice)
    // What was quick is shown soon; what took long waits, so that the page stays usable.
    this.#timer ??= setTimeout(() => this.#flush(), document.hidden ? beatHidden : Math.max(beat, this.#cost * share))
  }

  #flush() {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const started = performance.now()
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    if (this.#heard) {
      const skew = this.#heard.at - Date.parse(this.#heard.time)
      this.#skew = Math.abs(skew) < 1500 ? 0 : skew // what is little is the way, not the clock
    }
    for (const slice of dirty) {
      switch (slice) {
        case 'calls':
          this.#shown.calls = [...this.#calls.values()]
          break
        case 'servers':
          this.#shown.servers = [...this.#servers.values()].sort((a, b) => a.id - b.id)
          break
        case 'recordings':
          this.#shown.recordings = new Set(this.#recording)
          break
        case 'devices':
          this.#states = new Map()
          for (const [name, of] of this.#devices) {
            let best = ''
            for (const s of of.values()) {
              if (ranks.indexOf(s) >= ranks.indexOf(best)) {
                best = s
              }
            }
            if (best) {
              this.#states.set(name, best)
            }
          }
          this.#shown.devices = this.#states
          break
        case 'connection':
      }
    }
    for (const slice of dirty) {
      for (const f of this.#listeners[slice]) {
        f()
      }
    }
    this.#cost = performance.now() - started
  }
}

function connect(handlers: ConstructorParameters<typeof Client>[1]): Client {
  const url = new URL('/ws', location.href)
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  return new Client({ url: url.href, events: wanted, backoff: { max: 10_000 } }, handlers)
}

/** The one of this tab. */
export const live = new LiveStore()
