import { describe, expect, it } from 'vitest'
import type { LatestSample } from '#shared/http/inventory.ts'
import { interfacesOf } from './interfaces.ts'

const sample = (metric: string, value: number | null, more: Partial<LatestSample> = {}): LatestSample => ({
  ...{ metric, value, resource: 'if:Gi0/1', unit: '', kind: 'gauge', states: null, tags: {}, at: 0 },
  ...more,
})

describe('interfaces', () => {
  it('join the metrics of a port: bit rates, use of the busier direction, errors of both', () => {
    const [row] = interfacesOf([
      sample('snmp.ifHCInOctets', 50_000_000),
      sample('snmp.ifHCOutOctets', 1_000_000),
      sample('snmp.ifHighSpeed', 1000),
      sample('snmp.ifOperStatus', 2, { kind: 'state' }),
      sample('snmp.ifInErrors', 0.5),
      sample('snmp.ifOutErrors', 0.25),
    ])
    expect(row).toMatchObject({ name: 'Gi0/1', inBits: 400_000_000, use: 40, state: 'down', errorsPerSecond: 0.75 })
  })

  it('come in the order of their numbers and leave other resources out', () => {
    const at = (resource: string) => sample('ifOperStatus', 1, { resource })
    const rows = interfacesOf([at('if:Gi0/10'), at('if:Gi0/9'), sample('temperature', 30, { resource: 'psu:1' })])
    expect(rows.map((row) => row.name)).toEqual(['Gi0/9', 'Gi0/10'])
  })

  it('say nothing where nothing was measured', () => {
    const [row] = interfacesOf([sample('ifHCInOctets', null), sample('ifOperStatus', null)])
    expect(row).toMatchObject({ inBits: null, use: null, state: null, errorsPerSecond: null })
  })
})
