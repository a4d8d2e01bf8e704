import { describe, expect, it } from 'vitest'
import { InventoryEvent } from '#shared/domain/device-event.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import type { AgentDevice } from './device.ts'
import { createDeviceList } from './device-list.ts'

const device = (id: string): AgentDevice => ({
  ...{ id, name: `Device ${id} ${'x'.repeat(90)}`, address: '192.0.2.1', tags: { floor: '3' }, parents: ['core'] },
})

describe('device list', () => {
  it('is one complete record when it fits', () => {
    const [only, ...more] = createDeviceList([device('b'), device('a')]).inventory(1)
    expect(more).toEqual([])
    expect(only).toMatchObject({ complete: true, devices: [{ device: 'a' }, { device: 'b' }] })
    expect(only?.range).toBeUndefined()
    expect(createDeviceList([]).inventory(1)).toMatchObject([{ complete: true, devices: [] }])
  })

  it('covers every name exactly once when it needs several records', () => {
    const ids = Array.from({ length: 5_000 }, (_, i) => `dev-${(i * 7919) % 5_000}`)
    const parts = createDeviceList(ids.map(device)).inventory(1)
    expect(parts.length).toBeGreaterThan(10)
    let after: string | null = null
    for (const part of parts) {
      expect(InventoryEvent.parse(part)).toEqual(part)
      expect(JSON.stringify(part).length).toBeLessThan(MAX_RECORD_BYTES)
      expect(part.complete).toBe(false)
      expect(part.range?.after).toBe(after)
      for (const { device: id } of part.devices) expect(after === null || id > after).toBe(true)
      after = part.range?.upTo ?? null
      if (after !== null) expect(part.devices.at(-1)?.device).toBe(after)
    }
    expect(after).toBeNull()
    expect(parts.flatMap((part) => part.devices.map((d) => d.device))).toEqual(ids.toSorted())
  })

  it('tells one that is gone without naming the others', () => {
    const list = createDeviceList(['a', 'b', 'c', 'd'].map(device))
    list.replace(['a', 'c', 'd'].map(device))
    expect(list.gone('b', 1)).toMatchObject({ devices: [], complete: false, range: { after: 'a', upTo: 'b' } })
    list.replace([])
    expect(list.gone('a', 1).range).toEqual({ after: null, upTo: 'a' })
    expect(InventoryEvent.parse(list.gone('a', 1))).toEqual(list.gone('a', 1))
  })
})
