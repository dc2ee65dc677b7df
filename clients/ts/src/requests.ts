import { LostError, ResponseError, TimeoutError } from './errors.js'
import type { EventHeaders, Headers, Response } from './frames.js'

/** An answer that says yes. */
export interface Answer {
  server: number
  data: Headers
  /** Those of a list, without the event that completes it. */
  items: EventHeaders[]
}

interface Waiting {
  answer?: Answer
  sent: boolean
  resolve(a: Answer): void
  reject(e: Error): void
  timer: ReturnType<typeof setTimeout>
}

const maxItems = 100_000

/** The requests under way, by ActionID. */
export class Requests {
  #waiting = new Map<string, Waiting>()

  get size(): number {
    return this.#waiting.size
  }

  has(id: string): boolean {
    return this.#waiting.has(id)
  }

  add(id: string, timeout: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(id)?.reject(new TimeoutError(`no answer within ${timeout} ms`)), timeout)
      this.#waiting.set(id, { sent: false, resolve, reject, timer })
    })
  }

  /** Notes that a request is on its way. False: its time is over. */
  leaves(id: string): boolean {
    const w = this.#waiting.get(id)
    if (w) {
      w.sent = true
    }
    return w !== undefined
  }

  /** Takes a frame if it belongs to a request. */
  take(f: Response | { type: 3; server_id: number; data: EventHeaders }): boolean {
    const id = f.data['ActionID']
    const w = typeof id === 'string' ? this.#waiting.get(id) : undefined
    if (typeof id !== 'string' || !w) {
      return f.type !== 3 // an answer that nobody waits for any more
    }
    if (f.type !== 3) {
      if (f.data['Response'] === 'Error') {
        this.#end(id)?.reject(new ResponseError(f.data))
        return true
      }
      w.answer = { server: f.server_id, data: f.data, items: [] }
      if (String(f.data['EventList'] ?? '').toLowerCase() !== 'start') {
        this.#end(id)?.resolve(w.answer)
      }
      return true
    }
    if (!w.answer) {
      return false
    }
    const list = f.data['EventList']
    if (list === 'Complete') {
      this.#end(id)?.resolve(w.answer)
    } else if (list !== undefined || w.answer.items.length >= maxItems) {
      this.#end(id)?.reject(new ResponseError({ Message: `the list was not completed: ${String(list ?? 'too long')}` }))
    } else {
      w.answer.items.push(f.data)
    }
    return true
  }

  /** Ends every request that was on its way, or with all those that wait for a connection, too. */
  lose(all = false): void {
    for (const [id, w] of [...this.#waiting]) {
      if (all || w.sent) {
        this.#end(id)?.reject(new LostError('the connection broke before the answer came'))
      }
    }
  }

  #end(id: string): Waiting | undefined {
    const w = this.#waiting.get(id)
    if (w) {
      clearTimeout(w.timer)
      this.#waiting.delete(id)
    }
    return w
  }
}
