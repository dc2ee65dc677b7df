/**
 * A client of DIPCAST's WebSocket protocol, version 2: events, calls and
 * snapshots of Asterisk servers in order, across broken connections, and
 * requests with their answers. The protocol: docs/websocket.md.
 */
export { Client } from './client.js'
export type { Connection, Handlers, Options, Sockets } from './options.js'
export { LostError, RefusedError, ResponseError, TimeoutError } from './errors.js'
export type { Answer } from './requests.js'
export { ticket } from './rest.js'
export type { Credentials } from './rest.js'
export type * from './frames.js'
