import type { Operations } from './schema'

/** What an operation is called by: its method and path below /api/v2. */
export type OperationName = keyof Operations

interface Extra {
  signal?: AbortSignal
  /** Taken only while the thing is as this ETag says: two people do not overwrite each other. */
  ifMatch?: string
}
type Answers = { [N in OperationName]: Operations[N]['answer'] }
type Datas = { [N in OperationName]: Operations[N]['answer'] extends { data: infer D } ? D : undefined }

/** What is sent with an operation. */
export type Request<N extends OperationName> = Operations[N]['request'] & Extra

/** The answer of an operation. */
export type Answer<N extends OperationName> = Answers[N]

/** The data of an operation's answer. */
export type Data<N extends OperationName> = Datas[N]

/** What the gateway refused, or that it could not be reached. */
export class APIError extends Error {
  constructor(
    /** 0: there was no answer. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string,
    /** Seconds; 0: not told. */
    readonly retryAfter: number,
    readonly data?: unknown,
  ) {
    super(message)
    this.name = 'APIError'
  }
}

/** A path below /api/v2 with its parameters, for links and sounds too. */
export function pathOf(path: string, params?: Record<string, unknown>, query?: Record<string, unknown>): string {
  const whole = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') {
      search.set(name, String(value))
    }
  }
  const text = search.toString()
  return `/api/v2${whole}${text ? `?${text}` : ''}`
}

/** Called when a request finds nobody signed in. */
let onSignedOut = () => location.reload()

/** Sets what happens when the session has ended. */
export function whenSignedOut(f: () => void): void {
  onSignedOut = f
}

/** Turns an answer that is an error into an APIError. */
export async function errorOf(answer: Response): Promise<APIError> {
  const body = (await answer.json().catch(() => ({}))) as { code?: string; message?: string; field?: string; data?: unknown }
  const e = new APIError(answer.status, body.code ?? 'internal', body.message ?? answer.statusText, body.field ?? '', Number(answer.headers.get('Retry-After') ?? 0), body.data)
  if (answer.status === 401 && body.field !== 'code' && body.field !== 'password') {
    onSignedOut()
  }
  return e
}

async function fetched(input: string, init: RequestInit): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(input, init)
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') {
      throw e
    }
    throw new APIError(0, 'unavailable', 'the gateway does not answer', '', 0)
  }
  if (!answer.ok) {
    throw await errorOf(answer)
  }
  return answer
}

/** An answer with its ETag, '' when it has none. */
export interface Tagged<T> {
  answer: T
  etag: string
}

interface Untyped {
  path?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
  ifMatch?: string
}

async function untyped(name: string, r: Untyped): Promise<Tagged<unknown>> {
  const [method, path] = name.split(' ') as [string, string]
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (r.body !== undefined) {
    headers['Content-Type'] = 'application/json'
  }
  if (r.ifMatch) {
    headers['If-Match'] = r.ifMatch
  }
  const answer = await fetched(pathOf(path, r.path, r.query), {
    method, headers, ...(r.body === undefined ? {} : { body: JSON.stringify(r.body) }), ...(r.signal ? { signal: r.signal } : {}),
  })
  return { answer: answer.status === 204 ? undefined : await answer.json(), etag: answer.headers.get('ETag') ?? '' }
}

// The types of all operations together are too many for one function's inside.

/** Does an operation and gives its answer with the ETag. */
export const callTagged = untyped as unknown as <N extends OperationName>(name: N, request: Request<N>) => Promise<Tagged<Answer<N>>>

/** Does an operation and gives its whole answer. */
export const call = (async (name: string, r: Untyped) => (await untyped(name, r)).answer) as unknown as <N extends OperationName>(name: N, request: Request<N>) => Promise<Answer<N>>

/** Does an operation and gives the data of its answer. */
export const dataOf = (async (name: string, r: Untyped) => ((await untyped(name, r)).answer as { data?: unknown } | undefined)?.data) as unknown as <N extends OperationName>(name: N, request: Request<N>) => Promise<Data<N>>

/** Sends a file or a form, which the typed operations do not take. */
export async function send(method: string, path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await fetched(path, { method, body, headers: { Accept: 'application/json', ...headers } })
  return answer.status === 204 ? undefined : ((await answer.json()) as { data?: unknown }).data
}
