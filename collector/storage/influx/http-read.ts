// One bounded HTTP request for reading.
import { request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'

export interface ReadConnection {
  readonly url: string
  readonly token: string | undefined
  readonly username: string | undefined
  readonly password: string | undefined
  readonly timeoutMs: number
  /** Authority of the server's certificate, PEM. */
  readonly ca?: string | undefined
}

/** The server could not be asked, or said no. Charts are then read elsewhere. */
export class RemoteReadError extends Error {
  override readonly name = 'RemoteReadError'
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Text of a 2xx answer. `form` is posted; `stop` ends it early. Throws RemoteReadError. */
export function readHttp(
  connection: ReadConnection,
  path: string,
  form?: Readonly<Record<string, string>>,
  stop?: AbortSignal,
): Promise<string> {
  const base = new URL(connection.url)
  const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base)
  const body = form && new URLSearchParams(form).toString()
  const options: RequestOptions & { ca?: string } = {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...authorization(connection),
    },
    signal: AbortSignal.any([AbortSignal.timeout(connection.timeoutMs), ...(stop ? [stop] : [])]),
    ...(connection.ca ? { ca: connection.ca } : {}),
  }
  return new Promise((resolve, reject) => {
    const fail = (reason: string, status?: number) => reject(new RemoteReadError(reason, status))
    const started = url.protocol === 'https:' ? secureRequest(url, options) : plainRequest(url, options)
    started.on('error', (error) => fail(error.name === 'TimeoutError' ? 'no answer in time' : error.message))
    started.on('response', (answer) => {
      const parts: Buffer[] = []
      let size = 0
      answer.on('data', (part: Buffer) => {
        size += part.length
        parts.push(part)
        if (size > MAX_ANSWER_BYTES) started.destroy(new Error('the answer is too large'))
      })
      answer.on('error', (error) => fail(error.message))
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8')
        const status = answer.statusCode ?? 0
        if (status >= 200 && status < 300) resolve(text)
        else fail(`${status}: ${text.slice(0, 300).replace(/\p{Cc}+/gu, ' ')}`, status)
      })
    })
    started.end(body)
  })
}

function authorization(c: ReadConnection): Record<string, string> {
  if (c.token !== undefined) return { authorization: `Token ${c.token}` }
  if (c.username === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${c.username}:${c.password ?? ''}`).toString('base64')}` }
}
