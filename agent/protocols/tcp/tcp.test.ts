import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { connectTcp } from './tcp.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo()
})
const never = new AbortController().signal

describe('TCP connect', () => {
  it('finds an open port, in how many ms, and sends nothing', async () => {
    const received: Buffer[] = []
    const server = createServer((socket) => socket.on('data', (d) => received.push(Buffer.from(d))))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    cleanup.push(() => new Promise((done) => server.close(done)))
    const answer = await connectTcp('127.0.0.1', (server.address() as AddressInfo).port, 2000, never)
    expect(answer.outcome).toBe('ok')
    expect(answer.timeMs).toBeGreaterThan(0)
    expect(received).toEqual([])
  })

  it('tells refused from unreachable from not an address', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    expect((await connectTcp('127.0.0.1', port, 2000, never)).outcome).toBe('refused')
    expect((await connectTcp('no-such-host.invalid', 80, 15_000, never)).outcome).toBe('unreachable')
    expect((await connectTcp('-h', 80, 2000, never)).outcome).toBe('unreachable')
  })

  it('ends with its signal', async () => {
    expect((await connectTcp('127.0.0.1', 1, 2000, AbortSignal.abort())).outcome).toBe('cancelled')
    const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    expect((await connectTcp('127.0.0.1', 1, 2000, late)).outcome).toBe('timeout')
  })
})
