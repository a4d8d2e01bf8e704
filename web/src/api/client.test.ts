import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiFailure, askForFile, get, send, whenSessionEnds } from './client.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  whenSessionEnds(() => undefined)
})

/** Answers in this order; what was asked is kept. */
function answers(...statuses: number[]): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`)
    const status = statuses.shift() ?? 200
    return new Response(JSON.stringify(status === 200 ? { items: [] } : {}), { status })
  })
  return asked
}

describe('a session that ends', () => {
  it('does not end anew by an answer that was under way while somebody signed in', async () => {
    const late = Promise.withResolvers<void>()
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      asked.push(`${init.method} ${url}`)
      if (asked.length > 1) return new Response('{"items":[]}')
      await late.promise
      return new Response('{}', { status: 401 })
    })
    const ended = vi.fn(() => new Promise<void>(() => {}))
    whenSessionEnds(ended)
    const reading = get('/devices')
    await send('POST', '/session', { user: 'wei', password: 'x' })
    late.resolve()
    expect(await reading).toEqual({ items: [] })
    expect(asked).toEqual(['GET /api/v1/devices', 'POST /api/v1/session', 'GET /api/v1/devices'])
    expect(ended).not.toHaveBeenCalled()
  })

  it('holds what is being read until somebody has signed in, then reads it', async () => {
    const asked = answers(401, 200)
    const signedIn = Promise.withResolvers<void>()
    whenSessionEnds(() => signedIn.promise)
    let got: unknown
    const reading = get('/devices').then((answer) => {
      got = answer
    })
    await new Promise(setImmediate)
    expect(got).toBeUndefined()
    signedIn.resolve()
    await reading
    expect(got).toEqual({ items: [] })
    expect(asked).toEqual(['GET /api/v1/devices', 'GET /api/v1/devices'])
  })

  it('never sends a change later by itself', async () => {
    const asked = answers(401)
    whenSessionEnds(() => Promise.resolve())
    await expect(send('POST', '/sites', {})).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(asked).toHaveLength(1)
  })

  it('gives up what nobody waits for any more', async () => {
    const asked = answers(401)
    const signedIn = Promise.withResolvers<void>()
    whenSessionEnds(() => signedIn.promise)
    const left = new AbortController()
    const reading = get('/devices', {}, left.signal)
    await new Promise(setImmediate)
    left.abort()
    signedIn.resolve()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    expect(asked).toHaveLength(1)
  })

  it('is no session that ended when there was none, and not a wrong password', async () => {
    answers(401, 401)
    await expect(get('/session')).rejects.toBeInstanceOf(ApiFailure)
    let ended = 0
    whenSessionEnds(() => {
      ended++
      return undefined
    })
    await expect(send('POST', '/session', {})).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(ended).toBe(0)
  })
})

/** One answer as a proxy or a cut line leaves it. */
function answered(body: BodyInit | null, init: ResponseInit): void {
  vi.stubGlobal('fetch', async () => new Response(body, init))
}

describe('an answer that is none', () => {
  it('is no answer: cut off in the middle, or a page of somebody in between', async () => {
    answered('{"items": [', { status: 200 })
    await expect(get('/devices')).rejects.toMatchObject({ code: 'network' })
    answered('<html>sign in to the network</html>', { status: 200 })
    await expect(get('/devices')).rejects.toMatchObject({ code: 'network' })
  })

  it('may be empty where nothing is to be said', async () => {
    answered(null, { status: 204 })
    expect(await send('DELETE', '/tokens/1')).toBeUndefined()
    answered('', { status: 202 })
    expect(await send('POST', '/x')).toBeUndefined()
  })

  it('of a proxy is told by its number', async () => {
    const codes: string[] = []
    for (const status of [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504]) {
      answered('<html></html>', { status })
      codes.push((await get('/devices').catch((failure: ApiFailure) => failure.code)) as string)
    }
    expect(codes).toEqual([
      ...['bad-request', 'unauthenticated', 'forbidden', 'not-found', 'conflict', 'too-large', 'too-many-requests'],
      ...['internal', 'unavailable', 'unavailable', 'unavailable'],
    ])
  })

  it('whose code is newer than this console is told by its number, too', async () => {
    answered(JSON.stringify({ error: { code: 'gone', message: 'no' } }), { status: 404 })
    await expect(get('/devices')).rejects.toMatchObject({ code: 'not-found', message: 'no' })
  })

  it('to a wish for a file is a failure like any other', async () => {
    answered(JSON.stringify({ error: { code: 'too-many-requests', message: 'wait', action: 'later' } }), {
      status: 429,
    })
    await expect(askForFile('/alarms/export', {})).rejects.toMatchObject({ code: 'too-many-requests', action: 'later' })
    answered('a,b', { status: 200 })
    expect(await (await askForFile('/alarms/export', {})).text()).toBe('a,b')
  })
})
