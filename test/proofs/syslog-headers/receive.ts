// Sends lines to the agent's own listener, half of them by UDP, half by TCP in all framings, and reads what its outbox holds.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createSyslogListener } from '#agent/inputs/syslog/syslog.ts'
import { createOutbox } from '#agent/outbox/outbox.ts'
import type { DeviceEvent, LogEvent } from '#shared/domain/device-event.ts'
import { systemClock } from '#shared/time/clock.ts'
import { decodeEvents, isPoison } from '#shared/wire/event-lines.ts'
import { unpackBody } from '#shared/wire/packing.ts'
import { until } from '../../support/until.ts'
import { SITE_ZONE } from './line.ts'

const DATAGRAMS_AT_ONCE = 100

/** The log records of the outbox, in no order; anything else in it is an error. */
export async function receive(lines: readonly Buffer[], random: () => number): Promise<LogEvent[]> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-headers-'))
  const log = pino({ level: 'silent' })
  const onFatal = (error: Error) => {
    throw error
  }
  const outbox = createOutbox({ dir, clock: systemClock(), log, onFatal })
  await outbox.start()
  const listener = createSyslogListener({
    config: {
      udp: { host: '127.0.0.1', port: 0 },
      tcp: { host: '127.0.0.1', port: 0 },
      timeZone: SITE_ZONE,
      stormLimit: null,
    },
    sources: () => 'equipment',
    recorder: outbox,
    log,
  })
  await listener.start()
  try {
    const { udpAddress, tcpAddress } = listener.counters().facts as Record<string, string>
    const portOf = (address: string | undefined) => Number(address?.split(':').at(-1))
    const half = lines.filter((_, i) => i % 2 === 0)
    const count = () => listener.counters().recorded
    await sendUdp(half, portOf(udpAddress), count)
    await sendTcp(
      lines.filter((_, i) => i % 2 === 1),
      portOf(tcpAddress),
      random,
    )
    await until(() => count() >= lines.length, { timeoutMs: 20_000, what: 'all lines to be recorded' }).catch(() => {})
    await until(() => outbox.state().memoryBytes === 0, { timeoutMs: 20_000, what: 'the outbox to commit' })
    const events: DeviceEvent[] = []
    for (let after = 0; ; ) {
      const batches = await outbox.nextBatches('event', after, 8_000_000)
      if (batches.length === 0) break
      for (const batch of batches) {
        after = batch.first + batch.count - 1
        for (const event of decodeEvents(unpackBody(batch.body)))
          if (isPoison(event)) throw new Error(`a record cannot be read: ${event.poison}`)
          else events.push(event)
      }
    }
    return events.filter((event) => event.kind === 'log')
  } finally {
    await listener.stop()
    await outbox.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Some at a time: what is tested is the reading, not the kernel's buffer. */
async function sendUdp(lines: readonly Buffer[], port: number, count: () => number): Promise<void> {
  const socket = createSocket('udp4')
  const before = count()
  for (let at = 0; at < lines.length; at += DATAGRAMS_AT_ONCE) {
    for (const line of lines.slice(at, at + DATAGRAMS_AT_ONCE)) socket.send(line, port, '127.0.0.1')
    const sent = Math.min(lines.length, at + DATAGRAMS_AT_ONCE)
    const what = 'datagrams to be read'
    await until(() => count() - before >= sent, { timeoutMs: 5_000, everyMs: 1, what }).catch(() => {})
  }
  socket.close()
}

/** One connection with octet counts, LF, CR LF and NUL as they come, cut anywhere. */
async function sendTcp(lines: readonly Buffer[], port: number, random: () => number): Promise<void> {
  const framed = lines.map((line) => {
    const choice = Math.floor(random() * 4)
    if (choice === 0) return Buffer.concat([Buffer.from(`${line.length} `), line])
    return Buffer.concat([line, Buffer.from(choice === 1 ? '\n' : choice === 2 ? '\r\n' : '\0\n')])
  })
  const all = Buffer.concat(framed)
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  for (let at = 0; at < all.length; ) {
    const end = Math.min(all.length, at + 1 + Math.floor(random() * 4000))
    if (!socket.write(all.subarray(at, end))) await once(socket, 'drain')
    at = end
  }
  socket.end()
  await once(socket, 'close')
}
