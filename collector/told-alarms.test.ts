import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import { createAlarms } from './alarms/alarms.ts'
import type { AlarmSignal } from './rules/signal.ts'
import { emptyChangeSet } from './storage/change-set.ts'
import { createToldAlarms, MAX_TOLD, UNTOLD_MS } from './told-alarms.ts'

const T0 = Date.UTC(2026, 0, 1)
const signal = (more: Partial<AlarmSignal> = {}): AlarmSignal => ({
  ...{ kind: 'raise', rule: 'link-down-trap', at: T0, agent: 'agent-hq-0001', customer: 'acme', site: 'hq' },
  ...{
    device: 'hq.sw',
    resource: 'if:index-7',
    alarmType: 'link.down',
    qualifier: '',
    severity: 'major',
    text: 'down',
  },
  ...{ source: 'trap', late: false, inputs: {} },
  ...more,
})

function desk() {
  const alarms = createAlarms({ listCleared: 'until-ack', forgetAfterDays: 30 })
  const polled = new Set<string>()
  const world = {
    ports: undefined as undefined | { at: number; lacks(resource: string): boolean },
    clearAfter: 0,
    cleared: [] as [string, string][],
  }
  const told = createToldAlarms({
    rules: {
      polledPorts: () => world.ports,
      isPolled: ({ resource }) => polled.has(resource),
      get: () => ({ rule: { clearAfter: world.clearAfter } }) as never,
    },
    clear(alarm, why, _changes, now) {
      world.cleared.push([alarm.resource, why])
      const change = alarms.apply({ ...alarm, ...signal({ ...alarm, kind: 'clear', at: now, inputs: {} } as never) })
      if (change) told.saw(change.alarm)
    },
  })
  const say = (more: Partial<AlarmSignal> = {}): Alarm | undefined => {
    const one = signal(more)
    const change = told.admits(one) ? alarms.apply(one) : undefined
    if (change) told.saw(change.alarm)
    return change?.alarm
  }
  let tickAt = T0
  const tick = (at: number) => {
    tickAt = Math.max(at, tickAt + 1000)
    told.tick(emptyChangeSet(), tickAt)
  }
  return { alarms, told, say, tick, world, polled }
}

describe('alarms that only events told of', () => {
  it('end when a poll since knows no port of that number, and all of it has come', () => {
    const { say, tick, world } = desk()
    const lacks = (resource: string) => resource === 'if:index-7'
    say()
    say({ resource: 'if:index-3' })
    tick(T0 + 1000)
    world.ports = { at: T0, lacks }
    tick(T0 + 10_000)
    tick(T0 + 13_000)
    world.ports = { at: T0 + 1, lacks }
    tick(T0 + 14_000)
    tick(T0 + 15_999)
    expect(world.cleared).toEqual([])
    tick(T0 + 17_000)
    expect(world.cleared).toEqual([['if:index-7', 'polled since: the device has no such port']])
    tick(T0 + 20_000)
    expect(world.cleared).toHaveLength(1)
  })

  it('wait for a poll anew when they are told again', () => {
    const { say, tick, world } = desk()
    const ports = (at: number) => ({ at, lacks: () => true })
    say()
    world.ports = ports(T0 + 1000)
    tick(T0 + 1000)
    say({ at: T0 + 1500 })
    tick(T0 + 4000)
    world.ports = ports(T0 + 5000)
    tick(T0 + 5000)
    tick(T0 + 6999)
    expect(world.cleared).toEqual([])
    tick(T0 + 8000)
    expect(world.cleared).toHaveLength(1)
  })

  it('end after days without a word, unless a poll judges them, a person took them or their rule has a time', () => {
    const { say, tick, world, polled, alarms, told } = desk()
    polled.add('if:polled')
    for (const resource of ['if:polled', 'if:taken', 'if:forgotten', 'if:fresh']) say({ resource })
    const taken = say({ resource: 'if:taken' }) as Alarm
    const change = alarms.act(taken.id, { action: 'acknowledge', actor: 'ann', at: T0, note: '' })
    if (typeof change !== 'string') told.saw(change.alarm)
    say({ resource: 'if:fresh', at: T0 + 60_000 })
    world.clearAfter = 60_000
    tick(T0 + UNTOLD_MS)
    expect(world.cleared).toEqual([])
    world.clearAfter = 0
    told.restored(alarms.active())
    tick(T0 + UNTOLD_MS)
    expect(world.cleared).toEqual([['if:forgotten', 'not told again for 7 days, and no poll can tell']])
  })

  it('are at most so many of one device and type; others and repeats are taken', () => {
    const { say, told } = desk()
    for (let n = 0; n < MAX_TOLD + 3; n++) say({ resource: `if:index-${n}` })
    expect(told.dropped).toEqual({ 'told-alarms-full': 3 })
    expect(say({ resource: 'if:index-1', at: T0 + 1 })).toMatchObject({ count: 2 })
    expect(say({ resource: '', alarmType: 'device.message-storm' })).toBeDefined()
    expect(say({ device: 'hq.other' })).toBeDefined()
    expect(say({ resource: 'if:polled', source: 'poll' })).toBeDefined()
    expect(say({ resource: 'if:index-2', kind: 'clear', at: T0 + 2 })).toMatchObject({ isCleared: true })
    expect(say({ resource: 'if:one-more' })).toBeDefined()
    expect(say({ resource: 'if:too-many' })).toBeUndefined()
  })

  it('are no longer told alone once a poll has said it too', () => {
    const { say, tick, world } = desk()
    say()
    say({ source: 'poll', at: T0 + 1 })
    tick(T0 + 10 * UNTOLD_MS)
    expect(world.cleared).toEqual([])
  })
})
