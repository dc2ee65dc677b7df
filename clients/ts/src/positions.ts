import type { CallStep, EventV2, Position, Snapshot } from './frames.js'

/** How far the client has got with each server. */
export class Positions {
  #at = new Map<number, Position>()

  constructor(start: Position[] = []) {
    for (const p of start) {
      this.#at.set(p.server, { ...p })
    }
  }

  /** Moves behind f. False: f came before. */
  advance(f: EventV2 | CallStep | Snapshot): boolean {
    const server = 'server_id' in f ? f.server_id : f.server
    const old = this.#at.get(server)
    const behind = old?.epoch === f.epoch && f.seq <= old.seq
    if ('op' in f && f.op === 'snapshot') {
      // Behind one that was asked for, events that are in it may still come.
      if (f.id === undefined && !behind) {
        this.#at.set(server, { server, epoch: f.epoch, seq: f.seq })
      }
      return true
    }
    if (behind) {
      return false
    }
    this.#at.set(server, { server, epoch: f.epoch, seq: f.seq })
    return true
  }

  /** A copy, by server. */
  all(): Position[] {
    return [...this.#at.values()].sort((a, b) => a.server - b.server).map((p) => ({ ...p }))
  }
}
