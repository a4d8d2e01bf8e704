import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import type { LogEvent, StormEvent } from '#shared/domain/device-event.ts'
import { decodeEvents, isPoison } from '#shared/wire/event-lines.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { programOrSkip } from '#test/support/programs.ts'
import { until } from '#test/support/until.ts'
import { createSyslogListener, type SyslogConfig, type SyslogDependencies } from './syslog.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function listen(config: Partial<SyslogConfig> = {}, more: Partial<SyslogDependencies> = {}) {
  const recorder = createMemoryRecorder()
  const eventLine = recorder.eventLine
  recorder.eventLine = (line) => {
    expect(decodeEvents(Buffer.from(line)).filter(isPoison)).toEqual([])
    eventLine(line)
  }
  const listener = createSyslogListener({
    config: {
      udp: { host: '127.0.0.1', port: 0 },
      tcp: { host: '127.0.0.1', port: 0 },
      timeZone: 'Asia/Shanghai',
      ...config,
    },
    sources: () => 'sw1',
    recorder,
    log: pino({ level: 'silent' }),
    ...more,
  })
  await listener.start()
  open.push(() => listener.stop())
  const portOf = (fact: string) => Number(String(listener.counters().facts[fact]).split(':').at(-1))
  const udp = createSocket('udp4')
  open.push(async () => void udp.close())
  const send = (text: string | Buffer) => udp.send(text, portOf('udpAddress'), '127.0.0.1')
  const dial = async () => {
    const socket = connect(portOf('tcpAddress'), '127.0.0.1')
    socket.on('error', () => undefined)
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    open.push(async () => void socket.destroy())
    return socket
  }
  const logs = () => recorder.events.filter((e): e is LogEvent => e.kind === 'log')
  return { listener, recorder, send, dial, logs, portOf }
}

describe('the syslog listener', () => {
  it('records UDP and TCP messages with device, source and transport', async () => {
    const { send, dial, logs } = await listen()
    send('<187>1: sw1: *Nov 22 03:00:00: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down\n')
    await until(() => logs().length === 1)
    const socket = await dial()
    socket.write('<13>Nov 22 03:00:00 h app: one\n28 <13>Nov 22 03:00:00 h app: 2<13>Nov')
    socket.end(' 22 03:00:00 h app: unfinished')
    await until(() => logs().length === 4)
    expect(logs()[0]).toMatchObject({ device: 'sw1', source: '127.0.0.1', transport: 'udp', mnemonic: 'LINK-3-UPDOWN' })
    expect(
      logs()
        .slice(1)
        .map((l) => [l.transport, l.message]),
    ).toEqual([
      ['tcp', 'app: one'],
      ['tcp', 'app: 2'],
      ['tcp', 'app: unfinished'],
    ])
  })

  it('keeps what it cannot read as text', async () => {
    const { send, logs, listener } = await listen()
    send(Buffer.from([0xff, 0x00, 0x41]))
    send('x'.repeat(60_000))
    await until(() => logs().length === 2)
    expect(logs()[0]).toMatchObject({ format: 'raw', message: '\\xff A' })
    expect(logs()[1]?.message).toBe('x'.repeat(8192))
    expect(listener.counters()).toMatchObject({ received: 2, recorded: 2, dropped: {} })
  })

  it('folds a storm by message name and counts exactly', async () => {
    const { send, listener, recorder } = await listen({ stormLimit: { perSourcePerSecond: 1, burst: 5 } })
    for (let i = 0; i < 200; i++) {
      send(`<187>${i}: %LINK-3-UPDOWN: Interface Gi0/${i % 4}, changed state to ${i % 2 ? 'up' : 'down'}`)
      if (i % 50 === 0) await until(() => listener.counters().received === i + 1)
    }
    await until(() => listener.counters().received === 200)
    await listener.stop()
    const storms = recorder.events.filter((e): e is StormEvent => e.kind === 'storm')
    const logs = recorder.events.filter((e) => e.kind === 'log')
    expect(storms.every((s) => s.what === 'log' && s.key === 'LINK-3-UPDOWN')).toBe(true)
    expect(storms.reduce((sum, s) => sum + s.count, 0) + logs.length).toBe(200)
    expect(listener.counters().recorded).toBe(200)
  })

  it('records strangers without a device, only so many a second', async () => {
    const { send, listener, logs } = await listen({ strangersPerSecond: 3 }, { sources: () => undefined })
    for (let i = 0; i < 40; i++) send(`<13>m${i}: x`)
    await until(() => listener.counters().received === 40)
    expect(logs().length).toBeGreaterThanOrEqual(3)
    expect(logs().every((l) => l.device === null)).toBe(true)
    expect(listener.counters().dropped['unknown-source']).toBe(40 - logs().length)
  })

  it('limits connections and closes silent ones', async () => {
    const { dial, listener } = await listen({
      tcp: { host: '127.0.0.1', port: 0, maxConnections: 1, idleTimeoutMs: 200 },
    })
    const first = await dial()
    const closed = new Promise<void>((resolve) => first.once('close', () => resolve()))
    await dial()
    await until(() => listener.counters().facts.refusedConnections === 1)
    await closed
    await until(() => listener.counters().facts.connections === 0)
    expect(listener.counters().facts).toMatchObject({ idleClosed: 1, connections: 0 })
  })

  it('reads no more from a connection until the outbox has room, and does not call it idle', async () => {
    const room = Promise.withResolvers<void>()
    const recorder = { ...createMemoryRecorder(), waitForRoom: (): Promise<void> | undefined => room.promise }
    const tcp = { host: '127.0.0.1', port: 0, idleTimeoutMs: 500 }
    const { dial, listener } = await listen({ tcp, stormLimit: null }, { recorder })
    const lines = 20_000
    const sent = Buffer.from(`<13>Nov 22 03:00:00 host app: ${'a line of some length '.repeat(24)}\n`.repeat(lines))
    const socket = await dial()
    // at once: a connection that says nothing is closed
    socket.write(sent)
    await until(() => listener.counters().received > 0)
    const received = listener.counters().received
    const from = performance.now()
    await until(() => performance.now() - from > 1200)
    expect(listener.counters()).toMatchObject({ received, facts: { connections: 1, idleClosed: 0 } })
    expect(received).toBeLessThan(lines)
    recorder.waitForRoom = () => undefined
    room.resolve()
    await until(() => listener.counters().received === lines, { timeoutMs: 20_000 })
  })

  it('records what open connections had sent when it stops', async () => {
    const { dial, listener, logs } = await listen()
    const socket = await dial()
    socket.write('<13>a: complete\n<13>b: not yet')
    await until(() => logs().length === 1)
    await listener.stop()
    expect(logs().map((l) => l.message)).toEqual(['a: complete', 'b: not yet'])
  })

  it('takes what the logger program sends, in both formats and over both transports', async (context) => {
    const program = programOrSkip(context, 'logger')
    const { execFileSync } = await import('node:child_process')
    const { logs, portOf } = await listen()
    const udp = ['--server', '127.0.0.1', '--udp', '--port', String(portOf('udpAddress'))]
    const tcp = ['--server', '127.0.0.1', '--tcp', '--port', String(portOf('tcpAddress'))]
    const more = ['-t', 'outrider', '-p', 'local3.err']
    execFileSync(program, [...udp, ...more, '--rfc5424', 'five'])
    await until(() => logs().length === 1)
    execFileSync(program, [...udp, ...more, '--rfc3164', 'three'])
    await until(() => logs().length === 2)
    execFileSync(program, [...tcp, ...more, '--rfc5424', '--octet-count', 'counted'])
    await until(() => logs().length === 3)
    execFileSync(program, [...tcp, ...more, '--rfc3164', 'line'])
    await until(() => logs().length === 4)
    expect(logs().map((l) => [l.format, l.transport, l.app, l.facility, l.severity])).toEqual([
      ['rfc5424', 'udp', 'outrider', 19, 3],
      ['rfc3164', 'udp', 'outrider', 19, 3],
      ['rfc5424', 'tcp', 'outrider', 19, 3],
      ['rfc3164', 'tcp', 'outrider', 19, 3],
    ])
    expect(logs()[0]?.message).toMatch(/five$/)
    expect(logs()[2]?.message).toMatch(/counted$/)
  })
})
