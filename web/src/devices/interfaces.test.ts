import { describe, expect, it } from 'vitest'
import type { LatestSample } from '#shared/http/inventory.ts'
import { interfacesOf, isDown } from './interfaces.ts'

const sample = (metric: string, value: number | null, more: Partial<LatestSample> = {}): LatestSample => ({
  ...{ metric, value, resource: 'if:Gi0/1', unit: '', kind: 'gauge', states: null, tags: {}, at: 0 },
  ...more,
})
const OPER = { '1': 'up', '2': 'down' }

describe('interfaces', () => {
  it('join the metrics of a port: bit rates, use of each direction, errors and discards of both', () => {
    const tags = { alias: 'uplink', 'speed-mbps': '1000' }
    const [row] = interfacesOf([
      sample('if.in.octets', 50_000_000, { kind: 'counter64', unit: 'By/s', tags }),
      sample('if.out.octets', 1_000_000, { kind: 'counter64', unit: 'By/s', tags }),
      sample('if.oper-status', 2, { kind: 'state', states: OPER, tags }),
      sample('if.in.errors', 0.5, { tags }),
      sample('if.out.discards', 0.25, { tags }),
    ])
    expect(row).toMatchObject({
      name: 'Gi0/1',
      alias: 'uplink',
      inBits: 400_000_000,
      speed: 1e9,
      inUse: 40,
      outUse: 0.8,
    })
    expect(row).toMatchObject({ state: 'down', faultsPerSecond: 0.75 })
  })

  it('are down where nobody shut them', () => {
    const at = (oper: number, admin: number) =>
      interfacesOf([
        sample('if.oper-status', oper, { states: OPER }),
        sample('if.admin-status', admin, { states: OPER }),
      ]).map(isDown)
    expect([at(2, 1), at(2, 2), at(1, 1)]).toEqual([[true], [false], [false]])
  })

  it('come in the order of their numbers and leave other resources out', () => {
    const at = (resource: string) => sample('if.oper-status', 1, { resource, states: OPER })
    const rows = interfacesOf([at('if:Gi0/10'), at('if:Gi0/9'), sample('env.temperature', 30, { resource: 'psu:1' })])
    expect(rows.map((row) => row.name)).toEqual(['Gi0/9', 'Gi0/10'])
  })

  it('say nothing where nothing was measured', () => {
    const [row] = interfacesOf([
      sample('if.in.octets', null, { tags: { 'speed-mbps': '0' } }),
      sample('if.oper-status', null),
    ])
    expect(row).toMatchObject({ inBits: null, inUse: null, speed: null, state: null, faultsPerSecond: null })
  })
})
