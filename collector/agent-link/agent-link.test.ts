import { createServer } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { until } from '#test/support/until.ts'
import { createAgentLink } from './agent-link.ts'

const log = pino({ level: 'silent' })
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('link to the agents', () => {
  it('asks a broker that refuses the subscription again and again, with pauses, and is never connected', async () => {
    let asked = 0
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (packet) => {
        // MQTT 3.1.1: CONNECT is accepted, SUBSCRIBE (packet id at 2) fails with 0x80
        if (packet[0] === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]))
        if (packet[0] !== 0x82) return
        asked++
        socket.write(Buffer.from([0x90, 3, packet[2] as number, packet[3] as number, 0x80]))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const link = createAgentLink({
      broker: { kind: 'external', url: `mqtt://127.0.0.1:${port}` },
      onMessage: () => true,
      clock: { mono: () => performance.now() },
      log,
    })
    link.start()
    try {
      await until(() => asked >= 2)
      const before = asked
      await wait(1500)
      expect(asked - before).toBeLessThan(15)
      expect(link.state().connected).toBe(false)
    } finally {
      await link.stop()
      await new Promise((resolve) => server.close(resolve))
    }
  })
})
