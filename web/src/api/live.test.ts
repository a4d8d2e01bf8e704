import { describe, expect, it } from 'vitest'
import { until } from '#test/support/until.ts'
import { createLive } from './live.ts'

/** A server of scripted answers; each connection is kept with the headers it came with. */
function start() {
  const connections: { lastId: string | null; send(text: string): void; cut(): void }[] = []
  const statuses: number[] = []
  let signedOut = 0
  const live = createLive({
    fetch: async (_url, init) => {
      const headers = new Headers(init?.headers)
      const status = statuses.shift() ?? 200
      let out: ReadableStreamDefaultController<Uint8Array> | undefined
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          out = controller
        },
      })
      init?.signal?.addEventListener('abort', () => out?.error(new Error('aborted')))
      connections.push({
        lastId: headers.get('last-event-id'),
        send: (text) => out?.enqueue(new TextEncoder().encode(text)),
        cut: () => out?.error(new Error('cut')),
      })
      return new Response(status === 200 ? body : null, { status })
    },
    now: () => 1000,
    random: () => 0,
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer as number),
    onUnauthenticated: () => signedOut++,
  })
  return { live, connections, statuses, signedOut: () => signedOut }
}

const hello = (liveId: number, resumed: boolean) =>
  `event: hello\ndata: ${JSON.stringify({ version: '1', now: 5000, liveId, resumed })}\n\n`

describe('the live stream', () => {
  it('resumes after the last delta it saw', async () => {
    const { live, connections } = start()
    const seen: string[] = []
    live.onEvent((name, _payload, id) => seen.push(`${name}:${id}`))
    live.start()
    await until(() => connections.length === 1)
    expect(connections[0]?.lastId).toBeNull()
    connections[0]?.send(`${hello(40, false)}id: 41\nevent: device\ndata: {}\n\n`)
    await until(() => seen.length === 2)
    expect(live.state()).toMatchObject({ status: 'live', clockOffsetMs: 4000, heardAt: 1000 })
    connections[0]?.cut()
    await until(() => connections.length === 2)
    expect(connections[1]?.lastId).toBe('41')
    expect(live.state().status).toBe('cut')
    connections[1]?.send(`${hello(42, true)}id: 42\nevent: device\ndata: {}\n\n`)
    await until(() => live.state().status === 'live' && seen.length === 4)
    expect(seen.at(-1)).toBe('device:42')
    live.stop()
  })

  it('resumes from the hello when no delta came at all', async () => {
    const { live, connections } = start()
    live.start()
    await until(() => connections.length === 1)
    connections[0]?.send(hello(40, false))
    await until(() => live.state().status === 'live')
    connections[0]?.cut()
    await until(() => connections.length === 2)
    expect(connections[1]?.lastId).toBe('40')
    live.stop()
  })

  it('goes on trying through gateway errors and says when the session is over', async () => {
    const { live, connections, statuses, signedOut } = start()
    statuses.push(502, 503, 401)
    live.start()
    await until(() => connections.length === 4)
    expect(signedOut()).toBe(1)
    live.stop()
  })
})
