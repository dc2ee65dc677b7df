// Made from our OpenAPI document: go test ./internal/app -run TypesOfUI -update

export type AddpasskeyRequest = {
  credential: NewPasskey
  name: string
}

export type Applied = {
  /** how many calls were up meanwhile, and went on; -1 when nothing was reloaded */
  calls: number
  /** in the history; absent when nothing was to be done */
  record?: string
  /** what counts only after a restart of Asterisk */
  restart: string[]
  /** whether it restarts when no call is up */
  restarting: boolean
  server_id: number
  /** a line for each file */
  summary: string[]
  /** as before an apply */
  warnings: string[]
}

export type ApplyRecord = {
  at: string
  /** who asked for it */
  by: string
  /** applied, or why it was undone */
  outcome: string
  reason?: string
  record: string
  summary: string[]
  /** the record that this one undid */
  undoes?: string
  /** the record that undid this one */
  undone?: string
}

export type AreaView = {
  area: string
  /** there is something to be changed */
  changes: boolean
  /** a company's own roles cannot have it */
  operators: boolean
  /** members that a right to change can be narrowed to */
  settings: string[]
  title: string
  title_en: string
}

export type AuditChange = {
  /** any JSON value; absent: it is not there any more */
  after?: unknown
  /** any JSON value; absent: it was not there */
  before?: unknown
  field: string
}

export type AuditCheck = {
  at: string
  /** hash of the newest row */
  last?: string
  /** nothing was changed, put in or taken out */
  ok: boolean
  /** that were looked at; with ok false, before the first that is wrong */
  rows: number
  /** which row is wrong */
  wrong?: string
}

export type AuditView = {
  action?: string
  /** the client's, masked */
  action_id?: string
  /** what was before and after; secrets are [redacted] */
  changes: AuditChange[]
  /** of a refusal */
  code?: string
  /** masked */
  detail?: string
  extension?: string
  /** what was wrong, or what was changed */
  field?: string
  id: string
  /** changed, refused, repeated, locked, unlocked, banned, unbanned, applied, recording, gap */
  kind: string
  /** who: the login, or the app key */
  name?: string
  /** from where; absent: from the gateway's own machine, or not for you to see */
  remote?: string
  /** operator, tenant, extension or none */
  role: string
  server_id?: number
  /** of whom it is; absent: of none */
  tenant?: string
  time: string
  /** login or app_key */
  via?: string
}

export type BackupView = {
  by?: string
  bytes: number
  /** when it was read to its end; absent: never */
  checked_at?: string
  /** of when its content is */
  created_at: string
  /** why it failed */
  error?: string
  /** what the check found */
  good?: boolean
  id: string
  /** daily: made by the clock; before_restore: made by a restore, to undo it */
  kind: 'made' | 'daily' | 'uploaded' | 'before_restore'
  /** what the check found wrong */
  problem?: string
  /** the sound of recorded calls is in it */
  recordings: boolean
  /** version of its database's tables */
  schema?: number
  state: 'making' | 'ready' | 'failed'
  /** of the DIPCAST that made it */
  version?: string
}

export type Ban = {
  /** logins that failed and led to it; 0 when an operator banned it */
  failures: number
  since: string
  /** an address, or a network: of IPv6 a /64 */
  source: string
  /** how often in a row it was banned; each takes twice as long */
  times: number
  until: string
}

export type CDR = {
  /** the number it is billed to */
  accountcode: string
  answered_at: string | null
  answered_by: CDRParty | null
  /** whole seconds of talk */
  billsec: number
  call_id: string
  /** when it began */
  calldate: string
  /** 1 within the company, 2 from the network, 3 to the network */
  calltype: number
  /** ITU-T Q.850, 0 when none was given */
  cause: number
  channel: string
  /** "name" <number> of the caller */
  clid: string
  dcontext: string
  did: string
  direction: 'external' | 'internal' | 'outgoing'
  disposition: 'ANSWERED' | 'NO ANSWER' | 'BUSY' | 'FAILED'
  diverted_by: CDRDiversion | null
  /** number that was called; for a call from the network the DID */
  dst: string
  dstchannel: string
  /** whole seconds */
  duration: number
  ended_at: string
  /** of its fax, see faxes; empty when there is none that you may see */
  fax_id: string
  from: CDRParty
  /** call_id */
  id: string
  lastapp: string
  lastdata: string
  led_to: CDRLed | null
  linkedid: string
  /** somebody of the company was called and nobody answered */
  missed: boolean
  queue: string
  /** why it ended, as in calls: completed, no_answer, busy, declined, cancelled, unavailable, failed, merged, unknown */
  reason: string
  /** of its first recording, see recordings; empty when there is none */
  recording_url: string
  /** what of the server's own the call came to in the end; empty: nothing, or not known */
  served: '' | 'voicemail' | 'message' | 'attendant' | 'menu' | 'fax' | 'conference' | 'closed' | 'notice' | 'mailbox' | 'code' | 'no_room'
  server_id: number
  /** live: seen from its beginning to its end; partial: seen in part; completed: from Asterisk's own record */
  source: 'live' | 'partial' | 'completed'
  /** number of the caller; an extension within the company */
  src: string
  /** absent for calls of nobody, which operators see */
  tenant?: string
  /** whom the caller asked for; of a number that leads to a group the number alone */
  to: CDRParty
  /** of the channel that began it */
  uniqueid: string
  /** it ended in a mailbox */
  voicemail: boolean
  /** whole seconds until the answer, or the end */
  wait: number
}

export type CDRDetails = {
  /** the number it is billed to */
  accountcode: string
  answered_at: string | null
  answered_by: CDRParty | null
  /** whole seconds of talk */
  billsec: number
  call_id: string
  /** when it began */
  calldate: string
  /** 1 within the company, 2 from the network, 3 to the network */
  calltype: number
  /** ITU-T Q.850, 0 when none was given */
  cause: number
  channel: string
  click_to_call: ClickToCall | null
  /** "name" <number> of the caller */
  clid: string
  dcontext: string
  did: string
  direction: 'external' | 'internal' | 'outgoing'
  disposition: 'ANSWERED' | 'NO ANSWER' | 'BUSY' | 'FAILED'
  diverted: Diversion[]
  diverted_by: CDRDiversion | null
  /** number that was called; for a call from the network the DID */
  dst: string
  dstchannel: string
  /** whole seconds */
  duration: number
  ended: End | null
  ended_at: string
  /** of its fax, see faxes; empty when there is none that you may see */
  fax_id: string
  from: CDRParty
  /** call_id */
  id: string
  lastapp: string
  lastdata: string
  led_to: CDRLed | null
  legs: Rung[]
  linkedid: string
  merged: string[]
  merged_into?: string
  /** somebody of the company was called and nobody answered */
  missed: boolean
  queue: string
  /** why it ended, as in calls: completed, no_answer, busy, declined, cancelled, unavailable, failed, merged, unknown */
  reason: string
  /** of its first recording, see recordings; empty when there is none */
  recording_url: string
  /** that you may hear */
  recordings: CDRRecording[]
  /** what of the server's own the call came to in the end; empty: nothing, or not known */
  served: '' | 'voicemail' | 'message' | 'attendant' | 'menu' | 'fax' | 'conference' | 'closed' | 'notice' | 'mailbox' | 'code' | 'no_room'
  server_id: number
  /** live: seen from its beginning to its end; partial: seen in part; completed: from Asterisk's own record */
  source: 'live' | 'partial' | 'completed'
  /** number of the caller; an extension within the company */
  src: string
  /** absent for calls of nobody, which operators see */
  tenant?: string
  /** what happened, the oldest first */
  timeline: CDRStep[]
  /** whom the caller asked for; of a number that leads to a group the number alone */
  to: CDRParty
  transfers: Transfer[]
  /** of the channel that began it */
  uniqueid: string
  /** it ended in a mailbox */
  voicemail: boolean
  /** whole seconds until the answer, or the end */
  wait: number
  /** one sentence that says why it ended as it did */
  why: CDRText
}

export type CDRDiversion = {
  /** whose it is */
  extension: string
  /** where it leads */
  number: string
  type: string
}

export type CDRLed = {
  kind: 'ring_group' | 'menu' | 'conference'
  /** what it is called now */
  name?: string
  number: string
}

export type CDRParty = {
  /** absent for the network */
  extension?: string
  name?: string
  number: string
}

export type CDRRecording = {
  began_at: string
  id: string
  seconds: number
  url: string
}

export type CDRStep = {
  at: string
  /** ITU-T Q.850, 0 when none was given */
  cause: number
  /** of diverted its type, of service its kind as in served, of transfer its type, of ended the reason */
  detail: string
  kind: 'started' | 'called' | 'answered' | 'diverted' | 'service' | 'transfer' | 'recording' | 'ended'
  /** of called: answered, no_answer, busy, declined, unavailable, failed, cancelled, answered_elsewhere, moved */
  result: string
  text: CDRText
  to: CDRParty | null
  /** null: a moment */
  until: string | null
  who: CDRParty | null
}

export type CDRText = {
  en: string
  ko: string
}

export type CSV = {
  /** with a byte order mark, by which spreadsheets know UTF-8 */
  text: string
}

export type Call = {
  account_code?: string
  answered_at?: string
  answered_by?: Party
  call_id: string
  channels: Channel[]
  click_to_call: ClickToCall | null
  did?: string
  direction: 'external' | 'internal' | 'outgoing'
  diverted: Diversion[]
  ended: End | null
  ended_at?: string
  from: Party
  held: Held[]
  linkedid: string
  merged: string[]
  merged_into?: string
  parked: Parked | null
  queue?: string
  ringing: Ring[]
  rung: Rung[]
  served: boolean
  server: number
  started_at: string
  state: 'new' | 'ringing' | 'answered' | 'ended'
  talks: (Party[] | null)[]
  tenant?: string
  to: Party
  transfers: Transfer[]
}

export type CallRecording = {
  call_id: string
  /** of the call, on which that was done */
  channels: string[]
  server_id: number
  state: 'started' | 'stopped' | 'paused' | 'resumed'
}

export type Calling = {
  /** put before local numbers that are dialed without one; empty: they stay as they are */
  area_code: string
  /** of prompts */
  language: 'ko' | 'en'
}

export type Cancel = {
  /** instead of caller: the call that click_to_call answered */
  call_id?: string
  /** number that is called then; absent: whatever it is */
  callee?: string
  /** extension that is or was rung first */
  caller?: string
}

export type Cancelled = {
  call_ids: string[]
  /** how many */
  cancelled: number
}

export type CardFinding = {
  /** group_without_room: more people than get a card each, and no room of the company is set */
  code: 'group_without_room'
  /** the ring group */
  group: string
  /** what to do */
  message: string
  /** who would get a card */
  people: number
  /** whose */
  tenant: string
  /** the first of them, who do */
  told: number
}

export type CardPreview = {
  /** what the card shows */
  kind: 'external' | 'internal' | 'fax' | 'missed' | 'answered' | 'voicemail'
  /** absent: ko */
  lang?: 'ko' | 'en'
  /** how it looks; absent: as it is set */
  style?: CompanyCardStyle
}

export type Certificate = {
  /** SHA-256 of our own authority, which clients trust; it is at /ca.pem */
  authority_fingerprint?: string
  /** SHA-256 of the certificate */
  fingerprint?: string
  issuer?: string
  /** whether one can be uploaded or made here: with tls.mode self */
  may_change: boolean
  /** of the configuration: tls.mode */
  mode: 'off' | 'self' | 'files'
  /** names and addresses it is for */
  names: string[]
  not_after?: string
  not_before?: string
  /** own: made by DIPCAST and signed by its own authority */
  source: 'none' | 'own' | 'files' | 'uploaded'
  subject?: string
}

export type ChangemymobileRequest = {
  /** take that of the directory of NAVER WORKS instead */
  by_directory?: boolean
  /** empty: you have none */
  mobile?: string
}

export type ChangepasswordRequest = {
  /** which of its phones, from 0, the first */
  device?: number
  /** absent: one is made */
  secret?: string
}

export type Channel = {
  channel: string
  extension?: string
  name?: string
  number: string
  state: string
  uniqueid: string
}

export type ClassOfService = {
  /** for cos_id */
  class_of_service_id: string
  /** its name in the dialplan */
  context: string
  name: string
  tenant_id: string
}

export type ClickToCall = {
  callee: Leg
  caller: Leg
}

export type ClickToCallInputBody = {
  /** number or extension that is called once the caller has answered */
  callee: string
  /** extension that is rung first */
  caller: string
  /** name shown on the caller's phone */
  cid_name?: string
  /** number shown on the caller's phone, and to the network when it is one of yours */
  cid_number?: string
  /** class of service, its number; absent: the extension's own */
  cos_id?: string | number
  /** EXEC_AA, CHANNEL(language), CHANNEL(accountcode) */
  variables?: Record<string, string>
}

export type ClickToCallOutputBody = {
  data: Started
  message: string
  status: 'success'
}

export type CompanyAttendant = {
  direct?: boolean
  else?: string
  keys: CompanyKey[] | null
  name?: string
  number: string
  plays?: number
  prompt: string
  wait_seconds?: number
}

export type CompanyCardStyle = {
  /** colour of a call's card */
  ground?: string
  ink?: string
  /** how buttons act; absent: message */
  mode?: 'message' | 'postback' | 'uri' | 'template'
  /** colour of the other buttons */
  other?: string
  /** colour of a fax */
  red?: string
  /** colour of the buttons that take the call */
  take?: string
  /** own texts, by language and name: ko.missed */
  words?: Record<string, string>
}

export type CompanyClass = {
  dials: string[] | null
  id: number
  name: string
  no_codes?: boolean
}

export type CompanyConference = {
  name?: string
  number: string
  open?: boolean
  pin?: string
  quiet?: boolean
  seats?: number
}

export type CompanyDID = {
  caller_prefix?: string
  description?: string
  detect_fax?: number
  else?: string
  language?: string
  number: string
  time_group?: number
  to: string
  tone?: string
}

export type CompanyDevice = {
  app?: string
  codecs?: string[] | null
  contacts?: number
  encrypt?: boolean
  name?: string
  secret?: string
  transport?: string
}

export type CompanyExtension = {
  call_limit?: number
  class?: string
  devices?: CompanyDevice[] | null
  language?: string
  name?: string
  no_call_waiting?: boolean
  number: string
  own_number?: string
  pickup_groups?: number[] | null
  recorded?: CompanyRecorded
  ring_seconds?: number
  server?: number
  voicemail?: CompanyVoicemail
}

export type CompanyHoliday = {
  date: string
  name?: string
}

export type CompanyKey = {
  key: string
  name?: string
  to: string
}

export type CompanyNaverWorks = {
  /** absent: https://www.worksapis.com/v1.0 */
  api_url?: string
  /** absent: https://auth.worksmobile.com/oauth2/v2.0 */
  auth_url?: string
  bot_id?: number
  /** what callbacks are signed with */
  bot_secret?: string
  client_id?: string
  client_secret?: string
  domain_id?: number
  /** whose people get cards; absent: all */
  extensions?: string[] | null
  /** what is told after a call; absent: all */
  follow_ups?: 'all' | 'missed' | 'none'
  /** is taken too, while the secret is changed over */
  former_bot_secret?: string
  /** a room that gets one card when more than five people are rung */
  group_room?: string
  /** no button that calls back (M2C) */
  no_call_back?: boolean
  /** keeps the settings and sends nothing */
  off?: boolean
  /** no cards of calls between your phones */
  only_external?: boolean
  /** calls of one API in a minute: 60 with the free plan, 240 with the others; absent: 60, -1: not counted */
  per_minute?: number
  /** the PEM file of the service account */
  private_key?: string
  /** a time group in which no cards of calls are sent */
  quiet_hours?: number
  /** what is told of an answered call opens its recording, to who took part and signs in */
  recordings?: boolean
  /** how long a phone whose person gets cards rings at least; absent: 30, -1: as the phone says */
  ring_seconds?: number
  /** a room that gets all cards in the people's place */
  room?: string
  /** ….serviceaccount@… */
  service_account?: string
  style?: CompanyCardStyle
}

export type CompanyParking = {
  number?: string
  seconds?: number
  spaces?: number
}

export type CompanyRecorded = {
  incoming?: string
  internal?: string
  outgoing?: string
}

export type CompanyRecording = {
  format?: string
  incoming?: string
  internal?: string
  keep_days?: number
  notice?: boolean
  outgoing?: string
}

export type CompanyRingGroup = {
  caller_prefix?: string
  else?: string
  members: string[] | null
  name?: string
  number: string
  ring_seconds?: number
  strategy?: string
  tone?: string
}

export type CompanyRoute = {
  name?: string
  prefixes?: string[] | null
  prepend?: string
  strip?: number
  trunks: number[] | null
}

export type CompanySoftphone = {
  /** the push service of the app's maker registers for phones whose app sleeps, and is told their passwords */
  push: boolean
}

export type CompanySpan = {
  days: string[] | null
  from: string
  to: string
}

export type CompanyTimeGroup = {
  id: number
  name?: string
  on_holidays?: boolean
  spans: CompanySpan[] | null
}

export type CompanyTone = {
  name: string
  title?: string
}

export type CompanyTrunk = {
  auth_user?: string
  channels?: number
  codecs?: string[] | null
  diverted_shows?: string
  dtmf?: string
  encrypt?: boolean
  expiry_seconds?: number
  from_domain?: string
  from_user?: string
  host: string
  id: number
  match?: string[] | null
  name?: string
  no_t38?: boolean
  number_format?: string
  p_asserted_identity?: boolean
  port?: number
  preset?: string
  proxy?: string
  qualify_seconds?: number
  register?: boolean
  secret?: string
  server?: number
  transport?: string
  username?: string
}

export type CompanyVoicemail = {
  ask_pin?: boolean
  email?: string
  pin?: string
}

export type Contact = {
  company: string
  name: string
  /** as it is compared: digits, + before those of other countries */
  number: string
  /** as it was imported */
  written: string
}

export type ContactFields = {
  company?: string
  name?: string
}

export type ContactMistake = {
  /** the column, or the property of a vCard; empty: the whole line */
  field: string
  line: number
  message: string
}

export type ContactName = {
  /** empty: nobody knows */
  name: string
}

export type ContactsFile = {
  format: 'csv' | 'vcard'
  text: string
}

export type ContactsImported = {
  dry_run: boolean
  /** numbers of the file, or how many would be */
  taken: number
  /** numbers that there are now; 0 of a dry run */
  total: number
  /** the first 100 mistakes */
  wrong: ContactMistake[]
}

export type CreatebackupRequest = {
  /** also the sound of recorded calls, which may be much */
  recordings?: boolean
}

export type CreatekeyRequest = {
  /** which program has it; it stands in the audit trail */
  name: string
}

export type CreatesoftphonelinkRequest = {
  /** which of its phones, from 0; it must have app acrobits. Absent: its first softphone, made where there is none */
  device?: number
}

export type DeadLetter = {
  /** what was to be sent */
  body: unknown
  /** what it tells of */
  call_id?: string
  created_at: string
  /** of the last try */
  error: string
  failed_at: string
  id: string
  /** works: a message of NAVER WORKS; webhook: an event */
  kind: string
  label: string
  tenant: string
  /** the person, room or webhook */
  to: string
  tries: number
}

export type DeliveryView = {
  /** what was sent */
  body: unknown
  created_at: string
  error?: string
  event_id: string
  /** for replaying it */
  id: string
  state: 'retrying' | 'sent' | 'failed'
  /** of HTTP; 0 when there was no answer */
  status: number
  took_ms: number
  /** the last time */
  tried_at: string
  tries: number
  type: string
}

export type Description = {
  tenant: string
  /** YAML; without passwords, unless they were asked for */
  text: string
  version: number
}

export type Device = {
  /** its endpoint */
  device_name: string
  /** whether it can be reached */
  registered: boolean
  /** where it has registered; only in the list of an extension's phones */
  registrations?: Registration[] | null
  server_id: number
  /** as the server says; UNKNOWN too while the server is down */
  state: 'UNKNOWN' | 'NOT_INUSE' | 'INUSE' | 'BUSY' | 'INVALID' | 'UNAVAILABLE' | 'RINGING' | 'RINGINUSE' | 'ONHOLD'
  technology: 'pjsip'
  /** the name it registers with */
  user: string
}

export type Difference = {
  /** JSON; absent when it is removed */
  after?: string
  /** JSON; absent when it was not there */
  before?: string
  field: string
}

export type Disabled = {
  action: 'disabled'
  extension: string
  server_id: number
  server_name: string
  type: 'CFI' | 'CFB' | 'CFN' | 'CFU' | 'DND' | 'PEA'
}

export type DisabledAll = {
  action: 'disabled'
  extension: string
  server_id: number
  server_name: string
  /** all types */
  types: string[]
}

export type Diversion = {
  at: string
  extension: string
  number: string
  type: string
}

export type End = {
  by?: Party
  cause: number
  cause_text?: string
  leg?: string
  missed: boolean
  reason: string
}

export type Extension = {
  /** the number it is billed to */
  accountcode: string
  /** the name of its class of service */
  class: string
  /** for cos_id */
  class_of_service_id: string
  /** the class of service by its name in the dialplan */
  context: string
  devices: Device[]
  /** where messages of its voicemail go */
  email?: string
  extension: string
  /** its number */
  extension_id: string
  /** what the network is shown, "name" <number>; empty when there is no number */
  external_cid: string
  /** of its prompts */
  language: 'ko' | 'en'
  /** whether its international and premium calls are locked; see unlock */
  locked?: boolean
  /** as other phones show it; its number when it has none */
  name: string
  /** whether it has a phone that can be reached */
  registered: boolean
  /** what PUT takes; absent where extensions have nothing but a number */
  settings?: CompanyExtension
  /** of its phone, where that is registered, else at home */
  state: 'UNKNOWN' | 'NOT_INUSE' | 'INUSE' | 'BUSY' | 'INVALID' | 'UNAVAILABLE' | 'RINGING' | 'RINGINUSE' | 'ONHOLD'
  tenant_id: string
}

export type ExtensionDiversions = {
  diversions: Rules
  extension: string
  /** the gate: any of them is active */
  has_enable_diversions: boolean
  /** what the extension is called */
  name: string
  /** how long it rings before CFN; 0: not known */
  ring_seconds: number
  server_id: number
  server_name: string
}

export type Failure = {
  code: 'bad_request' | 'invalid_value' | 'too_long' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'rate_limited' | 'busy' | 'unavailable' | 'timeout' | 'unknown' | 'internal'
  /** with the code unknown only */
  data?: MaybeCall
  /** the header, parameter or member at fault */
  field?: string
  /** for people */
  message: string
  status: 'error'
}

export type Fax = {
  begun_at: string
  /** of the call in the history */
  call_id?: string
  /** lines that did not arrive whole and look like those above them */
  damaged_lines: number
  direction: 'in' | 'out'
  /** null while it is being sent */
  ended_at: string | null
  /** on whose behalf it is sent */
  extension?: string
  id: string
  /** the same for people */
  message?: Words
  /** t38, or audio for G.711; empty when it did not come to that */
  mode: string
  /** the other side's number; empty when it shows none */
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
  reason?: 'busy' | 'no_answer' | 'unreachable' | 'not_allowed' | 'no_fax' | 'dropped' | 'training' | 'incompatible' | 'silence' | 'refused' | 'poor_line' | 'file' | 'interrupted' | 'error'
  server_id: number
  /** what the other machine calls itself, without blanks */
  station: string
  status: 'sending' | 'received' | 'sent' | 'failed'
  tenant: string
}

export type FaxSettings = {
  /** printed at the top of pages, in ASCII */
  header: string
  /** how long faxes are kept, also those that came in; 0: for good */
  keep_days: number
  /** whether it sends faxes; its numbers may receive them all the same. false forgets the others */
  sends: boolean
  /** the number that the other machine shows: digits, + and blanks; empty: that of the call */
  station_id: string
}

export type FileBody = {
  /** instead of text: the file's bytes, for other encodings */
  base64?: string
  /** the file, in UTF-8 */
  text?: string
}

export type FileChange = {
  /** sections */
  added: string[]
  changed: string[]
  /** unified, without secrets */
  diff: string
  file: string
  /** by hand: only what was added to it changed */
  kind: 'new' | 'changed' | 'removed' | 'by hand'
  removed: string[]
}

export type Finding = {
  /** what was looked at: link, version, rights, events, module, context, did, limits, plaintext */
  code: string
  /** absent: there is nothing to mend */
  remedy?: Sentence
  /** error: something that DIPCAST promises cannot work */
  severity: 'ok' | 'warning' | 'error'
  text: Sentence
}

export type Findings = {
  at: string
  findings: Finding[]
  /** no finding is an error */
  healthy: boolean
  server_id: number
}

export type Health = {
  /** what is wrong with the gateway's machine, in words; operators only */
  alarms?: string[] | null
  /** what the size of the box limits; companies see the state only */
  capacity: Room[]
  /** why people of yours are not told of calls in NAVER WORKS; missing: nothing is known to be wrong */
  cards?: CardFinding[] | null
  /** all servers are up */
  healthy: boolean
  /** how the connection to the relay stands, over which NAVER WORKS reaches a gateway behind a firewall; missing: there is no relay */
  relay?: Relay
  servers: Server[]
  /** of DIPCAST */
  version: string
}

export type HealthOutputBody = {
  data: Health
  status: 'success'
}

export type Held = {
  extension?: string
  name?: string
  number: string
  since: string
}

export type HoldrecordingRequest = {
  held: boolean
  /** why; it stays in the audit trail */
  reason: string
}

export type HoldMusic = {
  /** the name of a tone, or dipcast, which every company has; empty: the music that comes with the product */
  hold_music: string
}

export type HungUp = {
  call_id: string
  /** that were hung up; the others follow */
  channels: string[]
  server_id: number
}

export type ImportextensionsResponse = {
  data: ImportedRows
  /** that were made; shown once */
  passwords?: Password[] | null
  status: 'success'
}

export type ImportkoreanholidaysRequest = {
  year: number
}

export type Imported = {
  differences: Difference[]
  dry_run: boolean
  tenant: string
  /** of the description now */
  version: number
}

export type ImportedBody = {
  data: Imported
  /** that were made; shown once */
  passwords?: Password[] | null
  status: 'success'
}

export type ImportedRow = {
  action: 'create' | 'change' | 'same'
  differences: Difference[]
  extension: string
  line: number
}

export type ImportedRows = {
  dry_run: boolean
  rows: ImportedRow[]
}

export type KeyView = {
  /** it is in the configuration file, and can be removed only there */
  configured: boolean
  created_at: string
  /** since the gateway started; absent: not since then */
  last_used_at?: string
  name: string
  /** its first characters, to tell keys apart */
  prefix?: string
}

export type Leg = {
  answered_at?: string
  answered_by?: Party
  extension?: string
  name?: string
  number: string
  state: string
}

export type Limits = {
  abroad_per_day?: number
  abroad_per_hour?: number
  abroad_per_minute?: number
  countries?: string[] | null
  per_hour?: number
  per_minute?: number
  premium?: boolean
  until?: string
}

export type LinkrecordingRequest = {
  /** why; it stays in the audit trail */
  reason: string
  /** for how long it holds */
  seconds?: number
}

export type ListApplyRecordBody = {
  data: ApplyRecord[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListAreaViewBody = {
  data: AreaView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListAttendantBody = {
  data: CompanyAttendant[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListBackupViewBody = {
  data: BackupView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListBanBody = {
  data: Ban[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListCallBody = {
  data: Call[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListClassBody = {
  data: CompanyClass[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListClassOfServiceBody = {
  data: ClassOfService[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListConferenceBody = {
  data: CompanyConference[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListContactBody = {
  data: Contact[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListDIDBody = {
  data: CompanyDID[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListExtensionBody = {
  data: Extension[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListExtensionDiversionsBody = {
  data: ExtensionDiversions[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListHolidayBody = {
  data: CompanyHoliday[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListKeyViewBody = {
  data: KeyView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListPasskeyViewBody = {
  data: PasskeyView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListPersonSessionBody = {
  data: PersonSession[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListPersonViewBody = {
  data: PersonView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListPromptBody = {
  data: Prompt[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListRefusedRegistrationBody = {
  data: RefusedRegistration[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListRegistrationBody = {
  data: Registration[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListRingGroupBody = {
  data: CompanyRingGroup[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListRoleViewBody = {
  data: RoleView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListSessionViewBody = {
  data: SessionView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListSoftphoneLinkViewBody = {
  data: SoftphoneLinkView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListTenantApplyBody = {
  data: TenantApply[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListTenantBody = {
  data: Tenant[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListTimeGroupBody = {
  data: CompanyTimeGroup[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListToneBody = {
  data: Tone[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListTrunkBody = {
  data: CompanyTrunk[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListUserViewBody = {
  data: UserView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListVersionBody = {
  data: Version[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListVoicemailMessageBody = {
  data: VoicemailMessage[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type ListWebhookViewBody = {
  data: WebhookView[]
  limit: number
  offset: number
  status: 'success'
  /** of all pages */
  total: number
}

export type LogAttr = {
  key: string
  value: string
}

export type LogLine = {
  attrs: LogAttr[]
  component?: string
  id: string
  level: 'debug' | 'info' | 'warn' | 'error'
  message: string
  time: string
}

export type MadeExtensionBody = {
  data: Extension
  /** that were made; shown once */
  passwords?: Password[] | null
  status: 'success'
}

export type MadeKey = {
  /** it is in the configuration file, and can be removed only there */
  configured: boolean
  created_at: string
  /** for the header app-key, or Bearer; it is not shown again */
  key: string
  /** since the gateway started; absent: not since then */
  last_used_at?: string
  name: string
  /** its first characters, to tell keys apart */
  prefix?: string
}

export type MadeTenantBody = {
  data: Tenant
  /** that were made; shown once */
  passwords?: Password[] | null
  status: 'success'
}

export type MaybeCall = {
  /** {server}-{Linkedid} */
  call_id: string
  /** Uniqueid of the caller's channel, should it exist */
  channel_id: string
}

export type Me = {
  /** when the session ends in any case */
  expires?: string
  /** whose calls are one's own; empty: none */
  extension: string
  /** totp, passkey, or none */
  factors: string[]
  /** of the user or person; empty for logins of the configuration */
  id: string
  /** user: of the web; login: of the configuration; person: of NAVER WORKS, without a user of their own; key: an app key. Only a user can change profile, password and factors */
  kind: 'user' | 'login' | 'person' | 'key'
  /** empty: as the browser says */
  lang: 'ko' | 'en' | ''
  /** nothing else works before there is a new password */
  must_change_password: boolean
  name: string
  /** that are left */
  recovery_codes: number
  /** by area; an area that is not there is not to be seen */
  rights: Record<string, RightView>
  /** operator: of all companies; tenant: of one; extension: of one extension */
  role: 'operator' | 'tenant' | 'extension'
  /** Korean */
  role_name: string
  role_name_en: string
  /** a code is asked for at signing in */
  second_factor: boolean
  /** servers one may use; the first is home */
  server_ids: number[]
  /** empty for operators */
  tenant: string
  tenant_name: string
  username: string
}

export type Move = {
  /** instead of side: the exact name of one of the call's channels */
  channel?: string
  /** your class of service, which it is without it too */
  context?: string
  /** extension of yours or phone number */
  exten: string
  /** who is moved: from, the caller (the default), or to, who was called and has answered; the other side is released */
  side?: 'from' | 'to'
}

export type Moved = {
  call_id: string
  /** that was moved */
  channel: string
  exten: string
  server_id: number
}

export type MyMobile = {
  /** entered here or by an administrator; false: the directory of NAVER WORKS has it, or there is none */
  by_hand: boolean
  /** you are in the directory of NAVER WORKS, which may know your mobile */
  directory: boolean
  /** as it is dialled; empty: none */
  mobile: string
}

export type NewBan = {
  /** for how long; absent: as long as the first ban by failures */
  minutes?: number
  /** an address or a network */
  source: string
}

export type NewCertificate = {
  /** PEM: the certificate, and behind it those that lead to its authority */
  cert: string
  /** PEM: its private key, without a password; it is never shown again */
  key: string
}

export type NewPasskey = {
  id: string
  rawId: string
  response: NewPasskeyResponseStruct
  type: 'public-key'
}

export type NewPasskeyResponseStruct = {
  attestationObject: string
  clientDataJSON: string
  transports?: string[] | null
}

export type NewPassword = {
  /** 10 characters and more */
  new: string
  old: string
}

export type NewTOTP = {
  /** uri as a picture: SVG */
  qr: string
  /** to be typed in where no code can be scanned */
  secret: string
  uri: string
}

export type NewTenant = {
  area_code?: string
  /** numbers, and ranges such as 1010-1019; each gets a phone */
  extensions?: string[] | null
  /** how long calls stay in the history: older ones are deleted, for good; 0 keeps them */
  history_days?: number
  /** absent: one is made */
  id?: string
  language?: 'ko' | 'en'
  limits?: Limits
  lines?: number
  name?: string
  /** absent: the lowest from 2 that no company has had */
  number?: number
  /** which calls are recorded: internal, incoming, outgoing are always or on_demand; format, what they are kept as, is wav, mp3 or opus */
  recording?: CompanyRecording
  /** ids; the first is home */
  servers?: number[] | null
}

export type NewUserView = {
  created_at: string
  enabled?: boolean
  /** whose calls are their own; an employee has one */
  extension?: string
  id: string
  /** empty: as the browser says */
  lang?: 'ko' | 'en' | ''
  /** has a password that was given to them */
  must_change_password: boolean
  name?: string
  /** when a one-time password ends */
  once_until?: string
  /** lets in until once_until, and must be replaced then; it is not shown again */
  one_time_password: string
  /** how many passkeys they have */
  passkeys: number
  /** id of one of the people: who signs in as that person with NAVER WORKS is this user */
  person?: string
  /** administrator or auditor for who sees all companies; company, supervisor, auditor, employee or the id of a role of the company's own for others */
  role: string
  role_name: string
  role_name_en: string
  /** a code is asked for beside the password */
  second_factor: boolean
  /** absent: never */
  signed_in_at?: string
  /** absent: sees all companies */
  tenant?: string
  /** without blanks and ':'; kept in lower case */
  username: string
}

export type NewWebhook = {
  description?: string
  /** absent: true. False: nothing is sent; what happens meanwhile is not told later */
  enabled?: boolean
  /** what is told */
  events: ('call.ringing' | 'call.answered' | 'call.ended' | 'recording.ready' | 'fax.received' | 'voicemail.new')[] | null
  /** where requests go: https, and an address of the public internet */
  url: string
}

export type OneDiversion = {
  /** whether it applies: enable and, but for DND, a destination */
  active: boolean
  /** the number it leads to; null when there is none, or raw_destination is not of the documented form */
  destination: string | null
  /** PEA only: the number that each key of the caller's leads to, by the keys 0 to 4 */
  destinations?: Record<string, string>
  /** whether it is switched on; false too when that was never set */
  enable: boolean
  extension: string
  /** the gate: any diversion of the extension is active */
  has_enable_diversions: boolean
  /** as the server's database has it */
  raw_destination: string | null
  server_id: number
  server_name: string
  /** the time group outside of which it does not apply; null: always */
  time_group: string | null
  /** when: CFI at once, CFB busy, CFN no answer, CFU phone not registered; DND do not disturb, PEA personal attendant */
  type: 'CFI' | 'CFB' | 'CFN' | 'CFU' | 'DND' | 'PEA'
}

export type OutboxBudget = {
  /** in this minute */
  left: number
  /** in a minute */
  limit: number
  /** until it is whole again; 0: it is */
  reset_ms: number
  to: 'people' | 'rooms'
}

export type OutboxKind = {
  /** works: messages of NAVER WORKS; webhook: events */
  kind: 'works' | 'webhook'
  labels: OutboxLabel[]
  /** when the oldest of them was added */
  oldest_at?: string
  /** all of it waits, since nothing could be sent */
  paused: boolean
  waiting: number
}

export type OutboxLabel = {
  /** gave way to more important ones */
  dropped: number
  /** of no use any more before it could be sent */
  expired: number
  /** became a dead letter */
  failed: number
  /** ring, room, fax, voicemail, missed, answered, reply; or the event's type */
  label: string
  /** tries that were to be repeated */
  retried: number
  sent: number
  /** nobody knows whether it arrived, and it must not come twice */
  unclear: number
}

export type OutboxState = {
  /** what NAVER WORKS lets the bot send in a minute; none while nothing was sent, or where nobody counts */
  budgets: OutboxBudget[]
  kinds: OutboxKind[]
  /** counted since then: the gateway's start */
  since: string
}

export type Overview = {
  /** what the size of the box limits, as in health */
  capacity: Room[]
  /** the busiest 20 */
  extensions: OverviewExtension[]
  from: string
  /** calls from the network by day of the week, Monday first, and hour */
  heat_in: (number[] | null)[]
  /** missed ones, in the same way */
  heat_missed: (number[] | null)[]
  /** that were not counted yet */
  missing_hours: number
  /** the hour of the most calls at the same time; null: there were none */
  peak_at: string | null
  points: OverviewPoint[]
  /** what a point is: days beyond eight days */
  step: 'hour' | 'day'
  to: string
  /** whatever from and to are */
  today: OverviewCounts
  total: OverviewCounts
  /** everything was counted; false: ask again in some seconds */
  whole: boolean
  /** of days, and of the hours of heat */
  zone: string
}

export type OverviewCounts = {
  diverted: number
  /** from the network */
  in: number
  in_answered: number
  in_missed: number
  internal: number
  internal_answered: number
  internal_missed: number
  /** to the network */
  out: number
  out_answered: number
  /** calls that went on at the same time, at most */
  peak: number
  talk_seconds: number
  /** ended in a mailbox */
  voicemail: number
  /** seconds that answered calls from the network waited; 0: there were none */
  wait_mean: number
  /** nine of ten of them waited less */
  wait_p90: number
}

export type OverviewExtension = {
  answered: number
  /** in which it took part */
  calls: number
  extension: string
  made: number
  missed: number
  name: string
  talk_seconds: number
}

export type OverviewPoint = {
  /** its beginning */
  at: string
  diverted: number
  /** from the network */
  in: number
  in_answered: number
  in_missed: number
  internal: number
  internal_answered: number
  internal_missed: number
  /** to the network */
  out: number
  out_answered: number
  /** calls that went on at the same time, at most */
  peak: number
  talk_seconds: number
  /** ended in a mailbox */
  voicemail: number
  /** seconds that answered calls from the network waited; 0: there were none */
  wait_mean: number
  /** nine of ten of them waited less */
  wait_p90: number
}

export type OwnPassword = {
  password: string
}

export type Parked = {
  by?: string
  extension?: string
  lot?: string
  name?: string
  number: string
  since?: string
  space: string
}

export type PartAuditViewBody = {
  data: AuditView[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type PartCDRBody = {
  data: CDR[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type PartDeadLetterBody = {
  data: DeadLetter[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type PartDeliveryViewBody = {
  data: DeliveryView[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type PartFaxBody = {
  data: Fax[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type PartLogLineBody = {
  data: LogLine[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type PartRecordingViewBody = {
  data: RecordingView[]
  /** there is more: ask again with after */
  has_more: boolean
  limit: number
  /** for after, when there is more */
  next?: string
  status: 'success'
}

export type Party = {
  extension?: string
  name?: string
  number: string
}

export type PasskeyAlgorithm = {
  /** of COSE */
  alg: number
  type: 'public-key'
}

export type PasskeyAnswer = {
  id: string
  rawId: string
  response: PasskeyAnswerResponseStruct
  type: 'public-key'
}

export type PasskeyAnswerResponseStruct = {
  authenticatorData: string
  clientDataJSON: string
  signature: string
  userHandle: string
}

export type PasskeyAskedBody = {
  data: PasskeyQuestion
  status: 'success'
}

export type PasskeyName = {
  /** base64url */
  id: string
  transports?: string[] | null
  type: 'public-key'
}

export type PasskeyOptions = {
  attestation: 'none'
  authenticatorSelection: PasskeyOptionsSelectionStruct
  /** base64url */
  challenge: string
  /** those there are */
  excludeCredentials: PasskeyName[]
  pubKeyCredParams: PasskeyAlgorithm[]
  rp: PasskeyOptionsRPStruct
  /** milliseconds */
  timeout: number
  user: PasskeyOptionsUserStruct
}

export type PasskeyOptionsRPStruct = {
  /** the host's name */
  id: string
  name: string
}

export type PasskeyOptionsSelectionStruct = {
  requireResidentKey: boolean
  residentKey: 'required'
  userVerification: 'required'
}

export type PasskeyOptionsUserStruct = {
  displayName: string
  /** base64url */
  id: string
  name: string
}

export type PasskeyQuestion = {
  /** base64url */
  challenge: string
  rpId: string
  /** milliseconds */
  timeout: number
  userVerification: 'required'
}

export type PasskeyView = {
  created_at: string
  /** the name it counts at */
  host: string
  id: string
  name: string
  /** absent: never */
  used_at?: string
}

export type Password = {
  /** the name the phone registers with */
  device_name: string
  extension: string
  /** shown once, and kept encrypted */
  secret: string
}

export type PausecallrecordingRequest = {
  paused: boolean
}

export type Pending = {
  changes: FileChange[]
  /** modules that are loaded or read their files again */
  reloads: string[]
  /** what counts only after a restart of Asterisk */
  restart: string[]
  server_id: number
  /** what is described and cannot be heard: tones without a recording */
  warnings: string[]
}

export type PeopleCounts = {
  by_hand: number
  conflicts: number
  matched: number
  people: number
  unmatched: number
}

export type PeopleLookup = {
  /** sent as the header of that name; never shown; empty: none */
  authorization?: string
  /** there is one */
  authorization_set?: boolean
  /** with {number} in it; empty: nobody is asked. The answer is JSON with name and company, or text/plain; 404: there is none. It must come within 300 ms */
  url?: string
}

export type PeopleRule = {
  /** of the directory */
  field: 'telephone' | 'cell_phone' | 'external_key' | 'employee_number' | 'nickname' | 'email'
  /** a regular expression (RE2); its group is compared. Absent: an extension that stands alone, in parentheses, or behind # or p; else the whole field */
  pattern?: string
  /** compared with extensions, with numbers that ring one, or with where its voicemail is sent; absent: extension */
  to?: 'extension' | 'did' | 'email'
}

export type PeopleSettings = {
  lookup?: PeopleLookup
  /** all are asked, and who finds one extension has it; absent: telephone, telephone to did, email to email */
  rules?: PeopleRule[] | null
  sign_in?: PeopleSignIn
  /** how often the directory is read, from 5; 0: 60; -1: when somebody asks */
  sync_minutes?: number
}

export type PeopleSignIn = {
  /** of ID tokens; empty: https://auth.worksmobile.com */
  issuer?: string
  /** of its keys; empty: /certs of the token service */
  keys_url?: string
}

export type PeopleSync = {
  at: string
  by_hand: number
  conflicts: number
  /** nothing was changed then */
  error?: string
  joined: number
  left: number
  matched: number
  people: number
  unmatched: number
}

export type PeopleTried = {
  counts: PeopleCounts
  people: PersonView[]
}

export type PersonFields = {
  email?: string
  /** by hand from then on; empty: they have none. Two people may share one that was given by hand */
  extension?: string
  /** give the extension back to the rules */
  extension_by_rules?: boolean
  language?: 'ko' | 'en'
  /** by hand from then on; empty: they have none */
  mobile?: string
  /** give the mobile number back to the directory */
  mobile_by_directory?: boolean
  /** name, email, user and language are of people entered by hand; of others they are the directory's */
  name?: string
  /** the id of NAVER WORKS: they get cards, and can sign in */
  user?: string
}

export type PersonSession = {
  /** the browser, as it calls itself */
  agent: string
  created_at: string
  expires_at: string
  id: string
}

export type PersonView = {
  /** entered by hand, not of the directory */
  by_hand: boolean
  email: string
  /** empty: none */
  extension: string
  extension_by_hand: boolean
  /** does not change */
  id: string
  /** of what is sent to them */
  language: 'ko' | 'en'
  /** when they were no longer in the directory, or suspended there */
  left_at?: string
  /** as it is dialled; empty: none */
  mobile: string
  mobile_by_hand: boolean
  name: string
  since: string
  /** how they have, or have not, an extension */
  status: 'by_hand' | 'matched' | 'unmatched' | 'conflict' | 'left'
  /** as the directory has it */
  telephone: string
  /** the id of NAVER WORKS; empty: none */
  user: string
  /** which rules found it, or what the conflict is */
  why: string
}

export type PhonesAt = {
  host: string
  /** 0: there is no TLS for phones */
  tls_port: number
  udp_port: number
}

export type ProfileFields = {
  lang?: 'ko' | 'en' | ''
  name?: string
}

export type Prompt = {
  /** whether an operator has replaced it for all companies */
  common: boolean
  english: string
  /** of what was uploaded, in seconds */
  length?: number
  name: string
  /** whether the company has one of its own */
  own: boolean
  /** what the made one says; empty when it has no words, or there is none */
  text: string
  uploaded_at?: string
  /** where it is played */
  use: string
}

export type Proof = {
  /** yours, again: a restore replaces everything */
  password: string
}

export type QR = {
  /** a picture, in base64 */
  png: string
  /** a picture */
  svg: string
  /** what it holds */
  text: string
}

export type Recording = {
  /** in seconds */
  length: number
  uploaded_at: string
}

export type RecordingLink = {
  expires_at: string
  /** its name in the audit trail */
  link: string
  /** needs no credentials: keep it as one */
  url: string
}

export type RecordingRules = {
  /** what they are kept as */
  format: 'wav' | 'mp3' | 'opus'
  /** from the network */
  incoming: 'always' | 'on_demand'
  /** between extensions */
  internal: 'always' | 'on_demand'
  /** how long recordings are kept; 0: 90 days */
  keep_days: number
  /** tells the party in the network of calls that are always recorded */
  notice: boolean
  /** to the network */
  outgoing: 'always' | 'on_demand'
}

export type RecordingView = {
  /** when recording began */
  began_at: string
  bytes: number
  /** of the call, as in calls and cdr */
  call_id: string
  /** when it was last compared with its checksum */
  checked_at: string
  direction: 'external' | 'internal' | 'outgoing'
  /** in which it is kept */
  format: 'wav' | 'mp3' | 'opus'
  /** digits of the caller's number */
  from: string
  /** it stays when its time is over, and when the disk is full */
  held: boolean
  id: string
  /** when it is let go, unless the disk is full before; null while it is held */
  kept_until: string | null
  /** its length */
  seconds: number
  server_id: number
  /** of the file, in hexadecimal digits */
  sha256: string
  /** damaged: the file is not what it was, or is gone */
  state: 'whole' | 'damaged'
  tenant: string
  /** digits of who was called: the extension that answered */
  to: string
  /** of its sound, see recording */
  url: string
}

export type RecoveryCodes = {
  /** not shown again */
  recovery_codes: string[]
}

export type RefusedRegistration = {
  at: string
  /** its address is banned, which no password helps against */
  banned_until?: string
  /** whose name it gave */
  device_name?: string
  /** it is meant to be this one's; absent: no extension has the name it gave */
  extension?: string
  /** the name it gave, where the server tells it */
  name?: string
  /** where it came from */
  source: string
  /** how often in the last hour */
  times: number
  /** password: it is wrong; name: no phone has it, such as 1010 in the place of T2_1010 */
  why: 'password' | 'name'
}

export type Registration = {
  /** where its messages come from; behind a NAT box that box's */
  address: string
  device_name: string
  /** when it ends unless it is renewed */
  expires_at: string
  extension: string
  /** round trip of the last probe, milliseconds; 0 when there is none */
  rtt_ms: number
  server_id: number
  /** whether it answers when it is probed; unknown when it is not */
  status: 'reachable' | 'unreachable' | 'unknown'
  tenant_id: string
  /** udp, tcp, tls, ws or wss */
  transport: string
  user_agent: string
  /** the address it gives itself */
  via: string
}

export type Relay = {
  /** numbers of companies that the relay's configuration does not give this gateway; operators only */
  denied?: number[] | null
  /** why there is no connection; operators only */
  error?: string
  /** of the connection's present state */
  since: string
  /** whether callbacks arrive; for a company: its own */
  up: boolean
}

export type Removed = {
  id: string
}

export type ReplyAppliedBody = {
  data: Applied
  status: 'success'
}

export type ReplyAuditCheckBody = {
  data: AuditCheck
  status: 'success'
}

export type ReplyBackupViewBody = {
  data: BackupView
  status: 'success'
}

export type ReplyBanBody = {
  data: Ban
  status: 'success'
}

export type ReplyCDRDetailsBody = {
  data: CDRDetails
  status: 'success'
}

export type ReplyCSVBody = {
  data: CSV
  status: 'success'
}

export type ReplyCallBody = {
  data: Call
  status: 'success'
}

export type ReplyCallRecordingBody = {
  data: CallRecording
  status: 'success'
}

export type ReplyCancelledBody = {
  data: Cancelled
  status: 'success'
}

export type ReplyCertificateBody = {
  data: Certificate
  status: 'success'
}

export type ReplyContactBody = {
  data: Contact
  status: 'success'
}

export type ReplyContactNameBody = {
  data: ContactName
  status: 'success'
}

export type ReplyContactsFileBody = {
  data: ContactsFile
  status: 'success'
}

export type ReplyContactsImportedBody = {
  data: ContactsImported
  status: 'success'
}

export type ReplyDeliveryViewBody = {
  data: DeliveryView
  status: 'success'
}

export type ReplyDescriptionBody = {
  data: Description
  status: 'success'
}

export type ReplyDisabledAllBody = {
  data: DisabledAll
  status: 'success'
}

export type ReplyDisabledBody = {
  data: Disabled
  status: 'success'
}

export type ReplyExtensionDiversionsBody = {
  data: ExtensionDiversions
  status: 'success'
}

export type ReplyFaxBody = {
  data: Fax
  status: 'success'
}

export type ReplyFindingsBody = {
  data: Findings
  status: 'success'
}

export type ReplyHungUpBody = {
  data: HungUp
  status: 'success'
}

export type ReplyListDeviceBody = {
  data: Device[] | null
  status: 'success'
}

export type ReplyListDisabledAllBody = {
  data: DisabledAll[] | null
  status: 'success'
}

export type ReplyListExtensionDiversionsBody = {
  data: ExtensionDiversions[] | null
  status: 'success'
}

export type ReplyListHolidayBody = {
  data: CompanyHoliday[] | null
  status: 'success'
}

export type ReplyListSharedTrunkBody = {
  data: SharedTrunk[] | null
  status: 'success'
}

export type ReplyListTenantAppliedBody = {
  data: TenantApplied[] | null
  status: 'success'
}

export type ReplyListTrunkBody = {
  data: CompanyTrunk[] | null
  status: 'success'
}

export type ReplyListTrunkRegistrationBody = {
  data: TrunkRegistration[] | null
  status: 'success'
}

export type ReplyMadeKeyBody = {
  data: MadeKey
  status: 'success'
}

export type ReplyMeBody = {
  data: Me
  status: 'success'
}

export type ReplyMovedBody = {
  data: Moved
  status: 'success'
}

export type ReplyMyMobileBody = {
  data: MyMobile
  status: 'success'
}

export type ReplyNewTOTPBody = {
  data: NewTOTP
  status: 'success'
}

export type ReplyNewUserViewBody = {
  data: NewUserView
  status: 'success'
}

export type ReplyOneDiversionBody = {
  data: OneDiversion
  status: 'success'
}

export type ReplyOutboxStateBody = {
  data: OutboxState
  status: 'success'
}

export type ReplyOverviewBody = {
  data: Overview
  status: 'success'
}

export type ReplyPasskeyOptionsBody = {
  data: PasskeyOptions
  status: 'success'
}

export type ReplyPasskeyViewBody = {
  data: PasskeyView
  status: 'success'
}

export type ReplyPasswordBody = {
  data: Password
  status: 'success'
}

export type ReplyPendingBody = {
  data: Pending
  status: 'success'
}

export type ReplyPeopleSettingsBody = {
  data: PeopleSettings
  status: 'success'
}

export type ReplyPeopleSyncBody = {
  data: PeopleSync
  status: 'success'
}

export type ReplyPeopleTriedBody = {
  data: PeopleTried
  status: 'success'
}

export type ReplyPersonViewBody = {
  data: PersonView
  status: 'success'
}

export type ReplyPromptBody = {
  data: Prompt
  status: 'success'
}

export type ReplyRawMessageBody = {
  data: unknown
  status: 'success'
}

export type ReplyRecordingLinkBody = {
  data: RecordingLink
  status: 'success'
}

export type ReplyRecordingViewBody = {
  data: RecordingView
  status: 'success'
}

export type ReplyRecoveryCodesBody = {
  data: RecoveryCodes
  status: 'success'
}

export type ReplyRemovedBody = {
  data: Removed
  status: 'success'
}

export type ReplyRestoreViewBody = {
  data: RestoreView
  status: 'success'
}

export type ReplyRoleViewBody = {
  data: RoleView
  status: 'success'
}

export type ReplyRotatedBody = {
  data: Rotated
  status: 'success'
}

export type ReplySoftphoneLinkBody = {
  data: SoftphoneLink
  status: 'success'
}

export type ReplySoundBody = {
  data: Sound
  status: 'success'
}

export type ReplySystemViewBody = {
  data: SystemView
  status: 'success'
}

export type ReplyTakenBody = {
  data: Taken
  status: 'success'
}

export type ReplyTenantPendingBody = {
  data: TenantPending
  status: 'success'
}

export type ReplyTicketBody = {
  data: Ticket
  status: 'success'
}

export type ReplyToneBody = {
  data: Tone
  status: 'success'
}

export type ReplyUnlockedBody = {
  data: Unlocked
  status: 'success'
}

export type ReplyVoicemailDeletedBody = {
  data: VoicemailDeleted
  status: 'success'
}

export type ReplyVoicemailMessageBody = {
  data: VoicemailMessage
  status: 'success'
}

export type ReplyWaysBody = {
  data: Ways
  status: 'success'
}

export type ReplyWebhookSecretBody = {
  data: WebhookSecret
  status: 'success'
}

export type ReplyWebhookViewBody = {
  data: WebhookView
  status: 'success'
}

export type ReplyWorksTriedBody = {
  data: WorksTried
  status: 'success'
}

export type RestoreView = {
  at?: string
  /** which */
  backup?: string
  by?: string
  error?: string
  /** preparing: the backup is checked, and one made of what is there; restarting: the gateway goes down and comes back; failed: all is as it was */
  state: 'none' | 'preparing' | 'restarting' | 'done' | 'failed'
  /** the backup of what was there before */
  undo?: string
}

export type RightView = {
  level: 'see' | 'change'
  /** with change: the only members of bodies that may be sent there; absent: all */
  settings?: string[] | null
}

export type Ring = {
  channel: string
  extension?: string
  name?: string
  number: string
  since: string
}

export type RoleFields = {
  name: string
  /** by area, see GET rights; an area that is not there is not to be seen */
  rights: Record<string, RightView>
}

export type RoleView = {
  /** operator: all companies; tenant: one; extension: one's own extension */
  base: 'operator' | 'tenant' | 'extension'
  /** of the program: it cannot be changed */
  built_in: boolean
  id: string
  name: string
  name_en: string
  /** by area, see GET rights; an area that is not there is not to be seen */
  rights: Record<string, RightView>
  /** whose; absent: of the program */
  tenant?: string
}

export type Room = {
  kind: 'phones' | 'phones_in_use' | 'recorded_calls'
  /** 0: there is none */
  limit: number
  /** near from 80 % on; full: the next is refused, but for calls for help */
  state: 'ok' | 'near' | 'full'
  /** now, on all servers together; operators only */
  used?: number
}

export type RotatewebhookRequest = {
  /** for how long the secret before signs too */
  keep_hours?: number
}

export type Rotated = {
  /** on how many servers it counts already; who was registered with the old password there is not any more */
  applied: number
  /** the name the phone registers with */
  device_name: string
  extension: string
  /** why it does not count on a server yet: mend that and apply */
  problem?: string
  /** shown once, and kept encrypted */
  secret: string
}

export type Rule = {
  /** whether it applies: enable and, but for DND, a destination */
  active: boolean
  /** the number it leads to; null when there is none, or raw_destination is not of the documented form */
  destination: string | null
  /** PEA only: the number that each key of the caller's leads to, by the keys 0 to 4 */
  destinations?: Record<string, string>
  /** whether it is switched on; false too when that was never set */
  enable: boolean
  /** as the server's database has it */
  raw_destination: string | null
  /** the time group outside of which it does not apply; null: always */
  time_group: string | null
  /** when: CFI at once, CFB busy, CFN no answer, CFU phone not registered; DND do not disturb, PEA personal attendant */
  type: 'CFI' | 'CFB' | 'CFN' | 'CFU' | 'DND' | 'PEA'
}

export type RuleChange = {
  /** as in the answer; not looked at */
  active?: boolean
  /** the number to lead to: an extension of yours or a phone number; null or empty: none */
  destination?: string | null
  /** PEA only: the numbers that the keys 0 to 4 lead to; null or empty: the key does nothing; keys that are not named stay */
  destinations?: Record<string, string | null>
  /** true or false, or as in the database yes or no */
  enable?: boolean | 'yes' | 'no'
  /** instead of destination: sub-custom-numbers,{number},1 */
  raw_destination?: string | null
  /** null or empty: always */
  time_group?: string | null
  /** as in the answer; not looked at */
  type?: string
}

export type Rules = {
  /** busy */
  CFB: Rule
  /** immediately */
  CFI: Rule
  /** no answer */
  CFN: Rule
  /** unavailable: the phone is not registered */
  CFU: Rule
  /** do not disturb: the extension is busy */
  DND: Rule
  /** personal attendant: callers hear a message and press a key */
  PEA: Rule
}

export type RulesChange = {
  /** busy */
  CFB?: RuleChange
  /** immediately */
  CFI?: RuleChange
  /** no answer */
  CFN?: RuleChange
  /** unavailable */
  CFU?: RuleChange
  /** do not disturb; it has no destination */
  DND?: RuleChange
  /** personal attendant; it has destinations */
  PEA?: RuleChange
}

export type Rung = {
  answered_at?: string
  cause?: number
  extension?: string
  name?: string
  number: string
  result?: string
  since: string
  until?: string
}

export type Sentence = {
  en: string
  ko: string
}

export type Server = {
  /** why it is down; operators only */
  error?: string
  /** whether the tenant's phones and trunks are here */
  home: boolean
  /** AMIServerID */
  id: number
  name: string
  /** where phones register, to be typed into them; absent: the gateway does not write this server's files, or does not know its address */
  phones?: PhonesAt
  /** round trip of the last Ping, milliseconds; 0 when there was none */
  ping_ms: number
  /** of the present state */
  since: string
  /** whether the gateway's link to it is TLS */
  ssl: boolean
  /** whether all links to it are up */
  up: boolean
  /** its AMI greeting */
  version?: string
}

export type ServerPending = {
  /** the last apply that took; absent: none is known */
  applied_at?: string
  /** that would change, also by what others described */
  files: number
  /** why it cannot be applied now */
  problem?: string
  /** what counts only after a restart of Asterisk */
  restart: string[]
  server_id: number
  server_name: string
}

export type ServersOutputBody = {
  data: Server[]
  status: 'success'
}

export type SessionView = {
  /** the browser, as it calls itself */
  agent: string
  created_at: string
  /** the one that asks */
  current: boolean
  /** in any case; without being used it ends 12 hours after seen_at */
  expires_at: string
  id: string
  /** where it was seen last */
  remote: string
  /** to the minute */
  seen_at: string
}

export type SharedTrunk = {
  id: number
  /** empty: it has none */
  name: string
  server_id: number
  /** none: it needs no login; unknown: the server does not say */
  state: 'registered' | 'rejected' | 'unregistered' | 'stopped' | 'none' | 'unknown'
  /** whether calls can go over it, as far as the server knows */
  up: boolean
}

export type SignIn = {
  /** of the second factor, or a recovery code */
  code?: string
  password: string
  username: string
}

export type SignedInBody = {
  data: Me
  status: 'success'
}

export type SignedOutBody = {
  data: Removed
  status: 'success'
}

export type SoftphoneLink = {
  /** on how many servers a phone that was added counts already */
  applied?: number
  /** the name the phone registers with */
  device_name: string
  /** TLS and SRTP; false only where every listener is loopback */
  encrypted: boolean
  expires_at: string
  extension: string
  /** what the app fetches, once; nobody else should */
  fetch_url: string
  /** for revoking it */
  id: string
  /** why the phone that was added does not count on a server yet: mend that and apply */
  problem?: string
  /** the push service of the app's maker is told the phone's password */
  push: boolean
  /** the code to scan with the app */
  qr: QR
  /** for the person: a page with the code and what to do, which shows as long as the link was not used */
  url: string
}

export type SoftphoneLinkView = {
  /** who made it */
  by: string
  created_at: string
  /** which phone of the extension, from 0 */
  device: number
  expires_at: string
  id: string
  /** absent: not yet */
  used_at?: string
}

export type Sound = {
  /** in seconds */
  length: number
  /** WAV: 16 bits, mono; in base64 */
  sound: string
}

export type SpeechBody = {
  lang?: 'ko' | 'en'
  /** at most 1,000 characters */
  text: string
  voice?: 'female' | 'male'
}

export type Started = {
  /** of the request, as logs name it */
  action_id: string
  /** {server}-{Linkedid} */
  call_id: string
  /** Uniqueid of the caller's channel */
  channel_id: string
  /** the number shown to the network: the one given when it is yours, else the extension's own */
  cid_number: string
  server_id: number
}

export type SystemAsterisk = {
  /** DIPCAST writes its files */
  ours: boolean
  /** DIPCAST runs it */
  runs: boolean
  server_id: number
  server_name: string
  up: boolean
  /** absent: it cannot be asked now */
  version?: string
}

export type SystemBackups = {
  /** time of day by the gateway's clock */
  daily: string
  /** how many of them stay */
  keep: number
}

export type SystemDatabase = {
  /** on the disk */
  bytes: number
  /** why it could not be asked */
  error?: string
  kind: 'sqlite' | 'postgres'
  /** of its tables */
  schema: number
  /** of the engine */
  version: string
}

export type SystemDisk = {
  /** 0: it is not known */
  free_bytes: number
  path: string
  /** 0: it is not known */
  total_bytes: number
}

export type SystemListener = {
  address: string
  /** web: pages, REST and WebSocket; websocket: only that; open: without a login; metrics; agi: for Asterisk */
  kind: 'web' | 'websocket' | 'open' | 'metrics' | 'agi'
  tls: boolean
}

export type SystemMemory = {
  /** of objects that are used, or not yet collected */
  heap_bytes: number
  /** that the process has of the system, as Go counts */
  total_bytes: number
}

export type SystemView = {
  asterisk: SystemAsterisk[]
  /** absent: none are made by the clock */
  backups?: SystemBackups
  certificate: Certificate
  cpus: number
  data_dir: SystemDisk
  database: SystemDatabase
  go_version: string
  goroutines: number
  listeners: SystemListener[]
  memory: SystemMemory
  /** by the gateway's clock */
  now: string
  os: string
  public_url: string
  started_at: string
  /** of DIPCAST */
  version: string
}

export type TOTPCode = {
  code: string
}

export type TaggedAttendantBody = {
  data: CompanyAttendant
  status: 'success'
}

export type TaggedCallingBody = {
  data: Calling
  status: 'success'
}

export type TaggedClassBody = {
  data: CompanyClass
  status: 'success'
}

export type TaggedConferenceBody = {
  data: CompanyConference
  status: 'success'
}

export type TaggedDIDBody = {
  data: CompanyDID
  status: 'success'
}

export type TaggedExtensionBody = {
  data: Extension
  status: 'success'
}

export type TaggedFaxSettingsBody = {
  data: FaxSettings
  status: 'success'
}

export type TaggedHoldMusicBody = {
  data: HoldMusic
  status: 'success'
}

export type TaggedHolidayBody = {
  data: CompanyHoliday
  status: 'success'
}

export type TaggedListRouteBody = {
  data: CompanyRoute[] | null
  status: 'success'
}

export type TaggedListStringBody = {
  data: string[] | null
  status: 'success'
}

export type TaggedMapStringStringBody = {
  data: Record<string, string>
  status: 'success'
}

export type TaggedNaverWorksBody = {
  data: CompanyNaverWorks
  status: 'success'
}

export type TaggedParkingBody = {
  data: CompanyParking
  status: 'success'
}

export type TaggedRecordingRulesBody = {
  data: RecordingRules
  status: 'success'
}

export type TaggedRingGroupBody = {
  data: CompanyRingGroup
  status: 'success'
}

export type TaggedSoftphoneBody = {
  data: CompanySoftphone
  status: 'success'
}

export type TaggedTenantBody = {
  data: Tenant
  status: 'success'
}

export type TaggedTimeGroupBody = {
  data: CompanyTimeGroup
  status: 'success'
}

export type TaggedToneBody = {
  data: Tone
  status: 'success'
}

export type TaggedTrunkBody = {
  data: CompanyTrunk
  status: 'success'
}

export type TaggedUserViewBody = {
  data: UserView
  status: 'success'
}

export type Taken = {
  call_id: string
  /** that was moved */
  channel: string
  extension: string
  server_id: number
  to: 'desk' | 'mobile' | 'assistant' | 'voicemail' | 'number'
}

export type Taking = {
  /** whose desk, mobile and so on; absent: your login's, else who was called */
  extension?: string
  /** of number, and of mobile instead of the person's */
  number?: string
  /** desk: the phones of the extension; mobile: the mobile of its person, who must press 1; assistant: a message for the person; voicemail: the mailbox of the extension; number: number */
  to: 'desk' | 'mobile' | 'assistant' | 'voicemail' | 'number'
}

export type Tenant = {
  /** put before local numbers dialed without one */
  area_code?: string
  dids: number
  /** how many there are */
  extensions: number
  /** how long calls stay in the history; absent: for good */
  history_days?: number
  /** the header tenant, and the family in AstDB; sensitive */
  id: string
  /** of prompts */
  language: 'ko' | 'en'
  /** of calls to the network */
  limits: Limits
  /** how many calls with the network at a time; absent: as many as the carrier lets */
  lines?: number
  /** its names have no prefix */
  main?: boolean
  name: string
  /** of the prefix T2_ */
  number: number
  /** which calls are recorded; extensions may differ */
  recording: CompanyRecording
  /** ids; the first is home */
  servers: number[]
  /** what parameters and paths call it */
  tenant: string
  trunks: number
  /** of its description */
  version: number
}

export type TenantApplied = {
  applied: boolean
  /** how many calls were up meanwhile, and went on; -1 when nothing was reloaded */
  calls: number
  /** that changed */
  files: number
  /** why it was not applied */
  problem?: string
  /** whether some of it counts only after a restart of Asterisk */
  restart: boolean
  server_id: number
  server_name: string
}

export type TenantApply = {
  at: string
  /** empty: the operator, or another company whose changes were applied too */
  by: string
  /** it is what the server has */
  current: boolean
  server_id: number
  server_name: string
  /** of the description; going back to it is POST undo, then apply */
  version: number
}

export type TenantFields = {
  area_code?: string
  /** how long calls stay in the history: older ones are deleted, for good; 0 keeps them */
  history_days?: number
  language?: 'ko' | 'en'
  limits?: Limits
  lines?: number
  name?: string
  /** which calls are recorded: internal, incoming, outgoing are always or on_demand; format, what they are kept as, is wav, mp3 or opus */
  recording?: CompanyRecording
  /** ids; the first is home */
  servers?: number[] | null
}

export type TenantPending = {
  /** the version that its servers have; 0: not known, or none yet */
  applied: number
  /** what they change, where no apply is known since the oldest version that is kept; passwords show in versions alone */
  changes: Difference[]
  /** the company's, home first; those that DIPCAST writes no files for are not among them */
  servers: ServerPending[]
  tenant: string
  /** of the description now */
  version: number
  /** that are not applied, the newest first */
  versions: Version[]
  /** whether there is something to apply */
  waiting: boolean
}

export type Ticket = {
  expires_at: string
  /** seconds it lives */
  expires_in: number
  /** for ?ticket= in the address, once */
  ticket: string
}

export type Tone = {
  name: string
  /** absent: none was uploaded, and callers hear that it rings */
  recording?: Recording
  title?: string
}

export type Transfer = {
  at: string
  by?: Party
  to: Party
  type: string
}

export type TrunkRegistration = {
  /** when it is renewed or tried again */
  next?: string
  server_id: number
  /** rejected: its credentials are refused */
  state: 'registered' | 'rejected' | 'unregistered' | 'stopped'
  trunk: string
}

export type TrypeopleRequest = {
  /** read the directory for it; else it is as it was read last */
  fresh?: boolean
  rules?: PeopleRule[] | null
}

export type UndoRequest = {
  /** absent: the last change is taken back */
  version?: number
}

export type Unlocked = {
  extension: string
  /** false from now on */
  locked: boolean
  /** whether there was something to unlock */
  was_locked: boolean
}

export type UserFields = {
  enabled?: boolean
  /** whose calls are their own; an employee has one */
  extension?: string
  /** empty: as the browser says */
  lang?: 'ko' | 'en' | ''
  name?: string
  /** id of one of the people: who signs in as that person with NAVER WORKS is this user */
  person?: string
  /** administrator or auditor for who sees all companies; company, supervisor, auditor, employee or the id of a role of the company's own for others */
  role: string
  /** without blanks and ':'; kept in lower case */
  username: string
}

export type UserView = {
  created_at: string
  enabled?: boolean
  /** whose calls are their own; an employee has one */
  extension?: string
  id: string
  /** empty: as the browser says */
  lang?: 'ko' | 'en' | ''
  /** has a password that was given to them */
  must_change_password: boolean
  name?: string
  /** when a one-time password ends */
  once_until?: string
  /** how many passkeys they have */
  passkeys: number
  /** id of one of the people: who signs in as that person with NAVER WORKS is this user */
  person?: string
  /** administrator or auditor for who sees all companies; company, supervisor, auditor, employee or the id of a role of the company's own for others */
  role: string
  role_name: string
  role_name_en: string
  /** a code is asked for beside the password */
  second_factor: boolean
  /** absent: never */
  signed_in_at?: string
  /** absent: sees all companies */
  tenant?: string
  /** without blanks and ':'; kept in lower case */
  username: string
}

export type Version = {
  at: string
  /** who made it; empty for what was there before versions were */
  by: string
  /** the version whose content was taken again */
  restores?: number
  summary: string
  version: number
}

export type VoicemailDeleted = {
  action: 'deleted'
  id: string
}

export type VoicemailMessage = {
  at: string
  /** whose mailbox */
  extension: string
  id: string
  /** of the caller, as the telephone showed it */
  name: string
  /** of the caller; empty: withheld */
  number: string
  /** what the extension is called */
  owner: string
  /** somebody has heard it */
  read: boolean
  seconds: number
  server_id: number
  tenant: string
  /** of its sound */
  url: string
}

export type VoicemailRead = {
  /** absent: true */
  read?: boolean
}

export type Ways = {
  /** with NAVER WORKS, at /login/works */
  naver_works: boolean
  /** with a passkey, at the address that was asked */
  passkeys: boolean
  /** where it works, if not here: public_url, if there; else empty */
  passkeys_at: string
  /** why not: browsers have passkeys at https:// alone (plain), and not at IP addresses (address); http://localhost does */
  passkeys_why: 'plain' | 'address' | ''
}

export type WebhookSecret = {
  changed_at: string
  created_at: string
  description?: string
  /** false: nothing is sent; what happens meanwhile is not told later */
  enabled: boolean
  /** what is told */
  events: ('call.ringing' | 'call.answered' | 'call.ended' | 'recording.ready' | 'fax.received' | 'voicemail.new')[] | null
  /** until when the secret before signs too */
  former_secret_until?: string
  id: string
  /** what requests are signed with; it is not shown again */
  secret: string
  /** where requests go: https, and an address of the public internet */
  url: string
}

export type WebhookSettings = {
  description?: string
  /** false: nothing is sent; what happens meanwhile is not told later */
  enabled: boolean
  /** what is told */
  events: ('call.ringing' | 'call.answered' | 'call.ended' | 'recording.ready' | 'fax.received' | 'voicemail.new')[] | null
  /** where requests go: https, and an address of the public internet */
  url: string
}

export type WebhookView = {
  changed_at: string
  created_at: string
  description?: string
  /** false: nothing is sent; what happens meanwhile is not told later */
  enabled: boolean
  /** what is told */
  events: ('call.ringing' | 'call.answered' | 'call.ended' | 'recording.ready' | 'fax.received' | 'voicemail.new')[] | null
  /** until when the secret before signs too */
  former_secret_until?: string
  id: string
  /** where requests go: https, and an address of the public internet */
  url: string
}

export type Words = {
  en: string
  ko: string
}

export type WorksStep = {
  /** what was found */
  found: CDRText
  /** what to do about it; empty unless it failed */
  remedy: CDRText
  /** skipped: a step before it failed, or nobody was chosen to get a message */
  result: 'ok' | 'failed' | 'skipped'
  step: 'settings' | 'token' | 'bot' | 'message' | 'callback'
}

export type WorksTrial = {
  /** id of NAVER WORKS, as in people; absent: nobody gets a message */
  user?: string
}

export type WorksTried = {
  /** no step failed */
  ok: boolean
  /** in their order */
  steps: WorksStep[]
}

/** What each operation takes and answers. */
export interface Operations {
  'GET /attendants': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListAttendantBody
  }
  'POST /attendants': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        direct?: boolean | null
        else?: string | null
        keys?: CompanyKey[] | null
        name?: string | null
        number?: string | null
        plays?: number | null
        prompt?: string | null
        wait_seconds?: number | null
      }
    }
    answer: TaggedAttendantBody
  }
  'DELETE /attendants/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /attendants/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedAttendantBody
  }
  'PUT /attendants/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        direct?: boolean | null
        else?: string | null
        keys?: CompanyKey[] | null
        name?: string | null
        number?: string | null
        plays?: number | null
        prompt?: string | null
        wait_seconds?: number | null
      }
    }
    answer: TaggedAttendantBody
  }
  'GET /audit': {
    request: {
      query?: {
        /** its beginning */
        action?: string
        /** next of the page before */
        after?: string
        /** not before */
        from?: string
        kind?: string
        /** at most so many */
        limit?: number
        /** of the login or app key */
        name?: string
        server_id?: number
        /** whose, as T2; absent: your own, for operators all */
        tenant?: string
        /** in action, field, detail or changes */
        text?: string
        /** before */
        to?: string
      }
    }
    answer: PartAuditViewBody
  }
  'GET /audit.csv': {
    request: {
      query?: {
        /** its beginning */
        action?: string
        /** not before */
        from?: string
        kind?: string
        /** of the login or app key */
        name?: string
        server_id?: number
        /** whose, as T2; absent: your own, for operators all */
        tenant?: string
        /** in action, field, detail or changes */
        text?: string
        /** before */
        to?: string
      }
    }
    answer: undefined
  }
  'GET /audit/check': {
    request: {
    }
    answer: ReplyAuditCheckBody
  }
  'GET /bans': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListBanBody
  }
  'POST /bans': {
    request: {
      body: NewBan
    }
    answer: ReplyBanBody
  }
  'DELETE /bans/{source}': {
    request: {
      path: {
        source: string | number
      }
    }
    answer: ReplyBanBody
  }
  'GET /calling': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedCallingBody
  }
  'PUT /calling': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        /** put before local numbers that are dialed without one; empty: they stay as they are */
        area_code?: string | null
        /** of prompts */
        language?: 'ko' | 'en' | null
      }
    }
    answer: TaggedCallingBody
  }
  'GET /calls': {
    request: {
      query?: {
        direction?: 'external' | 'internal' | 'outgoing'
        /** in which this extension of yours takes or took part */
        extension?: string
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** on this server; absent: on all of yours */
        server_id?: number
        /** how far they are */
        state?: 'new' | 'ringing' | 'answered'
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListCallBody
  }
  'GET /calls/{call_id}': {
    request: {
      path: {
        call_id: string | number
      }
    }
    answer: ReplyCallBody
  }
  'POST /calls/{call_id}/hangup': {
    request: {
      path: {
        call_id: string | number
      }
    }
    answer: ReplyHungUpBody
  }
  'POST /calls/{call_id}/move': {
    request: {
      path: {
        call_id: string | number
      }
      body: Taking
    }
    answer: ReplyTakenBody
  }
  'DELETE /calls/{call_id}/recording': {
    request: {
      path: {
        call_id: string | number
      }
    }
    answer: ReplyCallRecordingBody
  }
  'POST /calls/{call_id}/recording': {
    request: {
      path: {
        call_id: string | number
      }
    }
    answer: ReplyCallRecordingBody
  }
  'PUT /calls/{call_id}/recording': {
    request: {
      path: {
        call_id: string | number
      }
      body: PausecallrecordingRequest
    }
    answer: ReplyCallRecordingBody
  }
  'POST /calls/{call_id}/redirect': {
    request: {
      path: {
        call_id: string | number
      }
      body: Move
    }
    answer: ReplyMovedBody
  }
  'GET /cdr': {
    request: {
      query?: {
        accountcode?: string
        /** next of the page before */
        after?: string
        /** whether somebody answered */
        answered?: 'true' | 'false' | 'yes' | 'no' | '1' | '0'
        /** 1 within the company, 2 from the network, 3 to the network */
        calltype?: number
        did?: string
        direction?: 'external' | 'internal' | 'outgoing'
        /** with commas: ANSWERED, NO ANSWER, BUSY, FAILED */
        disposition?: string
        /** began before */
        end_date?: string
        /** with commas: one of them took part */
        extensions?: string
        /** csv, or Accept: text/csv, gives the table */
        format?: 'json' | 'csv'
        /** at most so many */
        limit?: number
        linkedid?: string
        /** how number and search compare numbers; suffix is the last digits. Absent: number exactly, search by its beginning or its last digits */
        match?: 'exact' | 'prefix' | 'suffix'
        /** at most so many seconds of talk; 0: any */
        max_talk?: number
        /** waited at most so many seconds; 0: any */
        max_wait?: number
        /** at least so many seconds of talk */
        min_talk?: number
        /** waited at least so many seconds */
        min_wait?: number
        missed?: 'true' | 'false' | 'yes' | 'no' | '1' | '0'
        /** a part of the name of anybody in the call */
        name?: string
        /** of anybody in the call */
        number?: string
        /** there is no other order */
        order_by?: 'calldate'
        order_type?: 'asc' | 'desc'
        /** a part of the name of one of your people: calls of their extensions */
        person?: string
        /** with commas, one of: answered, missed, no_answer, busy, declined, cancelled, unavailable, failed; or one of: voicemail, fax, attendant, menu, conference, message, closed, notice, code, no_room; or diverted */
        result?: string
        /** a number, a part of a name, or a Linkedid, whatever it looks like, in search_fields */
        search?: string
        /** with commas: linkedid, uniqueid, call_id, src, dst, did, number, clid, name, accountcode; absent: any */
        search_fields?: string
        /** on this server; absent: on all of yours */
        server_id?: number
        /** began at or after: seconds since 1970, or RFC 3339 */
        start_date?: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: PartCDRBody
  }
  'GET /cdr.csv': {
    request: {
      query?: {
        accountcode?: string
        /** whether somebody answered */
        answered?: 'true' | 'false' | 'yes' | 'no' | '1' | '0'
        /** 1 within the company, 2 from the network, 3 to the network */
        calltype?: number
        did?: string
        direction?: 'external' | 'internal' | 'outgoing'
        /** with commas: ANSWERED, NO ANSWER, BUSY, FAILED */
        disposition?: string
        /** began before */
        end_date?: string
        /** with commas: one of them took part */
        extensions?: string
        /** csv, or Accept: text/csv, gives the table */
        format?: 'json' | 'csv'
        /** at most so many rows */
        limit?: number
        linkedid?: string
        /** how number and search compare numbers; suffix is the last digits. Absent: number exactly, search by its beginning or its last digits */
        match?: 'exact' | 'prefix' | 'suffix'
        /** at most so many seconds of talk; 0: any */
        max_talk?: number
        /** waited at most so many seconds; 0: any */
        max_wait?: number
        /** at least so many seconds of talk */
        min_talk?: number
        /** waited at least so many seconds */
        min_wait?: number
        missed?: 'true' | 'false' | 'yes' | 'no' | '1' | '0'
        /** a part of the name of anybody in the call */
        name?: string
        /** of anybody in the call */
        number?: string
        /** there is no other order */
        order_by?: 'calldate'
        order_type?: 'asc' | 'desc'
        /** a part of the name of one of your people: calls of their extensions */
        person?: string
        /** with commas, one of: answered, missed, no_answer, busy, declined, cancelled, unavailable, failed; or one of: voicemail, fax, attendant, menu, conference, message, closed, notice, code, no_room; or diverted */
        result?: string
        /** a number, a part of a name, or a Linkedid, whatever it looks like, in search_fields */
        search?: string
        /** with commas: linkedid, uniqueid, call_id, src, dst, did, number, clid, name, accountcode; absent: any */
        search_fields?: string
        /** on this server; absent: on all of yours */
        server_id?: number
        /** began at or after: seconds since 1970, or RFC 3339 */
        start_date?: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: undefined
  }
  'GET /cdr/{call_id}': {
    request: {
      path: {
        call_id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyCDRDetailsBody
  }
  'GET /classes-of-service': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListClassBody
  }
  'POST /classes-of-service': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        dials?: string[] | null
        id?: number | null
        name?: string | null
        no_codes?: boolean | null
      }
    }
    answer: TaggedClassBody
  }
  'DELETE /classes-of-service/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /classes-of-service/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedClassBody
  }
  'PUT /classes-of-service/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        dials?: string[] | null
        id?: number | null
        name?: string | null
        no_codes?: boolean | null
      }
    }
    answer: TaggedClassBody
  }
  'GET /classes_of_services': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListClassOfServiceBody
  }
  'GET /conferences': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListConferenceBody
  }
  'POST /conferences': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        name?: string | null
        number?: string | null
        open?: boolean | null
        pin?: string | null
        quiet?: boolean | null
        seats?: number | null
      }
    }
    answer: TaggedConferenceBody
  }
  'DELETE /conferences/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /conferences/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedConferenceBody
  }
  'PUT /conferences/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        name?: string | null
        number?: string | null
        open?: boolean | null
        pin?: string | null
        quiet?: boolean | null
        seats?: number | null
      }
    }
    answer: TaggedConferenceBody
  }
  'GET /contacts': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** a part of the name, the company or the number */
        search?: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListContactBody
  }
  'GET /contacts/export': {
    request: {
      query?: {
        format?: 'csv' | 'vcard'
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyContactsFileBody
  }
  'POST /contacts/import': {
    request: {
      query?: {
        /** say what would change, and change nothing */
        dry_run?: boolean
        format?: 'csv' | 'vcard'
        /** names that are not in the file go */
        replace?: boolean
        /** leave out what is wrong, and take the rest */
        skip?: boolean
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: FileBody
    }
    answer: ReplyContactsImportedBody
  }
  'GET /contacts/name': {
    request: {
      query: {
        number: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyContactNameBody
  }
  'DELETE /contacts/{number}': {
    request: {
      path: {
        number: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'PUT /contacts/{number}': {
    request: {
      path: {
        number: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: ContactFields
    }
    answer: ReplyContactBody
  }
  'POST /core/click_to_call': {
    request: {
      query?: {
        /** the server to act on; absent: where the caller's phone is registered, else home */
        server_id?: number
      }
      body: ClickToCallInputBody
    }
    answer: ClickToCallOutputBody
  }
  'POST /core/click_to_call/cancel': {
    request: {
      body: Cancel
    }
    answer: ReplyCancelledBody
  }
  'GET /dead-letters': {
    request: {
      query?: {
        /** next of the page before */
        after?: string
        kind?: 'works' | 'webhook'
        /** at most so many */
        limit?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: PartDeadLetterBody
  }
  'DELETE /dead-letters/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'POST /dead-letters/{id}/resend': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /dids': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListDIDBody
  }
  'POST /dids': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        caller_prefix?: string | null
        description?: string | null
        detect_fax?: number | null
        else?: string | null
        language?: string | null
        number?: string | null
        time_group?: number | null
        to?: string | null
        tone?: string | null
      }
    }
    answer: TaggedDIDBody
  }
  'DELETE /dids/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /dids/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedDIDBody
  }
  'PUT /dids/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        caller_prefix?: string | null
        description?: string | null
        detect_fax?: number | null
        else?: string | null
        language?: string | null
        number?: string | null
        time_group?: number | null
        to?: string | null
        tone?: string | null
      }
    }
    answer: TaggedDIDBody
  }
  'DELETE /diversions': {
    request: {
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyListDisabledAllBody
  }
  'GET /diversions': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListExtensionDiversionsBody
  }
  'PUT /diversions': {
    request: {
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: Record<string, RulesChange>
    }
    answer: ReplyListExtensionDiversionsBody
  }
  'DELETE /diversions/{ext}': {
    request: {
      path: {
        ext: string | number
      }
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyDisabledAllBody
  }
  'GET /diversions/{ext}': {
    request: {
      path: {
        ext: string | number
      }
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyExtensionDiversionsBody
  }
  'PUT /diversions/{ext}': {
    request: {
      path: {
        ext: string | number
      }
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: RulesChange
    }
    answer: ReplyExtensionDiversionsBody
  }
  'DELETE /diversions/{ext}/{type}': {
    request: {
      path: {
        ext: string | number
        type: string | number
      }
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyDisabledBody
  }
  'GET /diversions/{ext}/{type}': {
    request: {
      path: {
        ext: string | number
        type: string | number
      }
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyOneDiversionBody
  }
  'PUT /diversions/{ext}/{type}': {
    request: {
      path: {
        ext: string | number
        type: string | number
      }
      query?: {
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: RuleChange
    }
    answer: ReplyOneDiversionBody
  }
  'GET /events': {
    request: {
      query?: {
        events?: string
        extensions?: string
        last_event_id?: string
        servers?: string
      }
    }
    answer: undefined
  }
  'GET /extensions': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListExtensionBody
  }
  'POST /extensions': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        call_limit?: number | null
        class?: string | null
        devices?: CompanyDevice[] | null
        language?: string | null
        name?: string | null
        no_call_waiting?: boolean | null
        number?: string | null
        own_number?: string | null
        pickup_groups?: number[] | null
        recorded?: {
          incoming?: string
          internal?: string
          outgoing?: string
        } | null
        ring_seconds?: number | null
        server?: number | null
        voicemail?: {
          ask_pin?: boolean
          email?: string
          pin?: string
        } | null
      }
    }
    answer: MadeExtensionBody
  }
  'GET /extensions/export': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyCSVBody
  }
  'POST /extensions/import': {
    request: {
      query?: {
        /** say what would change, and change nothing */
        dry_run?: boolean
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: FileBody
    }
    answer: ImportextensionsResponse
  }
  'DELETE /extensions/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /extensions/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedExtensionBody
  }
  'PUT /extensions/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        call_limit?: number | null
        class?: string | null
        devices?: CompanyDevice[] | null
        language?: string | null
        name?: string | null
        no_call_waiting?: boolean | null
        number?: string | null
        own_number?: string | null
        pickup_groups?: number[] | null
        recorded?: {
          incoming?: string
          internal?: string
          outgoing?: string
        } | null
        ring_seconds?: number | null
        server?: number | null
        voicemail?: {
          ask_pin?: boolean
          email?: string
          pin?: string
        } | null
      }
    }
    answer: MadeExtensionBody
  }
  'GET /extensions/{id}/devices': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyListDeviceBody
  }
  'POST /extensions/{id}/devices/{device}/rotate': {
    request: {
      path: {
        device: string | number
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRotatedBody
  }
  'POST /extensions/{id}/password': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: ChangepasswordRequest
    }
    answer: ReplyPasswordBody
  }
  'GET /extensions/{id}/softphone': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListSoftphoneLinkViewBody
  }
  'POST /extensions/{id}/softphone': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: CreatesoftphonelinkRequest
    }
    answer: ReplySoftphoneLinkBody
  }
  'DELETE /extensions/{id}/softphone/{link}': {
    request: {
      path: {
        id: string | number
        link: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'POST /extensions/{id}/unlock': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyUnlockedBody
  }
  'GET /fax-settings': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedFaxSettingsBody
  }
  'PUT /fax-settings': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        /** printed at the top of pages, in ASCII */
        header?: string | null
        /** how long faxes are kept, also those that came in; 0: for good */
        keep_days?: number | null
        /** whether it sends faxes; its numbers may receive them all the same. false forgets the others */
        sends?: boolean | null
        /** the number that the other machine shows: digits, + and blanks; empty: that of the call */
        station_id?: string | null
      }
    }
    answer: TaggedFaxSettingsBody
  }
  'GET /faxes': {
    request: {
      query?: {
        /** next of the page before */
        after?: string
        /** of this call of the history */
        call_id?: string
        direction?: 'in' | 'out'
        /** at most so many */
        limit?: number
        /** yours, or the other side's, whole */
        number?: string
        /** on this server; absent: on all of yours */
        server_id?: number
        status?: 'sending' | 'received' | 'sent' | 'failed'
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: PartFaxBody
  }
  'POST /faxes': {
    request: {
      query?: {
        extension?: string
        number?: string
        server_id?: number
        to?: string
      }
    }
    answer: ReplyFaxBody
  }
  'GET /faxes/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyFaxBody
  }
  'POST /faxes/{id}/cancel': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyFaxBody
  }
  'GET /faxes/{id}/pages/{page}': {
    request: {
      path: {
        id: string | number
        page: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: undefined
  }
  'GET /faxes/{id}/pdf': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: undefined
  }
  'POST /faxes/{id}/resend': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyFaxBody
  }
  'GET /faxes/{id}/tiff': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: undefined
  }
  'GET /feature-codes': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedMapStringStringBody
  }
  'PUT /feature-codes': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: Record<string, string>
    }
    answer: TaggedMapStringStringBody
  }
  'GET /health': {
    request: {
    }
    answer: HealthOutputBody
  }
  'GET /hold-music': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedHoldMusicBody
  }
  'PUT /hold-music': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        /** the name of a tone, or dipcast, which every company has; empty: the music that comes with the product */
        hold_music?: string | null
      }
    }
    answer: TaggedHoldMusicBody
  }
  'GET /holidays': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListHolidayBody
  }
  'POST /holidays': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        date?: string | null
        name?: string | null
      }
    }
    answer: TaggedHolidayBody
  }
  'GET /holidays/korea': {
    request: {
      query?: {
        /** absent: this one */
        year?: number
      }
    }
    answer: ReplyListHolidayBody
  }
  'POST /holidays/korea': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: ImportkoreanholidaysRequest
    }
    answer: ReplyListHolidayBody
  }
  'DELETE /holidays/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /holidays/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedHolidayBody
  }
  'PUT /holidays/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        date?: string | null
        name?: string | null
      }
    }
    answer: TaggedHolidayBody
  }
  'GET /keys': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListKeyViewBody
  }
  'POST /keys': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: CreatekeyRequest
    }
    answer: ReplyMadeKeyBody
  }
  'DELETE /keys/{name}': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /my/mobile': {
    request: {
    }
    answer: ReplyMyMobileBody
  }
  'PUT /my/mobile': {
    request: {
      body: ChangemymobileRequest
    }
    answer: ReplyMyMobileBody
  }
  'DELETE /naver-works': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /naver-works': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedNaverWorksBody
  }
  'PUT /naver-works': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        /** absent: https://www.worksapis.com/v1.0 */
        api_url?: string | null
        /** absent: https://auth.worksmobile.com/oauth2/v2.0 */
        auth_url?: string | null
        bot_id?: number | null
        /** what callbacks are signed with */
        bot_secret?: string | null
        client_id?: string | null
        client_secret?: string | null
        domain_id?: number | null
        /** whose people get cards; absent: all */
        extensions?: string[] | null
        /** what is told after a call; absent: all */
        follow_ups?: 'all' | 'missed' | 'none' | null
        /** is taken too, while the secret is changed over */
        former_bot_secret?: string | null
        /** a room that gets one card when more than five people are rung */
        group_room?: string | null
        /** no button that calls back (M2C) */
        no_call_back?: boolean | null
        /** keeps the settings and sends nothing */
        off?: boolean | null
        /** no cards of calls between your phones */
        only_external?: boolean | null
        /** calls of one API in a minute: 60 with the free plan, 240 with the others; absent: 60, -1: not counted */
        per_minute?: number | null
        /** the PEM file of the service account */
        private_key?: string | null
        /** a time group in which no cards of calls are sent */
        quiet_hours?: number | null
        /** what is told of an answered call opens its recording, to who took part and signs in */
        recordings?: boolean | null
        /** how long a phone whose person gets cards rings at least; absent: 30, -1: as the phone says */
        ring_seconds?: number | null
        /** a room that gets all cards in the people's place */
        room?: string | null
        /** ….serviceaccount@… */
        service_account?: string | null
        style?: {
          /** colour of a call's card */
          ground?: string
          ink?: string
          /** how buttons act; absent: message */
          mode?: 'message' | 'postback' | 'uri' | 'template'
          /** colour of the other buttons */
          other?: string
          /** colour of a fax */
          red?: string
          /** colour of the buttons that take the call */
          take?: string
          /** own texts, by language and name: ko.missed */
          words?: Record<string, string>
        } | null
      }
    }
    answer: TaggedNaverWorksBody
  }
  'GET /naver-works/preview': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: undefined
  }
  'POST /naver-works/preview': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: CardPreview
    }
    answer: ReplyRawMessageBody
  }
  'POST /naver-works/test': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: WorksTrial
    }
    answer: ReplyWorksTriedBody
  }
  'GET /numbers': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedListStringBody
  }
  'PUT /numbers': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: string[] | null
    }
    answer: TaggedListStringBody
  }
  'GET /outbox': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyOutboxStateBody
  }
  'GET /overview': {
    request: {
      query?: {
        /** seconds since 1970, or RFC 3339; absent: the beginning of today */
        from?: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
        /** before this; absent: the end of today */
        to?: string
        /** whose days and hours; absent: the gateway's */
        zone?: string
      }
    }
    answer: ReplyOverviewBody
  }
  'GET /parking': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedParkingBody
  }
  'PUT /parking': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: CompanyParking
    }
    answer: TaggedParkingBody
  }
  'GET /people': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** these only */
        status?: 'by_hand' | 'matched' | 'unmatched' | 'conflict' | 'left'
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListPersonViewBody
  }
  'POST /people': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: PersonFields
    }
    answer: ReplyPersonViewBody
  }
  'GET /people/settings': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyPeopleSettingsBody
  }
  'PUT /people/settings': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: PeopleSettings
    }
    answer: ReplyPeopleSettingsBody
  }
  'GET /people/sync': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyPeopleSyncBody
  }
  'POST /people/sync': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyPeopleSyncBody
  }
  'POST /people/try': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: TrypeopleRequest
    }
    answer: ReplyPeopleTriedBody
  }
  'DELETE /people/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /people/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyPersonViewBody
  }
  'PUT /people/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: PersonFields
    }
    answer: ReplyPersonViewBody
  }
  'DELETE /people/{id}/sessions': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** this one only; absent: all */
        session?: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /people/{id}/sessions': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListPersonSessionBody
  }
  'GET /prompts': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** only those that were replaced */
        own?: boolean
        /** whose, as T2; for operators: absent means those that all companies hear */
        tenant?: string
      }
    }
    answer: ListPromptBody
  }
  'DELETE /prompts/{name}': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        /** whose, as T2; for operators: absent means those that all companies hear */
        tenant?: string
      }
    }
    answer: ReplyPromptBody
  }
  'GET /prompts/{name}': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        /** whose, as T2; for operators: absent means those that all companies hear */
        tenant?: string
      }
    }
    answer: ReplyPromptBody
  }
  'PUT /prompts/{name}': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: ReplyPromptBody
  }
  'GET /prompts/{name}/audio': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: undefined
  }
  'POST /prompts/{name}/speech': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        /** whose, as T2; for operators: absent means those that all companies hear */
        tenant?: string
      }
      body: SpeechBody
    }
    answer: ReplyPromptBody
  }
  'GET /recording-rules': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedRecordingRulesBody
  }
  'PUT /recording-rules': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        /** what they are kept as */
        format?: 'wav' | 'mp3' | 'opus' | null
        /** from the network */
        incoming?: 'always' | 'on_demand' | null
        /** between extensions */
        internal?: 'always' | 'on_demand' | null
        /** how long recordings are kept; 0: 90 days */
        keep_days?: number | null
        /** tells the party in the network of calls that are always recorded */
        notice?: boolean | null
        /** to the network */
        outgoing?: 'always' | 'on_demand' | null
      }
    }
    answer: TaggedRecordingRulesBody
  }
  'GET /recordings': {
    request: {
      query?: {
        /** next of the page before */
        after?: string
        /** of one call */
        call_id?: string
        direction?: 'external' | 'internal' | 'outgoing'
        /** began before */
        end_date?: string
        /** of yours, who called or answered */
        extension?: string
        /** at most so many */
        limit?: number
        /** of either party, whole */
        number?: string
        /** on this server; absent: on all of yours */
        server_id?: number
        /** began at or after: seconds since 1970, or RFC 3339 */
        start_date?: string
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: PartRecordingViewBody
  }
  'DELETE /recordings/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** why; it stays in the audit trail */
        reason?: string
      }
    }
    answer: ReplyRecordingViewBody
  }
  'GET /recordings/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        format?: 'wav' | 'mp3' | 'opus'
        reason?: string
      }
    }
    answer: undefined
  }
  'POST /recordings/{id}/check': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRecordingViewBody
  }
  'GET /recordings/{id}/details': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRecordingViewBody
  }
  'PUT /recordings/{id}/hold': {
    request: {
      path: {
        id: string | number
      }
      body: HoldrecordingRequest
    }
    answer: ReplyRecordingViewBody
  }
  'POST /recordings/{id}/links': {
    request: {
      path: {
        id: string | number
      }
      body: LinkrecordingRequest
    }
    answer: ReplyRecordingLinkBody
  }
  'GET /refused-registrations': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListRefusedRegistrationBody
  }
  'GET /registrations': {
    request: {
      query?: {
        /** of this one only */
        extension?: string
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** the server to act on; absent: the tenant's home server */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListRegistrationBody
  }
  'GET /rights': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListAreaViewBody
  }
  'GET /ring-groups': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListRingGroupBody
  }
  'POST /ring-groups': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        caller_prefix?: string | null
        else?: string | null
        members?: string[] | null
        name?: string | null
        number?: string | null
        ring_seconds?: number | null
        strategy?: string | null
        tone?: string | null
      }
    }
    answer: TaggedRingGroupBody
  }
  'DELETE /ring-groups/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /ring-groups/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedRingGroupBody
  }
  'PUT /ring-groups/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        caller_prefix?: string | null
        else?: string | null
        members?: string[] | null
        name?: string | null
        number?: string | null
        ring_seconds?: number | null
        strategy?: string | null
        tone?: string | null
      }
    }
    answer: TaggedRingGroupBody
  }
  'GET /roles': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
    }
    answer: ListRoleViewBody
  }
  'POST /roles': {
    request: {
      query?: {
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
      body: RoleFields
    }
    answer: ReplyRoleViewBody
  }
  'DELETE /roles/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /roles/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
    }
    answer: ReplyRoleViewBody
  }
  'PUT /roles/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
      body: RoleFields
    }
    answer: ReplyRoleViewBody
  }
  'GET /routes': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedListRouteBody
  }
  'PUT /routes': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: CompanyRoute[] | null
    }
    answer: TaggedListRouteBody
  }
  'GET /servers': {
    request: {
    }
    answer: ServersOutputBody
  }
  'GET /servers/{server_id}/applies': {
    request: {
      path: {
        server_id: string | number
      }
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListApplyRecordBody
  }
  'POST /servers/{server_id}/apply': {
    request: {
      path: {
        server_id: string | number
      }
      query?: {
        /** where a change needs it, restart an Asterisk that DIPCAST runs as soon as no call is up */
        restart?: boolean
      }
    }
    answer: ReplyAppliedBody
  }
  'POST /servers/{server_id}/apply/undo': {
    request: {
      path: {
        server_id: string | number
      }
    }
    answer: ReplyAppliedBody
  }
  'GET /servers/{server_id}/doctor': {
    request: {
      path: {
        server_id: string | number
      }
    }
    answer: ReplyFindingsBody
  }
  'GET /servers/{server_id}/pending': {
    request: {
      path: {
        server_id: string | number
      }
    }
    answer: ReplyPendingBody
  }
  'DELETE /session': {
    request: {
    }
    answer: SignedOutBody
  }
  'GET /session': {
    request: {
    }
    answer: ReplyMeBody
  }
  'POST /session': {
    request: {
      body: SignIn
    }
    answer: SignedInBody
  }
  'PUT /session': {
    request: {
      body: ProfileFields
    }
    answer: ReplyMeBody
  }
  'POST /session/passkey': {
    request: {
      body: PasskeyAnswer
    }
    answer: SignedInBody
  }
  'POST /session/passkey/begin': {
    request: {
    }
    answer: PasskeyAskedBody
  }
  'GET /session/passkeys': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListPasskeyViewBody
  }
  'POST /session/passkeys': {
    request: {
      body: AddpasskeyRequest
    }
    answer: ReplyPasskeyViewBody
  }
  'POST /session/passkeys/begin': {
    request: {
      body: OwnPassword
    }
    answer: ReplyPasskeyOptionsBody
  }
  'DELETE /session/passkeys/{id}': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'POST /session/password': {
    request: {
      body: NewPassword
    }
    answer: ReplyMeBody
  }
  'DELETE /session/totp': {
    request: {
      body: OwnPassword
    }
    answer: ReplyRemovedBody
  }
  'POST /session/totp': {
    request: {
    }
    answer: ReplyNewTOTPBody
  }
  'PUT /session/totp': {
    request: {
      body: TOTPCode
    }
    answer: ReplyRecoveryCodesBody
  }
  'GET /session/ways': {
    request: {
    }
    answer: ReplyWaysBody
  }
  'GET /sessions': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListSessionViewBody
  }
  'DELETE /sessions/{id}': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /shared-trunks': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyListSharedTrunkBody
  }
  'GET /softphone': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedSoftphoneBody
  }
  'PUT /softphone': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: CompanySoftphone
    }
    answer: TaggedSoftphoneBody
  }
  'POST /speech': {
    request: {
      body: SpeechBody
    }
    answer: ReplySoundBody
  }
  'GET /system': {
    request: {
    }
    answer: ReplySystemViewBody
  }
  'GET /system/backups': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListBackupViewBody
  }
  'POST /system/backups': {
    request: {
      body: CreatebackupRequest
    }
    answer: ReplyBackupViewBody
  }
  'POST /system/backups/upload': {
    request: {
    }
    answer: ReplyBackupViewBody
  }
  'DELETE /system/backups/{id}': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /system/backups/{id}': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyBackupViewBody
  }
  'POST /system/backups/{id}/check': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyBackupViewBody
  }
  'GET /system/backups/{id}/file': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: undefined
  }
  'POST /system/backups/{id}/restore': {
    request: {
      path: {
        id: string | number
      }
      body: Proof
    }
    answer: ReplyRestoreViewBody
  }
  'DELETE /system/certificate': {
    request: {
    }
    answer: ReplyCertificateBody
  }
  'POST /system/certificate': {
    request: {
      body: NewCertificate
    }
    answer: ReplyCertificateBody
  }
  'POST /system/certificate/self': {
    request: {
    }
    answer: ReplyCertificateBody
  }
  'GET /system/log': {
    request: {
      query?: {
        /** next of the page before */
        after?: string
        component?: string
        /** this and worse */
        level?: 'debug' | 'info' | 'warn' | 'error'
        /** at most so many */
        limit?: number
        /** in the message or what stands behind it */
        text?: string
      }
    }
    answer: PartLogLineBody
  }
  'GET /system/restore': {
    request: {
    }
    answer: ReplyRestoreViewBody
  }
  'POST /system/restore/undo': {
    request: {
      body: Proof
    }
    answer: ReplyRestoreViewBody
  }
  'GET /system/support': {
    request: {
    }
    answer: undefined
  }
  'GET /tenants': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListTenantBody
  }
  'POST /tenants': {
    request: {
      body: NewTenant
    }
    answer: MadeTenantBody
  }
  'DELETE /tenants/{tenant}': {
    request: {
      path: {
        tenant: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /tenants/{tenant}': {
    request: {
      path: {
        tenant: string | number
      }
    }
    answer: TaggedTenantBody
  }
  'PUT /tenants/{tenant}': {
    request: {
      path: {
        tenant: string | number
      }
      body: {
        area_code?: string | null
        /** how long calls stay in the history: older ones are deleted, for good; 0 keeps them */
        history_days?: number | null
        language?: 'ko' | 'en' | null
        limits?: {
          abroad_per_day?: number
          abroad_per_hour?: number
          abroad_per_minute?: number
          countries?: string[] | null
          per_hour?: number
          per_minute?: number
          premium?: boolean
          until?: string
        } | null
        lines?: number | null
        name?: string | null
        recording?: {
          format?: string
          incoming?: string
          internal?: string
          keep_days?: number
          notice?: boolean
          outgoing?: string
        } | null
        /** ids; the first is home */
        servers?: number[] | null
      }
    }
    answer: MadeTenantBody
  }
  'GET /tenants/{tenant}/applies': {
    request: {
      path: {
        tenant: string | number
      }
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListTenantApplyBody
  }
  'POST /tenants/{tenant}/apply': {
    request: {
      path: {
        tenant: string | number
      }
      query?: {
        /** this one of its servers only; absent: all of them */
        server_id?: number
      }
    }
    answer: ReplyListTenantAppliedBody
  }
  'GET /tenants/{tenant}/description': {
    request: {
      path: {
        tenant: string | number
      }
      query?: {
        /** with the passwords, for operators; leaves a line in the audit trail */
        secrets?: boolean
      }
    }
    answer: ReplyDescriptionBody
  }
  'PUT /tenants/{tenant}/description': {
    request: {
      path: {
        tenant: string | number
      }
      query?: {
        /** say what would change, and change nothing */
        dry_run?: boolean
        /** the version that the file was made of: the answer is 409 when there is a newer one */
        version?: number
      }
      body: FileBody
    }
    answer: ImportedBody
  }
  'GET /tenants/{tenant}/pending': {
    request: {
      path: {
        tenant: string | number
      }
    }
    answer: ReplyTenantPendingBody
  }
  'POST /tenants/{tenant}/undo': {
    request: {
      path: {
        tenant: string | number
      }
      query?: {
        /** say what would change, and change nothing */
        dry_run?: boolean
      }
      body: UndoRequest
    }
    answer: ImportedBody
  }
  'GET /tenants/{tenant}/versions': {
    request: {
      path: {
        tenant: string | number
      }
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
      }
    }
    answer: ListVersionBody
  }
  'GET /time-groups': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListTimeGroupBody
  }
  'POST /time-groups': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        id?: number | null
        name?: string | null
        on_holidays?: boolean | null
        spans?: CompanySpan[] | null
      }
    }
    answer: TaggedTimeGroupBody
  }
  'DELETE /time-groups/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /time-groups/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedTimeGroupBody
  }
  'PUT /time-groups/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        id?: number | null
        name?: string | null
        on_holidays?: boolean | null
        spans?: CompanySpan[] | null
      }
    }
    answer: TaggedTimeGroupBody
  }
  'GET /tones': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListToneBody
  }
  'POST /tones': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        name?: string | null
        title?: string | null
      }
    }
    answer: TaggedToneBody
  }
  'DELETE /tones/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /tones/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedToneBody
  }
  'PUT /tones/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        name?: string | null
        title?: string | null
      }
    }
    answer: TaggedToneBody
  }
  'DELETE /tones/{name}/recording': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyToneBody
  }
  'GET /tones/{name}/recording': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: undefined
  }
  'PUT /tones/{name}/recording': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: TaggedToneBody
  }
  'POST /tones/{name}/recording/speech': {
    request: {
      path: {
        name: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: SpeechBody
    }
    answer: ReplyToneBody
  }
  'GET /trunk-presets': {
    request: {
    }
    answer: ReplyListTrunkBody
  }
  'GET /trunk-registrations': {
    request: {
      query?: {
        /** of this server only */
        server_id?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyListTrunkRegistrationBody
  }
  'GET /trunks': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListTrunkBody
  }
  'POST /trunks': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        auth_user?: string | null
        channels?: number | null
        codecs?: string[] | null
        diverted_shows?: string | null
        dtmf?: string | null
        encrypt?: boolean | null
        expiry_seconds?: number | null
        from_domain?: string | null
        from_user?: string | null
        host?: string | null
        id?: number | null
        match?: string[] | null
        name?: string | null
        no_t38?: boolean | null
        number_format?: string | null
        p_asserted_identity?: boolean | null
        port?: number | null
        preset?: string | null
        proxy?: string | null
        qualify_seconds?: number | null
        register?: boolean | null
        secret?: string | null
        server?: number | null
        transport?: string | null
        username?: string | null
      }
    }
    answer: TaggedTrunkBody
  }
  'DELETE /trunks/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /trunks/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: TaggedTrunkBody
  }
  'PUT /trunks/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        auth_user?: string | null
        channels?: number | null
        codecs?: string[] | null
        diverted_shows?: string | null
        dtmf?: string | null
        encrypt?: boolean | null
        expiry_seconds?: number | null
        from_domain?: string | null
        from_user?: string | null
        host?: string | null
        id?: number | null
        match?: string[] | null
        name?: string | null
        no_t38?: boolean | null
        number_format?: string | null
        p_asserted_identity?: boolean | null
        port?: number | null
        preset?: string | null
        proxy?: string | null
        qualify_seconds?: number | null
        register?: boolean | null
        secret?: string | null
        server?: number | null
        transport?: string | null
        username?: string | null
      }
    }
    answer: TaggedTrunkBody
  }
  'GET /users': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** a part of username, name or extension */
        search?: string
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
    }
    answer: ListUserViewBody
  }
  'POST /users': {
    request: {
      query?: {
        /** whose, as T2; for operators, absent: all, and at making one: who sees all companies */
        tenant?: string
      }
      body: UserFields
    }
    answer: ReplyNewUserViewBody
  }
  'DELETE /users/{id}': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /users/{id}': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: TaggedUserViewBody
  }
  'PUT /users/{id}': {
    request: {
      path: {
        id: string | number
      }
      body: {
        enabled?: boolean | null
        /** whose calls are their own; an employee has one */
        extension?: string | null
        /** empty: as the browser says */
        lang?: 'ko' | 'en' | '' | null
        name?: string | null
        /** id of one of the people: who signs in as that person with NAVER WORKS is this user */
        person?: string | null
        /** administrator or auditor for who sees all companies; company, supervisor, auditor, employee or the id of a role of the company's own for others */
        role?: string | null
        /** without blanks and ':'; kept in lower case */
        username?: string | null
      }
    }
    answer: TaggedUserViewBody
  }
  'DELETE /users/{id}/factors': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'POST /users/{id}/password': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyNewUserViewBody
  }
  'DELETE /users/{id}/sessions': {
    request: {
      path: {
        id: string | number
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /voicemail': {
    request: {
      query?: {
        /** of this mailbox */
        extension?: string
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
        /** only those that nobody has heard */
        unread?: boolean
      }
    }
    answer: ListVoicemailMessageBody
  }
  'DELETE /voicemail/{ext}/{id}': {
    request: {
      path: {
        ext: string | number
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyVoicemailDeletedBody
  }
  'POST /voicemail/{ext}/{id}/read': {
    request: {
      path: {
        ext: string | number
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: VoicemailRead
    }
    answer: ReplyVoicemailMessageBody
  }
  'GET /voicemail/{ext}/{id}/sound': {
    request: {
      path: {
        ext: string | number
        id: string | number
      }
      query?: {
        tenant?: string
      }
    }
    answer: undefined
  }
  'GET /webhooks': {
    request: {
      query?: {
        /** at most so many */
        limit?: number
        /** leave out so many at the beginning */
        offset?: number
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ListWebhookViewBody
  }
  'POST /webhooks': {
    request: {
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: NewWebhook
    }
    answer: ReplyWebhookSecretBody
  }
  'DELETE /webhooks/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'GET /webhooks/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyWebhookViewBody
  }
  'PUT /webhooks/{id}': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: {
        description?: string | null
        /** false: nothing is sent; what happens meanwhile is not told later */
        enabled?: boolean | null
        /** what is told */
        events?: ('call.ringing' | 'call.answered' | 'call.ended' | 'recording.ready' | 'fax.received' | 'voicemail.new')[] | null
        /** where requests go: https, and an address of the public internet */
        url?: string | null
      }
    }
    answer: ReplyWebhookViewBody
  }
  'GET /webhooks/{id}/deliveries': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** next of the page before */
        after?: string
        /** at most so many */
        limit?: number
        state?: 'retrying' | 'sent' | 'failed'
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: PartDeliveryViewBody
  }
  'POST /webhooks/{id}/deliveries/{delivery}/replay': {
    request: {
      path: {
        delivery: string | number
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyRemovedBody
  }
  'POST /webhooks/{id}/rotate': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
      body: RotatewebhookRequest
    }
    answer: ReplyWebhookSecretBody
  }
  'POST /webhooks/{id}/test': {
    request: {
      path: {
        id: string | number
      }
      query?: {
        /** whose, as T2: operators must say it; for others it is their own */
        tenant?: string
      }
    }
    answer: ReplyDeliveryViewBody
  }
  'POST /ws-ticket': {
    request: {
    }
    answer: ReplyTicketBody
  }
}
