import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/time/clock.ts'
import { decodeEvents } from '#shared/wire/event-lines.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import { unpackBody } from '#shared/wire/packing.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import { until } from '#test/support/until.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import type { OutboxLimits } from './outbox-limits.ts'
import { createCommandJournal, createEngineStore } from './small-stores.ts'

describe('outbox', () => {
  let dir: string
  const started: Outbox[] = []
  const create = async (limits: Partial<OutboxLimits> = {}, at = dir): Promise<Outbox> => {
    const outbox = createOutbox({
      dir: join(at, 'outbox'),
      limits: { reserveBytes: 0, sampleWaitMs: 20, ...limits },
      clock: systemClock(),
      log: pino({ level: 'silent' }),
      onFatal: (error) => {
        throw error
      },
    })
    started.push(outbox)
    await outbox.start()
    return outbox
  }
  const line = (message: string) => JSON.stringify({ kind: 'agent', at: 1, device: null, code: 't', message })
  const said = (message: string) => ({ kind: 'agent', at: 1, device: null, code: 't', message }) as const

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-outbox-'))
  })
  afterEach(async () => {
    for (const outbox of started.splice(0)) await outbox.stop()
    rmSync(dir, { recursive: true })
  })

  it('groups records under load and lets one leave at once', async () => {
    const outbox = await create()
    for (let i = 0; i < 20_000; i++) outbox.eventLine(line(`${i} ${'x'.repeat(100)}`))
    await outbox.eventDurable(said('end'))
    const [first] = await outbox.nextBatches('event', 0, 1)
    expect(first?.count).toBeGreaterThan(1_000)
    await outbox.eventDurable(said('alone'))
    expect(outbox.state().lanes.event.newest).toBe(20_002)
    expect(outbox.state().memoryBytes).toBe(0)
  })

  it('stores events together with the mark of their source', async () => {
    const outbox = await create()
    const mark = (value: string) => ({ space: 'file-place', key: '/var/log/messages', value })
    outbox.event(said('other'))
    await outbox.eventsDurable([said('one'), said('two')], mark('2'))
    expect(outbox.state().lanes.event.newest).toBe(3)
    expect(await outbox.small('file-place', { do: 'get', key: '/var/log/messages' })).toBe('2')
    const large = Array.from({ length: 40 }, () => said('x'.repeat(8000)))
    await expect(outbox.eventsDurable(large, mark('42'))).rejects.toThrow(RangeError)
    expect(await outbox.small('file-place', { do: 'get', key: '/var/log/messages' })).toBe('2')
  })

  it('keeps series numbers and their definitions over a restart', async () => {
    const definition = (i: number) => ({ device: 'd', metric: `m${i}`, resource: '', unit: '', kind: 'gauge' }) as const
    const outbox = await create()
    const numbers = [0, 1, 2].map((i) => outbox.series(definition(i)))
    for (const n of numbers) outbox.sample(n, 1, 1)
    await outbox.stop()
    const again = await create()
    expect(again.state()).toMatchObject({ series: 3, epoch: outbox.state().epoch || expect.any(String) })
    expect([0, 1, 2].map((i) => again.series(definition(i)))).toEqual(numbers)
    expect(again.series(definition(3))).toBe(Math.max(...numbers) + 1)
    expect(again.state().lanes.telemetry.newest).toBe(3)
  })

  it('commits samples again after full batches took all of them before their time', async () => {
    const outbox = await create()
    const numbers = Array.from({ length: 3_000 }, (_, i) =>
      outbox.series({ device: 'd', metric: `m${i}`, resource: `if:${i}`, unit: '', kind: 'gauge' }),
    )
    for (const round of [1, 2, 3]) {
      for (const n of numbers) outbox.sample(n, 1, round)
      await until(() => outbox.state().lanes.telemetry.newest === 3_000 * round)
    }
  })

  it('refuses what is too large and counts it', async () => {
    const outbox = await create()
    outbox.eventLine('x'.repeat(MAX_RECORD_BYTES))
    await expect(outbox.eventDurable(said('x'.repeat(MAX_RECORD_BYTES)))).rejects.toThrow('too large')
    outbox.sample(-1, 1, 1)
    expect(outbox.state().dropped).toEqual({ 'too-large:event': 2, 'series-limit:telemetry': 1 })
  })

  it('begins a new epoch after damage and says so in the stream', async () => {
    const outbox = await create()
    await outbox.eventDurable(said('old'))
    const { epoch } = outbox.state()
    await outbox.stop()
    writeFileSync(join(dir, 'outbox', 'outbox.db'), 'x'.repeat(10_000))
    const again = await create()
    await until(() => again.state().lanes.event.newest > 0)
    expect(again.state().epoch).not.toBe(epoch)
    const [batch] = await again.nextBatches('event', 0, 1e6)
    expect(decodeEvents(unpackBody(batch?.body as Uint8Array))[0]).toMatchObject({ kind: 'agent', code: 'outbox-lost' })
  })

  it('notices damage met by any request, and defines its series anew in the new epoch', async () => {
    const definition = { device: 'd', metric: 'm', resource: '', unit: '', kind: 'gauge' } as const
    const outbox = await create()
    const n = outbox.series(definition)
    outbox.sample(n, 1, 1)
    await until(() => outbox.state().lanes.telemetry.newest === 1)
    // More than the cache holds, so that reading it back meets the file.
    for (let i = 0; i < 40; i++)
      await outbox.small('space', { do: 'set', key: `${i}`, value: Math.random().toString(36).repeat(8_000) })
    const { epoch } = outbox.state()
    writeFileSync(join(dir, 'outbox', 'outbox.db'), 'x'.repeat(10_000))
    truncateSync(join(dir, 'outbox', 'outbox.db-wal'))
    await until(async () => {
      await outbox.small('space', { do: 'entries' }).catch(() => undefined)
      return outbox.state().epoch !== epoch
    })
    outbox.sample(n, 2, 2)
    await until(() => outbox.state().lanes.telemetry.newest > 0)
    await until(() => outbox.state().lanes.event.newest > 0)
    const [batch] = await outbox.nextBatches('telemetry', 0, 1e6)
    expect(decodeSamples(unpackBody(batch?.body as Uint8Array), 1).definitions).toEqual([{ ...definition, n }])
    const [events] = await outbox.nextBatches('event', 0, 1e6)
    const [first, ...others] = decodeEvents(unpackBody(events?.body as Uint8Array))
    expect(first).toMatchObject({ kind: 'agent', code: 'outbox-lost' })
    expect(others).toEqual([])
  })

  it('starts on a disk that allows nothing, holds within its memory and counts what it discards', async () => {
    writeFileSync(join(dir, 'outbox'), 'a file where the folder should be')
    const outbox = await create({ memoryBytes: 100_000 })
    for (let i = 0; i < 5_000; i++) outbox.eventLine(line(`${i} ${'x'.repeat(100)}`))
    expect(outbox.state()).toMatchObject({ epoch: '', lanes: { event: { newest: 0 } } })
    expect(outbox.state().memoryBytes).toBeLessThanOrEqual(100_000)
    const discarded = outbox.state().dropped['memory:event'] as number
    expect(discarded).toBeGreaterThan(3_000)
    rmSync(join(dir, 'outbox'))
    await until(() => outbox.state().problem === null && outbox.state().memoryBytes === 0, { timeoutMs: 15_000 })
    expect(outbox.state().lanes.event.newest).toBeGreaterThanOrEqual(5_000)
    const [gap] = await outbox.nextBatches('event', 0, 1)
    expect(gap).toMatchObject({ first: 1, count: discarded, gap: { reason: 'memory' } })
  })

  it('keeps the journal and the SNMP engine', async () => {
    const outbox = await create()
    const journal = createCommandJournal(outbox, systemClock())
    const entry = { id: 'command-1', nonce: 'n', seq: 9, action: 'ping', target: 'd', at: 1, expires: 9e15 }
    expect(await journal.begin(entry)).toBe(true)
    await createEngineStore(outbox).save({ engineId: '80', boots: 7, senders: [] })
    await outbox.stop()
    const again = await create()
    expect(await createCommandJournal(again, systemClock()).unfinished()).toEqual([entry])
    expect(await createCommandJournal(again, systemClock()).highestSeq()).toBe(9)
    expect(await createEngineStore(again).load()).toMatchObject({ boots: 7 })
  })

  const mounted = process.platform === 'linux' && process.getuid?.() === 0
  it.skipIf(!mounted)(
    'stays up on a full disk, drops the least first, counts exactly and heals by itself',
    async () => {
      const disk = mkdtempSync(join(tmpdir(), 'outrider-disk-'))
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status !== 0) return
      try {
        const outbox = await create({ memoryBytes: 300_000, reserveBytes: 256 * 1024 }, disk)
        const n = outbox.series({ device: 'd', metric: 'm', resource: '', unit: '', kind: 'gauge' })
        for (let i = 0; i < 5_000; i++) outbox.sample(n, i, Math.random())
        await outbox.eventDurable(said('before'))
        let size = 4 * 2 ** 20
        const fill = () => {
          try {
            writeFileSync(join(disk, 'filler'), Buffer.alloc(size, 1))
            return true
          } catch {
            size -= 32 * 1024
            return false
          }
        }
        while (!fill());
        let i = 0
        await until(() => {
          for (let k = 0; k < 50; k++) outbox.eventLine(line(`${i++} ${Math.random().toString(36).repeat(30)}`))
          return outbox.state().problem !== null && outbox.state().dropped['memory:event'] !== undefined
        })
        let stored = false
        const waits = outbox.eventDurable(said('waits')).then(() => {
          stored = true
        })
        await expect.poll(() => outbox.state().problem, { timeout: 2_000 }).not.toBeNull()
        expect(stored).toBe(false)
        rmSync(join(disk, 'filler'))
        await waits
        await until(() => outbox.state().problem === null && outbox.state().memoryBytes === 0, { timeoutMs: 15_000 })
        await outbox.eventDurable(said('after'))
        const { lanes, dropped } = outbox.state()
        for (const lane of ['event', 'telemetry'] as const) {
          let next = 1
          let missing = 0
          for (let batches = await outbox.nextBatches(lane, 0, 1e6); batches.length > 0; ) {
            for (const batch of batches) {
              expect(batch.first).toBe(next)
              next += batch.count
              if (batch.gap) missing += batch.count
            }
            batches = await outbox.nextBatches(lane, next - 1, 1e6)
          }
          expect(next).toBe(lanes[lane].newest + 1)
          const counted = Object.entries(dropped).filter(([key]) => key.endsWith(`:${lane}`))
          expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(missing)
        }
        await outbox.stop()
      } finally {
        spawnSync('umount', ['-l', disk])
        rmSync(disk, { recursive: true, force: true })
      }
    },
  )
})
