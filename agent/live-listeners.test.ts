import { createSocket } from 'node:dgram'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { freePorts } from '#test/support/free-ports.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { v2cTrap } from '#test/support/trap-bytes.ts'
import { until } from '#test/support/until.ts'
import { createLiveListeners, type ListenerSettings } from './live-listeners.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const V3 = {
  ...{ version: 'v3', user: 'noc', level: 'authNoPriv', authProtocol: 'sha256', authKey: 'auth-key-12' },
} as const

async function rig(own: readonly ('traps' | 'syslog' | 'files')[]) {
  const ports = (await freePorts(3)) as [number, number, number]
  const recorder = createMemoryRecorder()
  const settings = (traps: number | undefined, syslog: number | undefined, users: object[] = []): ListenerSettings =>
    ({
      inputs: {
        ...(traps === undefined
          ? {}
          : { traps: { host: '127.0.0.1', port: traps, receiveBufferBytes: 65_536, strangersPerSecond: 50 } }),
        ...(syslog === undefined
          ? {}
          : { syslog: { udp: { host: '127.0.0.1', port: syslog }, strangersPerSecond: 50 } }),
        files: [],
      },
      trapUsers: users,
      timeZone: 'UTC',
    }) as ListenerSettings
  const make = (first: ListenerSettings) => {
    const live = createLiveListeners(first, new Set(own), {
      ...{ recorder, sources: () => 'sw', onTrap: () => undefined, log: pino({ level: 'silent' }) },
      engines: { load: async () => undefined, save: async () => undefined },
      places: {} as never,
      clock: { wall: () => Date.now(), mono: () => performance.now() },
    })
    closing.push(() => live.stop())
    return live
  }
  const socket = createSocket('udp4')
  closing.push(() => socket.close())
  const trap = (port: number) => void socket.send(v2cTrap(), port, '127.0.0.1')
  return { ports, settings, make, trap }
}

describe('listeners of a running agent', () => {
  it('stay open when only others change, or the v3 users do', async () => {
    const { ports, settings, make, trap } = await rig(['traps'])
    const live = make(settings(ports[0], undefined))
    expect(await live.start()).toEqual([])
    trap(ports[0])
    const received = (name: string) => live.counters().find((c) => c.name === name)?.received
    await until(() => received('snmp-trap') === 1)
    expect(await live.apply(settings(ports[0], ports[1]))).toEqual([])
    expect(await live.apply(settings(ports[0], ports[1], [V3]))).toEqual([])
    trap(ports[0])
    await until(() => received('snmp-trap') === 2)
    expect(await live.apply(settings(ports[0], undefined, []))).toEqual([])
    expect(live.count()).toBe(1)
    expect(received('snmp-trap')).toBe(2)
  })

  it('are replaced when their own part changes, and what they had counted stays counted', async () => {
    const { ports, settings, make, trap } = await rig(['traps'])
    const live = make(settings(ports[0], undefined))
    await live.start()
    trap(ports[0])
    await until(() => live.counters()[0]?.received === 1)
    await live.apply(settings(ports[2], undefined))
    trap(ports[2])
    await until(() => live.counters()[0]?.received === 1)
    expect(live.totals().reduce((sum, c) => sum + c.received, 0)).toBe(2)
  })

  it("of the site's own file must open; one of the collector is a problem and is tried again", async () => {
    const other = createSocket('udp4')
    const { ports, settings, make } = await rig(['traps'])
    await new Promise<void>((resolve) => other.bind(ports[0], '127.0.0.1', resolve))
    await expect(make(settings(ports[0], undefined)).start()).rejects.toThrow(/in use/)
    const live = make(settings(undefined, undefined))
    await live.start()
    const [problem, ...more] = await live.apply(settings(ports[1], ports[0]))
    expect(more).toEqual([])
    expect(problem).toMatchObject({ device: null, path: 'inputs.syslog' })
    expect(problem?.message).toMatch(/in use/)
    await live.retry()
    expect(live.count()).toBe(1)
    await new Promise<void>((resolve) => other.close(resolve))
    await live.retry()
    expect(live.count()).toBe(2)
  })
})
