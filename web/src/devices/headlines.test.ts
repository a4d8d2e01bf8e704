import { describe, expect, it } from 'vitest'
import type { LatestSample } from '#shared/http/inventory.ts'
import { headlinesOf } from './headlines.ts'

const sample = (metric: string, value: number | null, more: Partial<LatestSample> = {}): LatestSample => ({
  ...{ metric, value, resource: '', unit: '', kind: 'gauge', states: null, tags: {}, at: 0 },
  ...more,
})

describe('headlines', () => {
  it('of a UPS: where its output comes from, then charge and runtime, in the colours of the limits', () => {
    const found = headlinesOf([
      sample('ups.battery.seconds', 56, { unit: 's' }),
      sample('ups.output-source', 5, { kind: 'state', states: { '3': 'normal', '5': 'battery' } }),
      sample('ups.battery.charge', 18, { unit: '%' }),
      sample('ups.battery.runtime', 600, { unit: 's' }),
    ])
    expect(found.map(({ metric, mood }) => [metric, mood])).toEqual([
      ['ups.output-source', 'bad'],
      ['ups.battery.charge', 'bad'],
      ['ups.battery.runtime', 'warn'],
    ])
    expect(found[0]).toMatchObject({ label: 'battery', batterySeconds: 56 })
  })

  it('take the limits of the profile, where it has some, before their own', () => {
    const limits = { highWarning: 60, highCritical: 75 }
    const found = headlinesOf([
      sample('ups.battery.charge', 18, { unit: '%', limits: { lowCritical: 10 } }),
      sample('env.temperature', 76, { unit: 'Cel', limits }),
    ])
    expect(found.map(({ metric, mood }) => [metric, mood])).toEqual([
      ['ups.battery.charge', 'good'],
      ['env.temperature', 'bad'],
    ])
  })

  it('of a host: its total rather than a core, the fullest disks with their sizes', () => {
    const disk = (name: string, used: number, size: number) => [
      sample('storage.used', used, { resource: `storage:${name}`, unit: '%' }),
      sample('storage.size', size, { resource: `storage:${name}`, unit: 'By' }),
    ]
    const found = headlinesOf([
      sample('cpu.load', 90, { resource: 'cpu:1', unit: '%' }),
      sample('cpu.load', 12, { unit: '%' }),
      ...disk('/', 37, 50),
      ...disk('/data', 96, 500),
    ])
    expect(found).toMatchObject([
      { metric: 'cpu.load', value: 12, percent: 12, mood: 'good' },
      { resource: 'storage:/data', percent: 96, size: 500, mood: 'bad' },
      { resource: 'storage:/', percent: 37, size: 50, mood: 'good' },
    ])
  })

  it('of a switch: ports that should be up, the sum of its traffic, ping', () => {
    const states = { '1': 'up', '2': 'down' }
    const port = (name: string, oper: number, admin: number) => [
      sample('if.oper-status', oper, { resource: `if:${name}`, kind: 'state', states }),
      sample('if.admin-status', admin, { resource: `if:${name}`, kind: 'state', states }),
      sample('if.in.octets', 1000, { resource: `if:${name}`, kind: 'counter64', unit: 'By/s' }),
    ]
    const found = headlinesOf([
      ...[port('1', 1, 1), port('2', 2, 1), port('3', 2, 2)].flat(),
      sample('icmp.loss', 100, { unit: '%' }),
      sample('icmp.rtt', 3, { unit: 'ms' }),
    ])
    expect(found).toMatchObject([
      { what: 'ports', up: 1, all: 2 },
      { what: 'traffic', inBits: 24_000 },
      { what: 'ping', rttMs: null, loss: 100, mood: 'bad' },
    ])
  })

  it('are none where nothing was measured', () => {
    expect(headlinesOf([sample('cpu.load', null), sample('sys.uptime', null)])).toEqual([])
  })
})
