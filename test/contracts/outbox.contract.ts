// What every outbox holds to, the one on disk and the one in memory.
import { expect, it } from 'vitest'
import type { StoredBatch } from '#agent/outbox/commit-messages.ts'
import type { Outbox } from '#agent/outbox/outbox.ts'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { decodeEvents } from '#shared/wire/event-lines.ts'
import { bodyHash, unpackBody } from '#shared/wire/packing.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import type { Lane } from '#shared/wire/topics.ts'
import { until } from '#test/support/until.ts'

export const said = (message: string): DeviceEvent => ({ kind: 'agent', at: 1, device: null, code: 'test', message })

/** Everything from `after` on, as the uplink would read it. */
export async function readAll(outbox: Outbox, lane: Lane, after = 0): Promise<StoredBatch[]> {
  const out: StoredBatch[] = []
  for (let cursor = after; ; ) {
    const batches = await outbox.nextBatches(lane, cursor, 10_000)
    if (batches.length === 0) return out
    out.push(...batches)
    const last = out.at(-1) as StoredBatch
    cursor = last.first + last.count - 1
  }
}

/** Fails unless the batches are one unbroken run from `first`; returns the number after the last. */
export function expectUnbroken(batches: readonly StoredBatch[], first: number): number {
  let next = first
  for (const batch of batches) {
    expect(batch.first).toBe(next)
    if (!batch.gap) expect(bodyHash(batch.body)).toBe(batch.hash)
    next += batch.count
  }
  return next
}

export const messagesIn = (batches: readonly StoredBatch[]): string[] =>
  batches.flatMap((batch) =>
    batch.gap ? [] : decodeEvents(unpackBody(batch.body)).map((event) => (event as { message: string }).message),
  )

export function outboxContract(create: () => Promise<Outbox>): void {
  it('gives gap-free numbers from 1 in the order of acceptance', async () => {
    const outbox = await create()
    const messages = Array.from({ length: 500 }, (_, i) => `m${i}`)
    for (const message of messages) outbox.event(said(message))
    await outbox.eventDurable(said('last'))
    const batches = await readAll(outbox, 'event')
    expect(expectUnbroken(batches, 1)).toBe(502)
    expect(messagesIn(batches)).toEqual([...messages, 'last'])
  })

  it('resolves a durable event only when it can be read back', async () => {
    const outbox = await create()
    await outbox.eventDurable(said('kept'))
    expect(messagesIn(await readAll(outbox, 'event'))).toEqual(['kept'])
  })

  it('defines a series in the first batch that uses it, and again when asked', async () => {
    const outbox = await create()
    const definition = { device: 'd', metric: 'm', resource: '', unit: '', kind: 'gauge' } as const
    const n = outbox.series(definition)
    expect(outbox.series(definition)).toBe(n)
    expect(outbox.series({ ...definition, resource: 'if:1' })).not.toBe(n)
    const samplesFrom = async (count: number) => {
      await until(() => outbox.state().lanes.telemetry.newest >= count)
      const batches = await readAll(outbox, 'telemetry')
      expectUnbroken(batches, 1)
      return batches.map((batch) => decodeSamples(unpackBody(batch.body), batch.count))
    }
    outbox.sample(n, 1000, 1.5)
    outbox.sample(n, 2000, Number.NaN)
    const [first] = await samplesFrom(1)
    expect(first?.definitions).toEqual([{ ...definition, n }])
    expect([first?.series[0], first?.at[0], first?.values[0]]).toEqual([n, 1000, 1.5])
    outbox.sample(n, 3000, 2)
    expect((await samplesFrom(2))[1]?.definitions).toEqual([])
    outbox.redefine()
    outbox.sample(n, 4000, 3)
    expect((await samplesFrom(3))[2]?.definitions).toEqual([{ ...definition, n }])
    expect(outbox.state().dropped).toEqual({ 'not-finite:telemetry': 1 })
  })

  it('keeps lanes apart and counts what waits', async () => {
    const outbox = await create()
    await outbox.eventDurable(said('a'))
    await outbox.appendResult({ kind: 'audit', at: 1, what: 'x', detail: {} })
    await outbox.eventDurable(said('b'))
    outbox.acknowledge('event', 1)
    await until(() => outbox.state().lanes.event.acknowledged === 1)
    expect(outbox.state().lanes.event).toMatchObject({ oldest: 1, newest: 2, acknowledged: 1 })
    expect(outbox.state().lanes.result).toMatchObject({ oldest: 1, newest: 1, acknowledged: 0 })
    expect(messagesIn(await outbox.nextBatches('event', 1, 1_000_000))).toEqual(['b'])
    expect(messagesIn(await outbox.nextBatches('event', 0, 1_000_000))).toEqual(['a', 'b'])
  })

  it('tells of commits and remembers small things', async () => {
    const outbox = await create()
    let told = 0
    const end = outbox.onCommitted(() => told++)
    await outbox.eventDurable(said('a'))
    await until(() => told > 0)
    end()
    expect(await outbox.small('s', { do: 'get', key: 'k' })).toBe(null)
    await outbox.small('s', { do: 'set', key: 'k', value: 'v' })
    expect(await outbox.small('s', { do: 'get', key: 'k' })).toBe('v')
    expect(await outbox.small('other', { do: 'get', key: 'k' })).toBe(null)
    expect(await outbox.small('s', { do: 'add', key: 'k', value: 'w' })).toBe(false)
    expect(await outbox.small('s', { do: 'entries' })).toEqual([['k', 'v']])
    expect(await outbox.small('s', { do: 'delete', key: 'k' })).toBe(true)
  })
}
