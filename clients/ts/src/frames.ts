// Made from docs/asyncapi.yaml by test/clients/types_test.go. Do not edit.

/** A number or the same as a string. */
export type AMIServerID = ServerID | string

/** Headers of an AMI action; numbers and booleans count as their text. */
export interface Action {
  AMIServerID?: AMIServerID
  Action: string
  /** carried by the answer; may be missing */
  ActionID?: string
  Variable?: Variables
  Variables?: Variables
  [name: string]: AMIServerID | Scalar | Variables | string | undefined
}

/** A call at one moment. */
export interface Call {
  account_code?: string
  answered_at?: Time
  answered_by?: Party
  call_id: CallID
  /** the live ones */
  channels: Channel[]
  click_to_call: ClickToCall | null
  did?: string
  direction: "external" | "internal" | "outgoing"
  diverted: Diversion[]
  ended: End | null
  ended_at?: Time
  from: Party
  /** who has the other on hold */
  held: Held[]
  linkedid: string
  /** calls that became part of this one */
  merged: CallID[]
  merged_into?: CallID
  parked: Parked | null
  /** the queue it waits or waited in */
  queue?: string
  /** who rings now */
  ringing: Ring[]
  /** who was called, in that order */
  rung: Rung[]
  /** the server itself has answered (a menu, a queue, a voicemail), and no phone yet */
  served: boolean
  server: ServerID
  started_at: Time
  /** it never goes back */
  state: "new" | "ringing" | "answered" | "ended"
  /** who hears whom now */
  talks: Party[][]
  tenant?: TenantName
  /** whom the caller asked for; for an external call the DID as number and the extension that it rings */
  to: Party
  transfers: Transfer[] | null
}

/** `{server}-{Linkedid}`: the same in events, calls and REST. */
export type CallID = string

export interface CallStep {
  call: Call
  epoch: Epoch
  /** ringing: one more party rings; answered: the called has answered, once for a call; changed: anything else; ended: the last */
  event: "ringing" | "answered" | "changed" | "ended"
  op: "call"
  seq: Seq
  server: ServerID
  time: Time
  /** who began to ring or has answered */
  who?: Party
}

export interface Channel {
  channel: string
  extension?: string
  name?: string
  number: string
  state: "down" | "ring" | "ringing" | "up"
  uniqueid: string
}

export interface ClickToCall {
  callee: Leg
  caller: Leg
}

/** The kind of an error, the same in REST. What to do about each stands in websocket.md. */
export type Code = "bad_request" | "invalid_value" | "too_long" | "unauthorized" | "forbidden" | "not_found" | "conflict" | "rate_limited" | "busy" | "unavailable" | "timeout" | "unknown" | "internal"

export interface Device {
  /** PJSIP/T2_1010, or a lamp such as Custom:T2_CFI_1010 */
  device: string
  /** whose it is; missing when that is not known */
  extension?: string
  /** as Asterisk names it: NOT_INUSE, RINGING, INUSE and so on */
  state: string
}

export interface Diversion {
  at: Time
  extension: string
  number: string
  type: "CFI" | "CFB" | "CFN" | "CFU" | "PEA"
}

export interface End {
  /** who hung up or gave up */
  by?: Party
  /** ITU-T Q.850, 0 when none was given */
  cause: number
  cause_text?: string
  /** the side of a click-to-call that failed */
  leg?: "caller" | "callee"
  /** somebody of the company was called and nobody answered */
  missed: boolean
  reason: "completed" | "no_answer" | "busy" | "declined" | "cancelled" | "unavailable" | "failed" | "merged" | "unknown"
}

/** Opaque. Within it the `seq` of a server goes on without a break. */
export type Epoch = string

export interface Event {
  data: EventHeaders
  server_id: ServerID
  server_name: string
  ssl: boolean
  type: 3
}

/** Headers of an event. */
export interface EventHeaders {
  Event: string
  [name: string]: string | string | string[] | undefined
}

export interface EventV2 {
  call?: CallID
  data: EventHeaders
  epoch: Epoch
  seq: Seq
  server_id: ServerID
  server_name: string
  ssl: boolean
  tenant?: TenantName
  time: Time
  type: 3
}

export interface Failure {
  data: FailureHeaders
  /** 0 when the error belongs to no server */
  server_id: number
  server_name: string
  ssl: boolean
  type: 4
}

export interface FailureHeaders {
  /** as the client gave it */
  ActionID?: string
  /** with `unknown`: the Uniqueid that the call has, should it exist */
  ChannelId?: string
  Code: Code
  /** the member of the request that is at fault */
  Field?: string
  /** one sentence in English, for people */
  Message: string
  Response: "Error"
}

export interface Fax {
  begun_at: string
  call_id?: CallID
  damaged_lines: number
  direction: "in" | "out"
  ended_at: string
  /** on whose behalf it is sent */
  extension?: string
  id: string
  /** the same for people */
  message?: {
    en: string
    ko: string
  }
  /** t38 or audio */
  mode: string
  /** the other side's */
  other: string
  /** your number */
  own: string
  /** that are kept */
  pages: number
  /** that went through */
  pages_done: number
  /** bits a second */
  rate: number
  /** why it failed */
  reason?: string
  server_id: ServerID
  /** what the other machine calls itself */
  station: string
  status: "sending" | "received" | "sent" | "failed"
  tenant: string
}

export interface FaxEvent {
  event: "fax.received" | "fax.sending" | "fax.sent" | "fax.failed"
  fax: Fax
  op: "fax"
  server: ServerID
}

export interface Gap {
  from: Seq
  op: "gap"
  reason: "slow" | "link" | "restart" | "window"
  server: ServerID
  to: Seq
}

export interface GapEvent {
  data: {
    Event: "DIPCASTGap"
    Lost: string
    Reason: "window"
  }
  server_id: ServerID
  server_name: string
  ssl: boolean
  type: 3
}

/** Headers as Asterisk sends them. `Output` lines that repeat are one string, joined by `\n`; any other header that repeats is an array. */
export type Headers = { [name: string]: string | string[] }

export interface Held {
  extension?: string
  name?: string
  number: string
  since: Time
}

export interface Leg {
  answered_at?: Time
  answered_by?: Party
  extension?: string
  name?: string
  number: string
  state: "waiting" | "ringing" | "answered"
}

export interface Link {
  op: "link"
  server: ServerID
  state: "up" | "down"
  time?: Time
}

export interface LinkEvent {
  data: {
    Event: "DIPCASTLink"
    State: "up" | "down"
  }
  server_id: ServerID
  server_name: string
  ssl: boolean
  type: 3
}

export interface ListItem {
  data: EventHeaders
  server_id: ServerID
  server_name: string
  ssl: boolean
  type: 3
}

export interface OpError {
  code: Code
  /** the member of the op that is at fault */
  field?: string
  id?: OpID
  /** one sentence in English, for people */
  message: string
  op: "error"
}

/** The client's mark on an op; its answer carries the same. */
export type OpID = string

export interface Parked {
  by?: string
  extension?: string
  lot?: string
  name?: string
  number: string
  since?: Time
  space: string
}

/** A phone of the company, or somebody in the network. What the client may not see is left empty. */
export interface Party {
  /** missing for the network */
  extension?: string
  name?: string
  /** what one dials to reach the party; empty when it is withheld or not known */
  number: string
}

/** The last that a client has got of a server. */
export interface Position {
  epoch: Epoch
  seq: Seq
  server: ServerID
}

export interface Recording {
  began_at: string
  bytes: number
  call_id: CallID
  checked_at: string
  direction: "external" | "internal" | "outgoing"
  format: "wav" | "mp3" | "opus"
  /** digits of the caller's number */
  from: string
  held: boolean
  id: string
  kept_until: string | null
  seconds: number
  server_id: ServerID
  /** of the file */
  sha256: string
  state: "whole" | "damaged"
  tenant: string
  /** digits of who was called */
  to: string
  /** of its sound */
  url: string
}

export interface RecordingEvent {
  event: "recording.started" | "recording.stopped" | "recording.ready"
  op: "recording"
  recording: Recording | RunningRecording
  server: ServerID
}

/** One action, wrapped or flat. */
export type Request = WrappedRequest | Action

export interface Response {
  data: Headers
  server_id: ServerID
  server_name: string
  /** the gateway's link to that server is TLS */
  ssl: boolean
  /** 4 response; 5, 6 command output and queue list of Asterisk 13 and older */
  type: 4 | 5 | 6
}

export interface Resume {
  /** as in subscribe */
  events?: string[]
  /** as in subscribe */
  extensions?: string[]
  id?: OpID
  op: "resume"
  /** one for each server; a server without one begins now */
  positions: Position[]
  /** as in subscribe */
  servers?: ServerID[]
}

export interface Resumed {
  id?: OpID
  op: "resumed"
  /** true: nothing was lost on any server; false: gaps say what was */
  recovered: boolean
}

export interface Ring {
  channel: string
  extension?: string
  name?: string
  number: string
  since: Time
}

export interface Rung {
  answered_at?: Time
  /** ITU-T Q.850 */
  cause?: number
  extension?: string
  name?: string
  number: string
  /** missing while it is being called */
  result?: "answered" | "no_answer" | "busy" | "declined" | "unavailable" | "failed" | "cancelled" | "answered_elsewhere" | "moved"
  since: Time
  until?: Time
}

/** A recording that is under way. A call may have several, one after the other. */
export interface RunningRecording {
  began_at: string
  call_id: CallID
  direction: "external" | "internal" | "outgoing"
  /** digits of the caller's number */
  from: string
  server_id: ServerID
  tenant: string
  /** digits of who was called */
  to: string
}

export type Scalar = string | number | boolean

/** The number of something that happened on one server. It grows, not without holes. */
export type Seq = number

/** A server's `AMIServerID`. */
export type ServerID = number

export interface Snapshot {
  calls: Call[]
  devices: Device[]
  epoch: Epoch
  id?: OpID
  op: "snapshot"
  seq: Seq
  server: ServerID
  /** there only while the state of the server is still being read, or its link is down: something may be missing */
  whole?: false
}

export interface Subscribe {
  /** names, in any letter case; call stands for the steps of calls; missing or empty: all */
  events?: string[]
  /** missing or empty: all of the client's */
  extensions?: string[]
  id?: OpID
  op: "subscribe"
  /** missing or empty: all of the client's */
  servers?: ServerID[]
}

export interface Subscribed {
  id?: OpID
  op: "subscribed"
}

export interface TakeSnapshot {
  id?: OpID
  op: "snapshot"
  /** missing or empty: those subscribed to */
  servers?: ServerID[]
}

/** A company, by its number. */
export type TenantName = string

/** RFC 3339, UTC, milliseconds. */
export type Time = string

export interface Transfer {
  at: Time
  by?: Party
  to: Party
  type: "blind" | "attended" | "redirect" | "pickup" | "unpark"
}

export type VariableMap = { [name: string]: Scalar }

/** "A=1", ["A=1","B=2"] or {"A":"1","B":"2"} */
export type Variables = Scalar | (Scalar | VariableMap)[] | VariableMap

export interface WrappedRequest {
  AMIServerID?: AMIServerID
  data: Action
}
