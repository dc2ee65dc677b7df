import type { CallStep, EventV2, FaxEvent, Gap, Link, Position, RecordingEvent, Snapshot } from './frames.js'

/** What became of the connection to the gateway. */
export interface Connection {
  up: boolean
  /** The connection goes on where the last one ended. */
  resumed: boolean
  /** Nothing was lost meanwhile; else gaps tell what was. */
  recovered: boolean
  /** Why it went, in words for a log. */
  reason?: string
}

/**
 * What is called, one after the other in the order of the gateway. Nothing is
 * queued here: while a handler runs, nothing else of the program does.
 */
export interface Handlers {
  event?(e: EventV2): void
  call?(c: CallStep): void
  /** How it is on one server: replaces all that was known of it. */
  snapshot?(s: Snapshot): void
  /** Something may be missing here; a snapshot follows. */
  gap?(g: Gap): void
  /** The gateway's link to a server. */
  link?(l: Link): void
  /** What becomes of a fax. What happened while the connection was away is not told. */
  fax?(f: FaxEvent): void
  /** What becomes of a call's recording. What happened while the connection was away is not told. */
  recording?(r: RecordingEvent): void
  connection?(c: Connection): void
  /** A handler threw, a frame was not understood, or no ticket was given; the client goes on, unless it was refused. */
  error?(e: unknown): void
}

/** The constructor of WebSockets: a browser's, Node's, or that of the package ws. */
export type Sockets = new (url: string, protocols?: any) => WebSocket

export interface Options {
  /** wss://host:8080/ws or ws://host:6600 */
  url: string
  /** Gets a one-time ticket before each connection: for browsers. See ticket(). */
  ticket?: () => string | Promise<string>
  /** Sent with each handshake, such as Authorization. Node only: browsers cannot. */
  headers?: Record<string, string>
  /** Narrow what comes, at most 64 each; empty: all. In events "call" stands for the steps of calls. */
  servers?: number[]
  events?: string[]
  extensions?: string[]
  /** Go on where an earlier page or process stopped: Client.positions. */
  positions?: Position[]
  /** Bounds of the wait before a connection is tried again, in ms. Default 500 and 30,000. */
  backoff?: { min?: number; max?: number }
  /** Default: the global WebSocket (browsers, Node 22 and newer). */
  webSocket?: Sockets
}
