import { phone } from '~/lang/format'
import { defineTexts } from '~/lang/texts'
import type { Call, Party } from './store'

/** Texts about calls and phones as they are now. */
export const liveTexts = defineTexts(
  'live.words',
  {
    new: '거는 중', ringing: '울리는 중', answered: '통화 중', ended: '끝남', held: '보류 중', parked: '주차 {{space}}', queue: '대기 중', served: '안내 중',
    external: '받은 전화', internal: '내부', outgoing: '건 전화', withheld: '발신번호 없음',
    NOT_INUSE: '통화 가능', INUSE: '통화 중', BUSY: '통화 중', RINGING: '울림', RINGINUSE: '통화 중, 새 전화 울림', ONHOLD: '보류', UNAVAILABLE: '연결 안 됨', INVALID: '연결 안 됨', UNKNOWN: '모름',
    DND: '방해 금지', diverted: '착신전환', away: '실시간 연결이 끊겼습니다. 저절로 다시 연결합니다.', awayText: '아래는 {{time}}의 모습입니다. 1분이 넘으면 네트워크와 DIPCAST가 켜져 있는지 확인하세요.', connecting: '연결하는 중',
  },
  {
    new: 'Dialling', ringing: 'Ringing', answered: 'Talking', ended: 'Ended', held: 'On hold', parked: 'Parked {{space}}', queue: 'Waiting', served: 'With a menu',
    external: 'Incoming', internal: 'Internal', outgoing: 'Outgoing', withheld: 'No number',
    NOT_INUSE: 'Available', INUSE: 'Talking', BUSY: 'Talking', RINGING: 'Ringing', RINGINUSE: 'Talking, ringing', ONHOLD: 'On hold', UNAVAILABLE: 'Not connected', INVALID: 'Not connected', UNKNOWN: 'Unknown',
    DND: 'Do not disturb', diverted: 'Diverted', away: 'The live connection is broken; it comes back by itself.', awayText: 'Below is how it was at {{time}}. After a minute, check the network and whether DIPCAST runs.', connecting: 'Connecting',
  },
)

/** What a call is doing, for people. */
export type CallState = 'new' | 'ringing' | 'answered' | 'ended' | 'held' | 'parked' | 'queue' | 'served'

/** What a call is doing. */
export function stateOf(c: Call): CallState {
  if (c.state === 'ended') {
    return 'ended'
  }
  if (c.parked) {
    return 'parked'
  }
  if (c.held.length > 0) {
    return 'held'
  }
  if (c.state === 'answered') {
    return 'answered'
  }
  if (c.ringing.length > 0 || c.state === 'ringing') {
    return 'ringing'
  }
  if (c.queue) {
    return 'queue'
  }
  return c.served ? 'served' : 'new'
}

/** What a party is called: a name that says more than its number, else ''. */
export function nameOf(p: Party | undefined, names?: Map<string, string>): string {
  if (!p) {
    return ''
  }
  const name = (p.extension && names?.get(p.extension)) || p.name || ''
  return name === p.number || name === p.extension ? '' : name
}

/** A party's number as people read it. */
export function numberOf(p: Party | undefined): string {
  return p ? phone(p.extension ?? p.number) : ''
}

/** Who is on the called side now: who has answered, else who rings. */
export function answering(c: Call): Party[] {
  if (c.answered_by) {
    return [c.answered_by]
  }
  return c.ringing
}

/** The extensions that take part. */
export function extensionsOf(c: Call): string[] {
  const all = new Set<string>()
  for (const ch of c.channels) {
    if (ch.extension) {
      all.add(ch.extension)
    }
  }
  return [...all]
}

const texts = new WeakMap<Call, string>()

/** All of a call that one may search for, in small letters. */
export function searchText(c: Call, names: Map<string, string>): string {
  let text = texts.get(c)
  if (text === undefined) {
    const parts = [c.did ?? '', c.queue ?? '']
    for (const p of [c.from, c.to, c.answered_by, ...c.ringing]) {
      if (p) {
        parts.push(p.number, p.extension ?? '', p.name ?? '', numberOf(p), nameOf(p, names))
      }
    }
    text = parts.join(' ').toLowerCase()
    texts.set(c, text)
  }
  return text
}
