import { describe, expect, it } from 'vitest'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { createUnknownTraps } from './unknown-traps.ts'

let n = 0
const heard = (event: Partial<DeviceEvent>, at = ++n * 100_000, device: string | null = 's.a'): ReceivedEvent => ({
  ...{ id: ++n, agent: 'a', site: 's', customer: 'c', device, epoch: 'e', seq: n, at, receivedAt: at },
  event: event as DeviceEvent,
})
const trap = (trapOid: string, at?: number, device?: string | null) =>
  heard(
    { kind: 'trap', trapOid, varbinds: [{ oid: '1.3.6', type: 'OctetString', value: 'x'.repeat(1000) }] } as never,
    at,
    device,
  )

describe('the inbox', () => {
  it('tells so many OIDs apart and counts the rest together', () => {
    const inbox = createUnknownTraps(() => false, 3)
    inbox.take(['1.1', '1.2', '1.3', '1.4', '1.5', '1.1'].map((oid) => trap(oid)))
    expect(inbox.all().map((t) => [t.oid, t.count])).toEqual([
      ['1.1', 2],
      ['1.2', 1],
      ['1.3', 1],
    ])
    expect(inbox.other()).toBe(2)
    expect(inbox.get('')).toBeUndefined()
  })

  it('makes room of what has been defined since', () => {
    const known = new Set<string>()
    const inbox = createUnknownTraps((oid) => known.has(oid), 2)
    inbox.take([trap('1.1'), trap('1.2')])
    known.add('1.1')
    inbox.take([trap('1.3')])
    expect(inbox.all().map((t) => t.oid)).toEqual(['1.2', '1.3'])
    expect(inbox.other()).toBe(0)
  })

  it('writes counts only while a storm goes on, keeps few samples and names few devices', () => {
    const inbox = createUnknownTraps(() => false)
    const start = 10_000_000
    expect(inbox.take([0, 1, 2].map((i) => trap('1.9', start + i))).map((w) => w.kind)).toEqual(['unknown'])
    expect(inbox.take([trap('1.9', start + 3)]).map((w) => w.kind)).toEqual(['counted'])
    expect(inbox.take([trap('1.9', start + 100_000)]).map((w) => w.kind)).toEqual(['unknown'])
    const many = Array.from({ length: 30 }, (_, i) => trap('1.9', start + 100_001 + i, `s.d${i}`))
    inbox.take(many)
    const one = inbox.get('1.9')
    expect(one).toMatchObject({ count: 35, deviceCount: 21, firstAt: start })
    expect(one?.devices).toHaveLength(20)
    expect(one?.samples.map((s) => s.at)).toEqual([start, start + 1, start + 100_000])
    expect(one?.samples[0]?.event.varbinds[0]?.value).toHaveLength(256)
  })

  it('counts what an agent has folded', () => {
    const inbox = createUnknownTraps(() => false)
    const storm = { kind: 'storm', what: 'trap', count: 40, firstAt: 0, lastAt: 5000 } as const
    inbox.take([heard({ ...storm, key: '1.3.9' } as never), heard({ ...storm, key: '' } as never)])
    expect(inbox.all()).toMatchObject([{ oid: '1.3.9', count: 40, samples: [] }])
  })
})
