import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { createTcpPollers } from './tcp.ts'

describe('tcp input', () => {
  it('records each port of the device as its own resource', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const recorder = createMemoryRecorder()
    const tcp = [{ port, intervalMs: 60_000, timeoutMs: 1000 }]
    const device = { id: 'srv', name: 'Server', address: '127.0.0.1', tcp, tags: {}, parents: [] }
    const [poller] = createTcpPollers({ device, recorder, wall: () => 1000 })
    const signal = new AbortController().signal
    expect(await poller?.poll(signal)).toEqual({ outcome: 'ok', resource: `tcp:${port}` })
    expect(recorder.values(`tcp:${port}`)).toEqual({ 'tcp.open': 1, 'tcp.connect-time': expect.any(Number) })
    server.close()
    await once(server, 'close')
    expect(await poller?.poll(signal)).toMatchObject({ outcome: 'refused', resource: `tcp:${port}` })
    expect(recorder.values(`tcp:${port}`)['tcp.open']).toBe(0)
    expect((await poller?.poll(AbortSignal.abort()))?.outcome).toBe('cancelled')
  })
})
