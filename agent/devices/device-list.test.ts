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

  it('tells what profiles want asked once for each, and stays within a record', () => {
    const step = {
      action: 'snmp-get',
      arguments: { oids: Array.from({ length: 32 }, () => `1.3.${'9.'.repeat(100)}0`) },
    }
    const playbook = (n: number) => ({ 'env.fan': [step], [`env.n${n}`]: [step] })
    const ids = Array.from({ length: 60 }, (_, i) => `dev-${String(i).padStart(2, '0')}`)
    const list = createDeviceList(ids.map(device))
    const who = { sysObjectId: '', sysDescr: '', sysName: '', profileReason: 'r', tags: {} }
    const learn = (id: string, i: number) =>
      list.learn({ ...who, device: id, profile: `p${i % 6}`, ...(i % 6 === 0 ? {} : { playbook: playbook(i % 6) }) })
    for (const [i, id] of ids.entries()) expect(learn(id, i)).toBe(true)
    expect(learn('dev-07', 1)).toBe(false)
    const parts = list.inventory(1)
    expect(parts.flatMap((part) => part.devices.map((d) => d.device))).toEqual(ids)
    for (const part of parts) {
      expect(JSON.stringify(part).length).toBeLessThan(MAX_RECORD_BYTES)
      const used = new Set(part.devices.map((d) => d.profile))
      used.delete('p0')
      expect(new Set(Object.keys(part.playbooks ?? {}))).toEqual(used)
      expect(InventoryEvent.parse(part)).toEqual(part)
    }
    expect(list.change('dev-07', 2)).toMatchObject({ devices: [{ profile: 'p1' }], playbooks: { p1: playbook(1) } })
    expect(list.change('dev-06', 2)).not.toHaveProperty('playbooks')
    // a profile that says otherwise is news
    expect(list.learn({ ...who, device: 'dev-07', profile: 'p1', playbook: playbook(9) })).toBe(true)
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
