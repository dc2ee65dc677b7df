import type { Client, Handlers } from 'dipcast-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveStore } from './store'
import type { Call } from './store'

let handlers: Handlers
let closed = false
const open = (h?: Handlers) => {
  handlers = h!
  closed = false
  return { close: () => { closed = true } } as unknown as Client
}

function aCall(id: string, server = 1): Call {
  return {
    call_id: id, server, linkedid: id, state: 'ringing', direction: 'external', started_at: '2026-11-22T01:00:00.000Z', from: { number: '01012345678' }, to: { number: '1010', extension: '1010' },
    channels: [], ringing: [], rung: [], held: [], talks: [], diverted: [], merged: [], transfers: [], parked: null, ended: null, click_to_call: null, served: false,
  }
}
const step = (c: Call, event: 'ringing' | 'changed' | 'ended', seq: number) => handlers.call!({ op: 'call', server: c.server, epoch: 'e', seq, time: '2026-11-22T01:00:00.000Z', event, call: c })
const snapshot = (server: number, calls: Call[], devices: { device: string; state: string }[] = []) => handlers.snapshot!({ op: 'snapshot', server, epoch: 'e', seq: 1, calls, devices })

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('a snapshot replaces what was known of its server only', () => {
  const s = new LiveStore(open)
  s.follow('calls', () => {})
  snapshot(1, [aCall('1-a'), aCall('1-b')])
  snapshot(2, [aCall('2-a', 2)])
  snapshot(1, [aCall('1-b')])
  vi.advanceTimersByTime(1000)
  expect(s.calls().map((c) => c.call_id).sort()).toEqual(['1-b', '2-a'])
})

test('many frames are one render, and a call that ended is gone', () => {
  const s = new LiveStore(open)
  let renders = 0
  s.follow('calls', () => renders++)
  for (let i = 0; i < 500; i++) {
    step(aCall(`1-${i % 50}`), 'changed', i)
  }
  step(aCall('1-7'), 'ended', 501)
  expect(renders).toBe(0)
  vi.advanceTimersByTime(100)
  expect(renders).toBe(1)
  expect(s.calls()).toHaveLength(49)
})

test('who follows phones is not told of calls; a phone on two servers shows what it is busy with', () => {
  const s = new LiveStore(open)
  let told = 0
  s.follow('devices', () => told++)
  step(aCall('1-a'), 'ringing', 2)
  vi.advanceTimersByTime(1000)
  expect(told).toBe(0)
  snapshot(1, [], [{ device: 'PJSIP/T2_1010', state: 'INUSE' }])
  snapshot(2, [], [{ device: 'PJSIP/T2_1010', state: 'UNAVAILABLE' }])
  vi.advanceTimersByTime(1000)
  expect(told).toBe(1)
  expect(s.device('PJSIP/T2_1010')).toBe('INUSE')
  handlers.event!({ type: 3, server_id: 1, server_name: '', ssl: false, epoch: 'e', seq: 9, time: '', data: { Event: 'DeviceStateChange', Device: 'PJSIP/T2_1010', State: 'NOT_INUSE' } })
  vi.advanceTimersByTime(1000)
  expect(s.device('PJSIP/T2_1010')).toBe('NOT_INUSE')
})

test('the connection ends some time after the last page that used it', () => {
  const s = new LiveStore(open)
  const one = s.follow('calls', () => {})
  const two = s.hear('fax', () => {})
  one()
  vi.advanceTimersByTime(60_000)
  expect(closed).toBe(false)
  two()
  vi.advanceTimersByTime(29_000)
  expect(closed).toBe(false)
  vi.advanceTimersByTime(2_000)
  expect(closed).toBe(true)
})
