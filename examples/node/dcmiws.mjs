// Every request of the DCMIWS document, one after the other.
//
//   npm ci && node dcmiws.mjs                      against `make demo`
//   DIPCAST_WS=wss://… DIPCAST_HTTP=https://… …      against your own
import WebSocket from 'ws'

const ws = process.env.DIPCAST_WS ?? 'ws://demo:demo@127.0.0.1:6600' // user:password@host
const http = process.env.DIPCAST_HTTP ?? 'http://127.0.0.1:8080'
const tenant = process.env.DIPCAST_TENANT ?? '7be69580e27641df'
const appKey = process.env.DIPCAST_APP_KEY ?? '얼씨구절씨구'

const socket = new WebSocket(ws)
await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))

// An answer is found by its ActionID. What carries none is an event (type 3).
const waiting = new Map()
socket.on('message', (text) => {
  const frame = JSON.parse(text)
  if (frame.type !== 3 && waiting.has(frame.data.ActionID)) {
    waiting.get(frame.data.ActionID)(frame)
    waiting.delete(frame.data.ActionID)
  }
})

let serial = 0
function ask(server, data) {
  const ActionID = `DIPCAST-${server}-example-${++serial}`
  const answer = new Promise((resolve) => waiting.set(ActionID, resolve))
  socket.send(JSON.stringify({ AMIServerID: server, data: { ...data, ActionID } }))
  return answer
}
const command = (server, text) => ask(server, { Action: 'Command', Command: text })
const show = (what, { data }) => console.log(`${what}: ${data.Response} ${data.Output ?? data.Ping ?? data.Message ?? ''}`)

// Is the server there?
show('ping 1', await ask(1, { Action: 'ping' }))
show('ping 2', await ask(2, { Action: 'ping' }))

// Call diversion of extension 1010: read, set the number, switch on, verify, switch off.
const cfi = `${tenant} diversions/1010/CFI`
show('enabled?', await command(1, `database get ${cfi}/enable`))
show('number?', await command(1, `database get ${cfi}/destination`))
show('set number', await command(1, `database put ${cfi}/destination sub-custom-numbers,01026132471,1`))
show('switch on', await command(1, `database put ${cfi}/enable yes`))
show('enabled now?', await command(1, `database get ${cfi}/enable`))
show('number now?', await command(1, `database get ${cfi}/destination`))

// Click-to-call: extension 1010 (its mobile, by the diversion) is rung first, then the number.
// JSON objects cannot repeat a key, so Variable is a list here.
const call = (from, to, name, number) => ask(1, {
  Action: 'Originate', Channel: `Local/${from}@T2_cos-all`, Context: 'T2_cos-all', Exten: to, Priority: '1', Timeout: '30000',
  Variable: ['EXEC_AA=yes', 'CHANNEL(language)=ko', 'CHANNEL(accountcode)=07045805605'],
  Callerid: `${name} <${number}>`, EarlyMedia: 'true', Async: 'yes',
})
show('call 1010 → 07045144801', await call('1010', '07045144801', '얼쑤팩토리', '16682471'))
show('call 1013 → 01026132471', await call('1013', '01026132471', '지화자', '07045805605'))

// The same by REST. Header values are bytes: a key that is not ASCII goes percent-encoded.
const response = await fetch(`${http}/api/v2/core/click_to_call`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', tenant, 'app-key': encodeURIComponent(appKey) },
  body: JSON.stringify({
    caller: '1010', callee: '16682471', cos_id: '2', cid_name: '얼쑤팩토리', cid_number: '16662471',
    variables: { EXEC_AA: 'yes', 'CHANNEL(language)': 'ko', 'CHANNEL(accountcode)': '07045805605' },
  }),
})
console.log(`REST ${response.status}: ${(await response.text()).trim()}`)

show('switch off', await command(1, `database put ${cfi}/enable no`))
socket.close()
if (!response.ok) process.exit(1)
