import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { selfSigned } from '#test/support/self-signed.ts'
import { createHttpPollers, httpResource } from './http.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo()
})

describe('http input', () => {
  it('records an answer as expected, and one that is not', async () => {
    let status = 200
    const url = `http://127.0.0.1:${await listen(createServer((_q, a) => a.writeHead(status).end()))}/health?token=s3cret`
    const { poller, recorder, resource } = pollerFor(url, [])
    expect(resource).not.toContain('s3cret')
    expect(await poller.poll(new AbortController().signal)).toEqual({ outcome: 'ok', resource })
    expect(recorder.values(resource)).toEqual({ 'http.up': 1, 'http.status': 200, 'http.time': expect.any(Number) })
    status = 500
    const bad = await poller.poll(new AbortController().signal)
    expect(bad).toEqual({ outcome: 'refused', detail: 'status 500', resource })
    expect(recorder.values(resource)).toMatchObject({ 'http.up': 0, 'http.status': 500 })
  })

  it('takes the statuses the file names', async () => {
    const url = `http://127.0.0.1:${await listen(createServer((_q, a) => a.writeHead(401).end()))}/`
    expect((await pollerFor(url, [401]).poller.poll(new AbortController().signal)).outcome).toBe('ok')
    expect((await pollerFor(url, [200]).poller.poll(new AbortController().signal)).outcome).toBe('refused')
  })

  it('records the days a refused certificate has left', async () => {
    const server = createTlsServer(selfSigned('localhost', Date.now() - 86_400_000), (_q, a) => a.end())
    const { poller, recorder, resource } = pollerFor(`https://localhost:${await listen(server)}/`, [])
    expect((await poller.poll(new AbortController().signal)).outcome).toBe('auth')
    expect(recorder.values(resource)).toMatchObject({ 'http.up': 0, 'tls.days-left': expect.toSatisfy((d) => d < 0) })
  })

  it('records nothing when cancelled', async () => {
    const { poller, recorder, resource } = pollerFor('http://127.0.0.1:9/', [])
    expect((await poller.poll(AbortSignal.abort())).outcome).toBe('cancelled')
    expect(recorder.values(resource)).toEqual({})
  })
})

function pollerFor(url: string, expectStatus: number[]) {
  const recorder = createMemoryRecorder()
  const http = [{ url, intervalMs: 60_000, timeoutMs: 2000, expectStatus, verifyTls: true }]
  const device = { id: 'web', name: 'Web', address: '127.0.0.1', http, tags: {}, parents: [] }
  const [poller] = createHttpPollers({ device, recorder, wall: Date.now })
  if (poller === undefined) throw new Error('no poller')
  return { poller, recorder, resource: httpResource(url) }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanup.push(() => server.close())
  return (server.address() as AddressInfo).port
}
