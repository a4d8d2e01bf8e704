import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiFailure, get, send, whenSessionEnds } from './client.ts'

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
