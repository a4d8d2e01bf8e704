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
  /** Where the session ended under an open screen: when somebody has signed in again. */
  signedIn: Promise<void> | undefined

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
/** Sign-ins so far: what was asked before one and refused after it says nothing of the session there is now. */
let signIns = 0

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

/** Sends `body`; the answer is the bytes of a file. */
export async function askForFile(path: string, body: unknown): Promise<Blob> {
  const before = signIns
  const response = await answerOf('POST', path, body)
  if (response.ok) return await whole(response.blob())
  throw await failureOf(response, 'POST', path, before)
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
  const before = signIns
  const response = await answerOf(method, path, body, signal)
  if (response.ok && isSignIn(method, path)) signIns++
  if (response.ok) return (await contentOf(response, signal)) as T
  const failure = await failureOf(response, method, path, before)
  if (failure.signedIn !== undefined && method === 'GET') {
    await failure.signedIn
    signal?.throwIfAborted()
    return request<T>(method, path, body, signal)
  }
  throw failure
}

async function answerOf(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
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
  return response
}

/** What was cut off, or comes from somebody in between, says nothing. */
async function contentOf(response: Response, signal?: AbortSignal): Promise<unknown> {
  if (response.status === 204) return undefined
  const text = await whole(response.text(), signal)
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiFailure('network', 0)
  }
}

async function whole<T>(content: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await content
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiFailure('network', 0)
  }
}

/** The failure an answer is; says that the session has ended when it has. */
async function failureOf(response: Response, method: string, path: string, before: number): Promise<ApiFailure> {
  const { status } = response
  const answer = await contentOf(response).catch(() => undefined)
  const failure = new ApiFailure(codeOf(status, answer), status, (answer as ApiError | undefined)?.error)
  if (status === 401 && !isSignIn(method, path))
    failure.signedIn = before === signIns ? onUnauthenticated() : Promise.resolve()
  return failure
}

const isSignIn = (method: string, path: string): boolean => method === 'POST' && path === '/session'

/** By the number where the words are not the collector's, or newer than this console. */
function codeOf(status: number, answer: unknown): FailureCode {
  const code = (answer as ApiError | undefined)?.error?.code
  if (code !== undefined && Object.hasOwn(KNOWN, code)) return code
  return BY_STATUS[status] ?? 'internal'
}

/** Not from the schema: it would be part of the first load. */
const KNOWN: Readonly<Record<ErrorCode, true>> = {
  ...{ 'bad-request': true, unauthenticated: true, forbidden: true, 'not-found': true, conflict: true },
  ...{ 'too-large': true, 'too-many-requests': true, unavailable: true, internal: true },
}

const BY_STATUS: Readonly<Partial<Record<number, ErrorCode>>> = {
  ...{ 400: 'bad-request', 401: 'unauthenticated', 403: 'forbidden', 404: 'not-found', 409: 'conflict' },
  ...{ 413: 'too-large', 429: 'too-many-requests' },
  // a proxy in front of a stopped collector
  ...{ 502: 'unavailable', 503: 'unavailable', 504: 'unavailable' },
}
