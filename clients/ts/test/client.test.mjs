// Against a running gateway, which test/clients/typescript_test.go starts and
// harms: node --test
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client, LostError, RefusedError, ResponseError, TimeoutError, ticket } from '../dist/index.js'

const { DIPCAST_WS: url, DIPCAST_HTTP: http, DIPCAST_CONTROL: control } = process.env
const credentials = { username: process.env.DIPCAST_USER, password: process.env.DIPCAST_PASSWORD }
const headers = { authorization: 'Basic ' + btoa(`${credentials.username}:${credentials.password}`) }
const backoff = { min: 5, max: 50 }

// harm has the gateway's side do something.
const harm = async (what) => assert.equal((await fetch(`${control}/${what}`, { method: 'POST' })).status, 200)

// until gives a promise and what settles it.
function until() {
  let done, fail
  const promise = new Promise((resolve, reject) => { done = resolve; fail = reject })
  return { promise, done, fail }
}

test('50 kicks: every event once and in order, no gap', { timeout: 120_000 }, async () => {
  const kicks = 50
  const perKick = 40
  const end = until()
  let first = 0 // number of the first event of this test
  let next = 0
  let ups = 0
  const check = (ok, text) => { if (!ok) end.fail(new Error(text)) }
  const client = new Client({ url, headers, backoff, events: ['UserEvent'] }, {
    connection(c) {
      if (!c.up) return
      ups++
      check(ups === 1 || (c.resumed && c.recovered), `connection ${ups}: ${JSON.stringify(c)}`)
      const cut = ups <= kicks ? `cut?after=${ups * 97}` : 'nothing'
      harm(cut).then(() => harm(`emit?n=${perKick}`)).catch(end.fail)
    },
    event(e) {
      const n = Number(e.data.N)
      if (first === 0) first = next = n
      check(e.data.Event === 'UserEvent' && n === next, `event ${JSON.stringify(e)}, want ${next}`)
      next++
      if (next - first === perKick * (kicks + 1)) end.done()
    },
    gap: (g) => end.fail(new Error(JSON.stringify(g))),
    error: end.fail,
  })
  try {
    await end.promise
  } finally {
    client.close()
  }
  assert.equal(ups, kicks + 1)
  assert.equal(client.positions.find((p) => p.server === 1)?.seq > 0, true)
})

test('requests, lists, refusals', async () => {
  const snapshots = []
  const client = new Client({ url, headers, backoff }, { snapshot: (s) => snapshots.push(s.server) })
  try {
    const pong = await client.request(1, { Action: 'Ping' })
    assert.equal(pong.data.Ping, 'Pong')
    assert.equal(pong.server, 1)
    const list = await client.request(2, { Action: 'CoreShowChannels' })
    assert.equal(list.server, 2)
    assert.deepEqual(list.items, [])
    await assert.rejects(client.request(1, { Action: 'Setvar', Variable: 'x' }), (e) => e instanceof ResponseError && e.code === 'forbidden' && e.field === 'Action')
    await assert.rejects(client.request(0, { Action: 'Ping' }), (e) => e.code === 'bad_request' && e.field === 'AMIServerID')
    await harm('mute?n=1&on=1')
    await assert.rejects(client.request(1, { Action: 'Ping' }, 50), TimeoutError)
    await harm('mute?n=1&on=0')
    const call = await client.request(1, {
      Action: 'Originate', Channel: 'Local/1010@T2_cos-all', Context: 'T2_cos-all', Exten: '1013', Priority: 1,
      Variable: ['EXEC_AA=yes'], Async: true,
    })
    assert.equal(call.data.Response, 'Success')
    assert.deepEqual(snapshots.sort(), [1, 2])
    const lost = assert.rejects(client.request(1, { Action: 'Ping', ActionID: 'under-way' }), LostError)
    client.close()
    await lost
    await assert.rejects(client.request(1, { Action: 'Ping' }), LostError)
  } finally {
    client.close()
  }
})

test('what a server does is told', { timeout: 60_000 }, async () => {
  const told = []
  const end = until()
  const tell = (text) => { if (told.push(text) === 5) end.done() }
  const client = new Client({ url, headers, backoff, servers: [2] }, {
    snapshot(s) {
      tell(`snapshot ${s.server}`)
      if (told.length === 1) harm('server?n=2').catch(end.fail)
    },
    link: (l) => tell(`link ${l.state}`),
    gap: (g) => tell(`gap ${g.reason}`),
    error: end.fail,
  })
  try {
    await end.promise
  } finally {
    client.close()
  }
  assert.deepEqual(told, ['snapshot 2', 'link down', 'link up', 'gap link', 'snapshot 2'])
})

test('a ticket for each connection', async () => {
  const end = until()
  let tickets = 0
  let ups = 0
  const client = new Client({
    url, backoff,
    headers: { origin: new URL(url).origin.replace('ws', 'http') }, // as a browser does by itself
    ticket: () => { tickets++; return ticket(http, credentials) },
  }, {
    connection(c) {
      if (!c.up) return
      if (++ups === 1) harm('cut?after=0').catch(end.fail)
      else end.done()
    },
    error: end.fail,
  })
  try {
    await end.promise
  } finally {
    client.close()
  }
  assert.equal(tickets >= 2, true)
})

test('no ticket for wrong credentials: it ends', async () => {
  const end = until()
  const client = new Client({ url, backoff, ticket: () => ticket(http, { ...credentials, password: 'no' }) }, { error: end.done })
  const e = await end.promise
  assert.equal(e instanceof RefusedError && e.status === 401, true, String(e))
  await assert.rejects(client.request(1, { Action: 'Ping' }), LostError)
})

test('a handler that throws stops nothing', async () => {
  const errors = []
  const told = until()
  const client = new Client({ url, headers, backoff }, {
    connection() { throw new Error('mine') },
    error: (e) => { errors.push(e.message); told.done() },
  })
  try {
    await client.request(1, { Action: 'Ping' }) // its answer may come before the servers' states
    await told.promise
    await client.request(1, { Action: 'Ping' })
    assert.deepEqual([...new Set(errors)], ['mine'])
  } finally {
    client.close()
  }
})

test('requests wait for a connection, but not all of them', async () => {
  const client = new Client({ url: 'ws://127.0.0.1:1', backoff })
  const waiting = Array.from({ length: 1000 }, () => client.request(1, { Action: 'Ping' }))
  const all = Promise.allSettled(waiting)
  await assert.rejects(client.request(1, { Action: 'Ping' }), /wait already/)
  client.close()
  assert.equal((await all).every((r) => r.reason instanceof LostError), true)
})
