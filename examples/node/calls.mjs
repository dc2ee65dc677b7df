// Version 2 of the WebSocket protocol with the TypeScript client: how it is on
// each server, and each step of a call that it starts.
//
//   (cd ../../clients/ts && npm ci) && npm ci && node calls.mjs    against `make demo`
//   DIPCAST_WS=wss://user:password@host/ws node calls.mjs         against your own
import WebSocket from 'ws' // Node 22 has one of its own: leave it and the option webSocket out
import { Client } from '../../clients/ts/dist/index.js'

const url = new URL(process.env.DIPCAST_WS ?? 'ws://demo:demo@127.0.0.1:6600')
const authorization = 'Basic ' + btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)
url.username = url.password = ''

let id // of our call, once it is known
let early = []
let done
const answered = new Promise((resolve) => { done = resolve })

function step(s) {
  if (!id) {
    early.push(s) // steps may come before the answer
  } else if (s.call.call_id === id && s.event !== 'changed') {
    console.log(`call ${s.event}, ${s.call.state}${s.who ? ': ' + s.who.number : ''}`)
    if (s.event === 'answered' || s.event === 'ended') done()
  }
}

const client = new Client({ url: url.href, headers: { authorization }, webSocket: class extends WebSocket {
  constructor(address, options) { super(address, [], options) }
} }, {
  call: step,
  snapshot: (s) => console.log(`server ${s.server}: ${s.devices.length} devices`),
  gap: (g) => console.log(`server ${g.server}: something is missing: ${g.reason}`),
  error: (e) => console.error(e),
})

// Extension 1010 is rung first, and once that answers, 16682471.
const { server, data } = await client.request(1, {
  Action: 'Originate', Channel: 'Local/1010@T2_cos-all', Context: 'T2_cos-all', Exten: '16682471', Priority: 1,
  Variable: ['EXEC_AA=yes'], Async: true,
})
id = `${server}-${data.ChannelId}`
console.log('calling 1010 → 16682471')
early.splice(0).forEach(step)
await answered
client.close()
