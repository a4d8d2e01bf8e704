import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unpackBody } from '#shared/wire/packing.ts'
import { beginNewEpoch } from './new-epoch.ts'
import { openStore } from './store.ts'

const LIMITS = {
  quotaBytes: { event: 1e9, telemetry: 1e9, result: 1e9 },
  retainMs: 86_400_000,
  reserveBytes: 0,
}
const CLOCK = { boot: 'b', mono: 1, wall: 1_000 }

describe('new epoch', () => {
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-epoch-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  it('keeps what waits, numbered from 1, with definitions and journal; the old store stays beside it', () => {
    const store = openStore(dir, LIMITS, 0)
    for (let i = 1; i <= 6; i++) store.commit([{ lane: 'event', count: 2, body: `event ${i}` }], CLOCK)
    store.commit([{ lane: 'telemetry', count: 3, body: 'samples', series: [[7, '{"n":7}']] }], CLOCK)
    const entry = { id: 'command-1', nonce: 'n1', seq: 5, action: 'ping', target: 'd', at: 1, expires: 2 }
    store.journal({ do: 'begin', entry })
    store.acknowledge('event', 6, 1_000)
    store.commit([{ lane: 'event', count: 1, gap: 'memory' }], CLOCK)
    const { epoch } = store.state()
    store.close()

    const done = beginNewEpoch(dir, 5_000)
    expect(done).toMatchObject({ before: epoch, waiting: { event: 7, telemetry: 3, result: 0 } })
    const again = openStore(dir, LIMITS, 0)
    const state = again.state()
    expect(state.epoch).toBe(done.epoch)
    expect(state.lanes.event).toMatchObject({ oldest: 1, newest: 7, acknowledged: 0 })
    expect(again.read('event', 0, 1e6).map((b) => [b.first, b.gap?.reason ?? unpackBody(b.body).toString()])).toEqual([
      [1, 'event 4'],
      [3, 'event 5'],
      [5, 'event 6'],
      [7, 'memory'],
    ])
    again.commit([{ lane: 'event', count: 1, body: 'next' }], CLOCK)
    expect(again.state().lanes.event.newest).toBe(8)
    expect(again.definitions(0, 1e6).series).toEqual([[7, '{"n":7}']])
    expect(again.journal({ do: 'highest' })).toBe(5)
    again.close()
    expect(() => beginNewEpoch(join(dir, 'nothing'), 1)).toThrow('no outbox')
  })

  it('changes nothing while an agent has the store open', () => {
    const store = openStore(dir, LIMITS, 0)
    store.commit([{ lane: 'event', count: 1, body: 'x' }], CLOCK)
    expect(() => beginNewEpoch(dir, 1)).toThrow('locked')
    const { epoch } = store.state()
    store.close()
    expect(beginNewEpoch(dir, 1).before).toBe(epoch)
  })

  it('begins at nothing when everything was acknowledged', () => {
    const store = openStore(dir, LIMITS, 0)
    store.commit([{ lane: 'result', count: 4, body: 'x' }], CLOCK)
    store.acknowledge('result', 4, 1_000)
    store.close()
    expect(beginNewEpoch(dir, 1).waiting.result).toBe(0)
    const again = openStore(dir, LIMITS, 0)
    expect(again.state().lanes.result).toEqual({ oldest: 0, newest: 0, acknowledged: 0, bytes: 0 })
    again.commit([{ lane: 'result', count: 1, body: 'y' }], CLOCK)
    expect(again.read('result', 0, 1e6)[0]?.first).toBe(1)
    again.close()
  })
})
