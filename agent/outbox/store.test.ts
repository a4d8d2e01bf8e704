import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unpackBody } from '#shared/wire/packing.ts'
import { LANES, type Lane } from '#shared/wire/topics.ts'
import type { StoredBatch, StoreLimits } from './commit-messages.ts'
import { openStore, type Store } from './store.ts'

const CLOCK = { boot: 'b', mono: 1, wall: 1_000 }
const WIDE: StoreLimits = {
  quotaBytes: { event: 1e9, telemetry: 1e9, result: 1e9 },
  retainMs: 86_400_000,
  reserveBytes: 0,
}

function readAll(store: Store, lane: Lane, after = 0): StoredBatch[] {
  const out: StoredBatch[] = []
  for (let cursor = after; ; ) {
    const batches = store.read(lane, cursor, 500)
    if (batches.length === 0) return out
    out.push(...batches)
    const last = batches.at(-1) as StoredBatch
    cursor = last.first + last.count - 1
  }
}

function expectUnbroken(batches: readonly StoredBatch[], first: number, newest: number): void {
  let next = first
  for (const batch of batches) {
    expect(batch.first).toBe(next)
    next += batch.count
  }
  expect(next).toBe(newest + 1)
}

describe('outbox store', () => {
  let dir: string
  let store: Store
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-store-'))
    store = openStore(dir, WIDE, 0)
  })
  afterEach(() => {
    try {
      store.close()
    } catch {
      // Closed by the test.
    }
    rmSync(dir, { recursive: true })
  })
  const put = (lane: Lane, body: string, count = 1) => store.commit([{ lane, count, body }], CLOCK)
  const again = (limits = WIDE, wall = 0) => {
    store.close()
    store = openStore(dir, limits, wall)
    return store
  }

  it('keeps numbers, bodies and epoch over restarts', () => {
    put('event', 'a', 3)
    const { epoch } = store.state()
    again()
    put('event', 'b', 2)
    expect(store.state()).toMatchObject({ epoch, lanes: { event: { oldest: 1, newest: 5, acknowledged: 0 } } })
    expect(store.read('event', 0, 1e6).map((b) => [b.first, b.count, unpackBody(b.body).toString()])).toEqual([
      [1, 3, 'a'],
      [4, 2, 'b'],
    ])
  })

  it('holds: gap-free, nothing lost without a gap, through crashes, acks and quotas', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('commit'),
        lane: fc.constantFrom(...LANES),
        counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
      }),
      fc.record({ do: fc.constant('gap'), lane: fc.constantFrom(...LANES), count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({
        do: fc.constant('ack'),
        lane: fc.constantFrom(...LANES),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ do: fc.constant('crash') }),
      fc.record({ do: fc.constant('tidy'), days: fc.integer({ min: 0, max: 3 }) }),
    )
    let run = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 400, max: 4_000 }), (steps, quota) => {
        const own = join(dir, `run-${run++}`)
        const limits = { ...WIDE, quotaBytes: { event: quota, telemetry: quota, result: quota }, retainMs: 1_000 }
        let now = openStore(own, limits, 0)
        const truth: Record<Lane, string[]> = { event: [], telemetry: [], result: [] }
        const discarded: Record<Lane, number> = { event: 0, telemetry: 0, result: 0 }
        const acked: Record<Lane, number> = { event: 0, telemetry: 0, result: 0 }
        let wall = 0
        for (const s of steps as {
          do: string
          lane: Lane
          counts: number[]
          count: number
          share: number
          days: number
        }[]) {
          if (s.do === 'commit') {
            const bodies = s.counts.map((count) => {
              const body = `${s.lane}-${truth[s.lane].length + 1}`
              for (let i = 0; i < count; i++) truth[s.lane].push(body)
              return { lane: s.lane, count, body }
            })
            now.commit(bodies, { ...CLOCK, wall })
          } else if (s.do === 'gap') {
            for (let i = 0; i < s.count; i++) truth[s.lane].push('gap')
            discarded[s.lane] += s.count
            now.commit([{ lane: s.lane, count: s.count, gap: 'memory' }], { ...CLOCK, wall })
          } else if (s.do === 'ack') {
            acked[s.lane] = Math.max(acked[s.lane], Math.floor(truth[s.lane].length * s.share))
            now.acknowledge(s.lane, acked[s.lane], wall)
          } else if (s.do === 'tidy') {
            wall += s.days * 86_400_000
            now.tidy(wall)
          } else {
            // No close: what a killed process leaves behind. Acks in memory only may be forgotten, never invented.
            now = openStore(own, limits, wall)
            for (const lane of LANES) expect(now.state().lanes[lane].acknowledged).toBeLessThanOrEqual(acked[lane])
          }
        }
        const { lanes, dropped } = now.state()
        for (const lane of LANES) {
          expect(lanes[lane].newest).toBe(truth[lane].length)
          const batches = readAll(now, lane)
          expectUnbroken(batches, 1, truth[lane].length)
          for (const batch of batches) {
            if (batch.gap) {
              // Only what was acknowledged may be missing without having been counted.
              if (batch.gap.reason === 'not-retained')
                expect(batch.first + batch.count - 1).toBeLessThanOrEqual(acked[lane])
              else expect(batch.gap.reason).toMatch(/^(quota|memory|quota\+memory|memory\+quota)$/)
            } else expect(unpackBody(batch.body).toString()).toBe(truth[lane][batch.first - 1])
          }
          expect(Object.keys(dropped).every((key) => key.startsWith('quota:'))).toBe(true)
        }
        now.close()
      }),
      { numRuns: 60 },
    )
  })

  it('drops the oldest over its quota, as one merged gap, and counts exactly', () => {
    again({ ...WIDE, quotaBytes: { event: 3_000, telemetry: 1e9, result: 1e9 } })
    for (let i = 0; i < 40; i++) put('event', `body ${i}`, 2)
    const batches = readAll(store, 'event')
    expect(batches.filter((b) => b.gap)).toHaveLength(1)
    expect(batches[0]).toMatchObject({ first: 1, gap: { reason: 'quota' } })
    expect(store.state().dropped).toEqual({ 'quota:event': batches[0]?.count })
    expectUnbroken(batches, 1, 80)
    expect(readAll(store, 'event', 5)[0]?.first).toBe(6)
  })

  it('asks for definitions again when a defining batch was discarded', () => {
    again({ ...WIDE, quotaBytes: { event: 1e9, telemetry: 900, result: 1e9 } })
    store.commit([{ lane: 'telemetry', count: 1, body: 'x', series: [[1, '{"n":1}']] }], CLOCK)
    expect(store.state().redefine).toBe(false)
    for (let i = 0; i < 9; i++) put('telemetry', `y${i}`)
    expect(store.state().redefine).toBe(true)
    expect(store.state().redefine).toBe(false)
    expect(again().report().series).toEqual([[1, '{"n":1}']])
  })

  it('gives all definitions in pages, without damaged ones', () => {
    const series = Array.from({ length: 10 }, (_, i) => [i + 1, `{"n":${i + 1}}`] as const)
    store.commit([{ lane: 'telemetry', count: 1, body: 'x', series }], CLOCK)
    store.close()
    const db = new DatabaseSync(join(dir, 'outbox.db'))
    db.exec('UPDATE series SET crc = crc + 1 WHERE n IN (3, 10)')
    db.close()
    store = openStore(dir, WIDE, 0)
    const pages = []
    for (let after = 0; ; ) {
      const page = store.definitions(after, 24)
      pages.push(page.series.map(([n]) => n))
      after = page.series.at(-1)?.[0] ?? after
      if (page.last) break
    }
    expect(pages).toEqual([
      [1, 2, 4],
      [5, 6, 7],
      [8, 9],
    ])
  })

  it('keeps acknowledged batches for the retention, then forgets them', () => {
    put('event', 'a')
    put('event', 'b')
    store.acknowledge('event', 1, 10_000)
    store.tidy(10_000 + 86_399_000)
    expect(store.read('event', 0, 1e6).map((b) => b.gap?.reason)).toEqual([undefined, undefined])
    store.tidy(10_000 + 86_400_001)
    expect(store.read('event', 0, 1e6).map((b) => b.gap?.reason)).toEqual(['not-retained', undefined])
    expect(store.state().dropped).toEqual({})
  })

  it('delivers what is whole when rows were damaged, with gaps for the rest', () => {
    for (let i = 0; i < 6; i++) put('event', `body ${i}`, 2)
    store.close()
    const db = new DatabaseSync(join(dir, 'outbox.db'))
    db.exec("UPDATE batch SET body = x'00ff' WHERE first = 3; DELETE FROM batch WHERE first IN (7, 11)")
    db.close()
    store = openStore(dir, WIDE, 0)
    const batches = readAll(store, 'event')
    expect(batches.map((b) => b.gap?.reason ?? unpackBody(b.body).toString())).toEqual([
      'body 0',
      'damaged',
      'body 2',
      'damaged',
      'body 4',
      'damaged',
    ])
    expectUnbroken(batches, 1, 12)
    expect(store.state().dropped).toEqual({ 'damaged:event': 6 })
    expect(readAll(again(), 'event').map((b) => b.gap?.reason)).toEqual(batches.map((b) => b.gap?.reason))
  })

  it('always starts, whatever the file holds, and keeps the last three wrecks', () => {
    const { epoch } = store.state()
    store.close()
    for (let i = 0; i < 5; i++) {
      rmSync(join(dir, 'outbox.db-wal'), { force: true })
      writeFileSync(join(dir, 'outbox.db'), 'not a database, '.repeat(500 + i))
      store = openStore(dir, WIDE, i * 1_000)
      expect(store.lost?.reason).toMatch(/not a database/)
      expect(store.state().epoch).not.toBe(epoch)
      put('event', 'x')
      store.close()
    }
    expect(readdirSync(dir).filter((name) => /^damaged-.*\.db$/.test(name))).toHaveLength(3)
  })

  it('stands a file aside whose table definitions were damaged', () => {
    put('event', 'a')
    store.close()
    const path = join(dir, 'outbox.db')
    for (const [word, damaged] of [
      ['acknowledged INTEGER', 'acknowledgee INTEGER'],
      ['value TEXT NOT NULL', 'value TEXT NOT NULM'],
      ['batch_order', 'batch_orden'],
    ] as const) {
      const good = readFileSync(path)
      const bytes = Buffer.from(good)
      for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) bytes.write(damaged, at, 'latin1')
      expect(bytes.equals(good)).toBe(false)
      writeFileSync(path, bytes)
      store = openStore(dir, WIDE, 1)
      expect(store.lost?.reason).toBeTruthy()
      put('event', 'b')
      store.close()
    }
  })

  // A flipped bit in the numbers of a row once sent its records under the numbers of others.
  it('takes a batch that stands at another place for damage', () => {
    for (let i = 0; i < 5; i++) put('event', `body ${i}`)
    store.close()
    const db = new DatabaseSync(join(dir, 'outbox.db'))
    db.exec('DELETE FROM batch WHERE first = 4; UPDATE batch SET first = 4 WHERE first = 3')
    db.close()
    const opened = openStore(dir, WIDE, 0)
    expect(() => readAll(opened, 'event')).toThrow(/not its place/)
    opened.close()
  })

  it('is never silently wrong after random damage: it reads on with gaps or stands the file aside', () => {
    for (let i = 0; i < 60; i++) put('event', `body ${i} ${'x'.repeat(i * 20)}`)
    store.close()
    const good = readFileSync(join(dir, 'outbox.db'))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom('flip', 'zero', 'cut'), fc.nat(255), (at, how, bit) => {
        const own = join(dir, 'damage')
        rmSync(own, { recursive: true, force: true })
        mkdirSync(own)
        const path = join(own, 'outbox.db')
        writeFileSync(path, good)
        if (how === 'cut') truncateSync(path, at)
        else {
          const size = how === 'zero' ? Math.min(4096, good.length - at) : 1
          const file = openSync(path, 'r+')
          writeSync(
            file,
            how === 'zero' ? Buffer.alloc(size) : Buffer.from([(good[at] as number) ^ (bit || 1)]),
            0,
            size,
            at,
          )
        }
        const opened = openStore(own, WIDE, 0)
        try {
          for (const batch of readAll(opened, 'event'))
            if (!batch.gap)
              expect(unpackBody(batch.body).toString()).toBe(
                `body ${batch.first - 1} ${'x'.repeat((batch.first - 1) * 20)}`,
              )
        } catch (error) {
          // Found while reading: the commit thread then stands it aside.
          expect((error as { errcode?: number }).errcode ?? error).toBe(11)
          const lost = opened.abandon('damage', 1)
          expect(statSync(join(own, lost.keptAs)).isFile()).toBe(true)
          openStore(own, WIDE, 0).close()
          return
        }
        opened.close()
      }),
      { numRuns: 150 },
    )
  })

  const mayMount = process.platform === 'linux' && process.getuid?.() === 0
  it.skipIf(!mayMount)('on a full disk gives up telemetry, never events and results, and can always delete', () => {
    const disk = join(dir, 'disk')
    mkdirSync(disk)
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', disk]).status).toBe(0)
    try {
      const small = openStore(disk, { ...WIDE, reserveBytes: 4 * 2 ** 20 }, 0)
      const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
      for (let i = 0; i < 20; i++) small.commit([{ lane: 'telemetry', count: 10, body: random(60_000) }], CLOCK)
      small.commit([{ lane: 'event', count: 1, body: 'acknowledged' }], CLOCK)
      small.acknowledge('event', 1, 1_000)
      fill(join(disk, 'filler'))
      let events = 1
      let code: string | undefined
      while (code === undefined && events < 1_000) {
        try {
          const lane = events % 10 === 0 ? 'result' : 'event'
          small.commit([{ lane, count: 1, body: random(20_000) }], CLOCK)
          events++
        } catch (error) {
          code = `${(error as { errcode?: number }).errcode}`
        }
      }
      // Refused in the end, after all telemetry and the reserve were used: nothing of the higher lanes is gone.
      expect(code).toBe('13')
      expect(events).toBeGreaterThan(100)
      const { lanes, dropped } = small.state()
      expect(dropped).toEqual({ 'disk-full:telemetry': 200 })
      expect(readAll(small, 'telemetry').map((b) => [b.first, b.count, b.gap?.reason])).toEqual([[1, 200, 'disk-full']])
      expect(
        readAll(small, 'event')
          .filter((b) => b.gap)
          .map((b) => b.gap?.reason),
      ).toEqual(['not-retained'])
      expect(readAll(small, 'result').filter((b) => b.gap)).toEqual([])
      expect(lanes.event.newest + lanes.result.newest).toBe(events)
      // The collector takes some of it: there is room again without a byte more on the disk.
      small.acknowledge('event', 40, 2_000)
      for (let i = 0; i < 20; i++) small.commit([{ lane: 'event', count: 1, body: random(20_000) }], CLOCK)
      expect(readAll(small, 'event', 40).filter((b) => b.gap)).toEqual([])
      expect(small.state().dropped).toEqual({ 'disk-full:telemetry': 200 })
      rmSync(join(disk, 'filler'))
      small.tidy(3_000)
      expect(statSync(join(disk, 'reserve')).size).toBe(4 * 2 ** 20)
      small.close()
    } finally {
      spawnSync('umount', ['-l', disk])
    }
  })

  it('journals a command once and commits its result with the mark', () => {
    const entry = { id: 'command-1', nonce: 'n1', seq: 5, action: 'ping', target: 'd', at: 1, expires: 2 }
    expect(store.journal({ do: 'begin', entry })).toBe(true)
    expect(store.journal({ do: 'begin', entry: { ...entry, id: 'command-2', seq: 6 } })).toBe(false)
    expect(store.journal({ do: 'begin', entry: { ...entry, id: 'command-1', nonce: 'n2', seq: 7 } })).toBe(false)
    again()
    expect(store.journal({ do: 'unfinished' })).toEqual([entry])
    for (let i = 0; i < 2; i++) store.journal({ do: 'finish', id: 'command-1', result: '{"done":1}', clock: CLOCK })
    expect(store.state().lanes.result.newest).toBe(1)
    store.tidy(2 + 86_400_001)
    expect(store.journal({ do: 'knows', id: 'command-1', nonce: 'x' })).toBe(false)
    expect(store.journal({ do: 'highest' })).toBe(5)
  })
})

/** Takes every free block. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  for (let size = 256 * 1024; size >= 4096; ) {
    try {
      if (writeSync(file, Buffer.alloc(size, 1)) < size) size /= 2
    } catch {
      size /= 2
    }
  }
  closeSync(file)
}
