// Syslog over TCP into the outbox on disk: whoever sends faster than the disk takes is made to wait, never dropped.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, expect, it } from 'vitest'
import { createSyslogListener } from '#agent/inputs/syslog/syslog.ts'
import { createOutbox } from '#agent/outbox/outbox.ts'
import { systemClock } from '#shared/time/clock.ts'
import { until } from '#test/support/until.ts'

const MEMORY = 1024 * 1024
const LINES = 100_000

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

it('makes TCP senders wait while the outbox is behind, and records every line', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-pressure-'))
  closing.push(() => rmSync(dir, { recursive: true }))
  const log = pino({ level: 'silent' })
  const onFatal = (error: Error) => {
    throw error
  }
  const limits = { reserveBytes: 0, memoryBytes: MEMORY }
  const outbox = createOutbox({ dir, limits, clock: systemClock(), log, onFatal })
  await outbox.start()
  closing.push(() => outbox.stop())
  const listener = createSyslogListener({
    config: { tcp: { host: '127.0.0.1', port: 0 }, timeZone: 'UTC', stormLimit: null },
    sources: () => 'sw1',
    recorder: outbox,
    log,
  })
  await listener.start()
  closing.push(() => listener.stop())
  const port = Number(String(listener.counters().facts.tcpAddress).split(':').at(-1))
  const text = `<13>Nov 22 03:00:00 host app: ${'a line of usual length '.repeat(5)}\n`.repeat(LINES / 2)
  for (let i = 0; i < 2; i++) connect(port, '127.0.0.1').end(text)
  await until(() => listener.counters().received === LINES, { timeoutMs: 30_000 })
  await until(() => outbox.state().memoryBytes === 0, { timeoutMs: 30_000 })
  expect(outbox.state().dropped).toEqual({})
  expect(outbox.state().lanes.event.newest).toBe(LINES)
}, 60_000)
