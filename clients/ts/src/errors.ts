import type { Code, Headers } from './frames.js'

/** An answer that says no. */
export class ResponseError extends Error {
  override name = 'ResponseError'
  /** One of docs/websocket.md; undefined when Asterisk itself refused. */
  readonly code: Code | undefined
  /** The member of the request that is at fault. */
  readonly field: string | undefined
  /** With code "unknown": the Uniqueid that the call has, should it exist. */
  readonly channelId: string | undefined

  constructor(readonly data: Headers) {
    const text = (name: string): string | undefined => {
      const v = data[name]
      return Array.isArray(v) ? v[0] : v
    }
    super(text('Message') ?? 'refused')
    this.code = text('Code') as Code | undefined
    this.field = text('Field')
    this.channelId = text('ChannelId')
  }
}

/** The connection broke, or the client was closed, before the answer came. Whether the action was carried out is not known. */
export class LostError extends Error {
  override name = 'LostError'
}

/** No answer came in time. */
export class TimeoutError extends Error {
  override name = 'TimeoutError'
}

/** A REST request that was answered by an error. */
export class RefusedError extends Error {
  override name = 'RefusedError'

  constructor(readonly status: number, readonly code: string | undefined, message: string) {
    super(message)
  }
}
