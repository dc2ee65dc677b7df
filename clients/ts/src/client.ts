import { LostError, RefusedError } from './errors.js'
import type {
  Action, CallStep, EventV2, FaxEvent, Gap, Link, ListItem, OpError, Position, RecordingEvent, Response, Resumed, Snapshot, Subscribed,
} from './frames.js'
import type { Connection, Handlers, Options, Sockets } from './options.js'
import { Positions } from './positions.js'
import { Requests } from './requests.js'
import type { Answer } from './requests.js'

/** What the gateway sends. */
type Frame = EventV2 | ListItem | Response | CallStep | FaxEvent | RecordingEvent | Snapshot | Gap | Link | Subscribed | Resumed | OpError

// Times of the protocol in ms, docs/websocket.md.
const steady = 10_000 // a connection that lasts so long was a good one
const silence = 30_000 // then the gateway is asked for a sign of life
const dead = 75_000
const afterBusy = 5_000 // closed with 1013
const requestTimeout = 15_000
const connectTimeout = 20_000
/** How many requests may wait for a connection or an answer. */
const maxRequests = 1000
/** Close codes that say that this client is wrong. */
const mistakes = new Set([1002, 1003, 1007, 1008, 1009])

/** A connection to a gateway that comes back when it breaks. */
export class Client {
  readonly #o: Options
  readonly #handlers: Handlers
  readonly #sockets: Sockets
  readonly #positions: Positions
  readonly #requests = new Requests()
  readonly #url: URL
  #socket: WebSocket | undefined
  #open = false // the socket takes frames
  #up = false // the gateway has said that the stream goes
  #closed = false
  #wait: number
  #timer: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #heard = 0
  #asked = false
  #serial = 0
  #opened: (() => void)[] = [] // requests that wait for a connection

  /** Connects at once. */
  constructor(options: Options, handlers: Handlers = {}) {
    this.#o = options
    this.#handlers = handlers
    const sockets = options.webSocket ?? (globalThis as { WebSocket?: Sockets }).WebSocket
    if (!sockets) {
      throw new Error('there is no global WebSocket: use Node 22 or newer, or give the option webSocket')
    }
    this.#sockets = sockets
    this.#positions = new Positions(options.positions)
    this.#url = new URL(options.url)
    this.#url.searchParams.set('v', '2')
    this.#wait = options.backoff?.min ?? 500
    void this.#connect()
  }

  /** The places behind what was handled last, by server; for Options.positions. */
  get positions(): Position[] {
    return this.#positions.all()
  }

  /**
   * Sends an action to a server and gives its answer; server 0 is the only one
   * there is. It waits for a connection if there is none. Rejects with a
   * ResponseError, LostError or TimeoutError.
   */
  async request(server: number, action: Action, timeout = requestTimeout): Promise<Answer> {
    if (this.#closed) {
      throw new LostError('the client is closed')
    }
    const id = action.ActionID ?? `dipcast-ts-${++this.#serial}`
    if (this.#requests.has(id)) {
      throw new Error(`a request with the ActionID ${id} is under way`)
    }
    if (this.#requests.size >= maxRequests) {
      throw new Error(`${maxRequests} requests wait already`)
    }
    const data: Action = { ...action, ActionID: id }
    const answer = this.#requests.add(id, timeout)
    const send = (): void => {
      if (this.#requests.leaves(id)) {
        this.#send(server === 0 ? { data } : { AMIServerID: server, data })
      }
    }
    if (this.#open) {
      send()
    } else {
      this.#opened.push(send)
    }
    return answer
  }

  /** Ends the connection for good; requests under way reject with LostError. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    const s = this.#socket
    this.#drop()
    s?.close(1000)
    this.#opened = []
    this.#requests.lose(true)
  }

  async #connect(): Promise<void> {
    const started = Date.now()
    let socket: WebSocket
    try {
      const url = new URL(this.#url)
      if (this.#o.ticket) {
        url.searchParams.set('ticket', await this.#o.ticket())
      }
      if (this.#closed) {
        return
      }
      socket = this.#o.headers ? new this.#sockets(url.href, { headers: this.#o.headers }) : new this.#sockets(url.href)
    } catch (e) {
      this.#report(e)
      if (e instanceof RefusedError && e.status >= 400 && e.status < 500 && e.status !== 429) {
        this.close() // with these credentials it is no use to try again
        return
      }
      this.#again(started, 1006)
      return
    }
    this.#socket = socket
    const timer = setTimeout(() => this.#lost(socket, started, 1006, 'no connection in time'), connectTimeout)
    socket.onopen = () => {
      clearTimeout(timer)
      this.#begin()
    }
    socket.onmessage = (m: MessageEvent) => this.#take(m.data)
    socket.onclose = (e: CloseEvent) => {
      clearTimeout(timer)
      this.#lost(socket, started, e.code, `${e.code} ${e.reason}`.trim())
    }
    socket.onerror = () => {} // a close follows
  }

  /** Says what the client wants. */
  #begin(): void {
    this.#open = true
    this.#heard = Date.now()
    this.#watch = setInterval(() => this.#look(), silence / 3)
    const at = this.#positions.all()
    this.#ask(at.length > 0 ? 'resume' : 'subscribe', at)
    for (const send of this.#opened.splice(0)) {
      send()
    }
  }

  #ask(op: 'subscribe' | 'resume', positions: Position[]): void {
    const { servers, events, extensions } = this.#o
    this.#send({
      op, id: op,
      ...(op === 'resume' ? { positions } : {}),
      ...(servers?.length ? { servers } : {}),
      ...(events?.length ? { events } : {}),
      ...(extensions?.length ? { extensions } : {}),
    })
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame))
  }

  #take(text: unknown): void {
    this.#heard = Date.now()
    this.#asked = false
    let f: Frame
    try {
      f = JSON.parse(String(text)) as Frame
    } catch (e) {
      this.#report(e)
      return
    }
    if (!('op' in f)) {
      if (f.type === 3 && 'seq' in f) {
        this.#placed(f, 'event')
      } else {
        this.#requests.take(f)
      }
      return
    }
    switch (f.op) {
      case 'call':
      case 'snapshot':
        this.#placed(f, f.op)
        break
      case 'gap':
        this.#tell('gap', f)
        break
      case 'link':
        this.#tell('link', f)
        break
      case 'fax':
        this.#tell('fax', f)
        break
      case 'recording':
        this.#tell('recording', f)
        break
      case 'subscribed':
        this.#stream({ up: true, resumed: false, recovered: false })
        break
      case 'resumed':
        this.#stream({ up: true, resumed: true, recovered: f.recovered })
        break
      case 'error':
        if (f.id === 'resume') {
          this.#ask('subscribe', []) // the gateway does not take these positions
          break
        }
        this.#report(new RefusedError(400, f.code, f.message))
        break
    }
  }

  #stream(c: Connection): void {
    this.#up = true
    this.#tell('connection', c)
  }

  /** Hands on what has a place, unless it came before. */
  #placed<K extends 'event' | 'call' | 'snapshot'>(f: EventV2 | CallStep | Snapshot, kind: K): void {
    if (this.#positions.advance(f)) {
      this.#tell(kind, f as Parameters<NonNullable<Handlers[K]>>[0])
    }
  }

  #tell<K extends Exclude<keyof Handlers, 'error'>>(kind: K, value: Parameters<NonNullable<Handlers[K]>>[0]): void {
    try {
      (this.#handlers[kind] as ((v: typeof value) => void) | undefined)?.(value)
    } catch (e) {
      this.#report(e)
    }
  }

  #report(e: unknown): void {
    try {
      this.#handlers.error?.(e)
    } catch {
      // there is nobody left to tell
    }
  }

  /** Looks whether the gateway is still there: browsers do not show its pings. */
  #look(): void {
    const silent = Date.now() - this.#heard
    if (silent > dead) {
      this.#socket?.close()
      const s = this.#socket
      if (s) {
        this.#lost(s, this.#heard, 1006, 'the gateway is silent')
      }
    } else if (silent > silence && !this.#asked) {
      this.#asked = true
      const server = this.#positions.all()[0]?.server
      this.#send({ ...(server ? { AMIServerID: server } : {}), data: { Action: 'Ping', ActionID: 'dipcast-ts-alive' } })
    }
  }

  #lost(socket: WebSocket, started: number, code: number, reason: string): void {
    if (socket !== this.#socket) {
      return // told before, or closed by the program
    }
    const up = this.#up
    this.#drop()
    socket.close()
    this.#requests.lose()
    if (up) {
      this.#tell('connection', { up: false, resumed: false, recovered: false, reason })
    }
    this.#again(started, code)
  }

  #drop(): void {
    clearInterval(this.#watch)
    this.#socket = undefined
    this.#open = this.#up = this.#asked = false
  }

  /** Plans the next connection. */
  #again(started: number, code: number): void {
    if (this.#closed) {
      return
    }
    const min = this.#o.backoff?.min ?? 500
    const max = this.#o.backoff?.max ?? 30_000
    if (Date.now() - started > steady) {
      this.#wait = min
    }
    let wait = this.#wait
    this.#wait = Math.min(2 * wait, max)
    if (code === 1013) {
      wait = Math.max(wait, Math.min(afterBusy, max))
    } else if (mistakes.has(code)) {
      wait = max
    }
    this.#timer = setTimeout(() => void this.#connect(), wait / 2 + (Math.random() * wait) / 2)
  }
}
