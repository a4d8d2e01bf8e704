// One way to the collector's API: JSON in, JSON out, every failure an ApiFailure with cause and next action.
import type { ApiError, ErrorCode } from '#shared/http/error.ts'
import { clock } from './clock.ts'

/** `network`: no answer at all. Other codes are the collector's own. */
export type FailureCode = ErrorCode | 'network'

export class ApiFailure extends Error {
  readonly code: FailureCode
  readonly status: number
  readonly action: string | undefined
  readonly details: readonly { readonly path: string; readonly message: string }[]

  constructor(code: FailureCode, status: number, body?: ApiError['error']) {
    super(body?.message ?? code)
    this.code = code
    this.status = status
    this.action = body?.action
    this.details = body?.details ?? []
  }
}

const BYTES = 'application/octet-stream'

type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>

let onUnauthenticated: () => Promise<void> | undefined = () => undefined

/**
 * Called whenever the collector says that the session has ended (not for a failed sign-in). When it returns a promise, what is
 * being read waits for that and is then asked for again; what was to be written is not sent later behind somebody's back.
 */
export function whenSessionEnds(listener: () => Promise<void> | undefined): void {
  onUnauthenticated = listener
}

/** Reads `path` (below /api/v1). Repeated parameters are arrays; undefined ones are left out. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return request<T>('GET', path + queryText(query), undefined, signal)
}

export function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return request<T>(method, path, body)
}

/** Sends the bytes of a file. */
export function sendFile<T>(path: string, file: Blob): Promise<T> {
  return request<T>('POST', path, file)
}

export function queryText(query: Query): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) params.append(name, String(one))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      // another site's form cannot send this one
      'x-requested-with': 'outrider',
      ...(body === undefined ? {} : { 'content-type': body instanceof Blob ? BYTES : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, init)
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiFailure('network', 0)
  }
  clock.heard(Date.parse(response.headers.get('date') ?? ''), 's')
  const answer = await readJson(response)
  if (response.ok) return answer as T
  if (response.status === 401 && !(method === 'POST' && path === '/session')) {
    const signedIn = onUnauthenticated()
    if (signedIn !== undefined && method === 'GET') {
      await signedIn
      signal?.throwIfAborted()
      return request<T>(method, path, body, signal)
    }
  }
  throw new ApiFailure(codeOf(response.status, answer), response.status, (answer as ApiError | undefined)?.error)
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function codeOf(status: number, answer: unknown): FailureCode {
  const code = (answer as ApiError | undefined)?.error?.code
  if (code !== undefined) return code
  if (status === 401) return 'unauthenticated'
  if (status === 404) return 'not-found'
  // a proxy in front of a stopped collector
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal'
}
