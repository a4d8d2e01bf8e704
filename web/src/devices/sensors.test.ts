import { describe, expect, it } from 'vitest'
import type { LatestSample } from '#shared/http/inventory.ts'
import { sensorsOf } from './sensors.ts'

const sample = (metric: string, value: number | null, more: Partial<LatestSample> = {}): LatestSample => ({
  ...{ metric, value, resource: '', unit: '', kind: 'gauge', states: null, tags: {}, at: 1 },
  ...more,
})

describe('sensors', () => {
  it('are what the profile gives limits and what measures the equipment, the worst first', () => {
    const rows = sensorsOf([
      sample('sys.uptime', 5),
      sample('if.in.octets', 5, { resource: 'if:1', limits: { highWarning: 1 } }),
      sample('env.temperature', 63, { unit: 'Cel', limits: { highWarning: 60, highCritical: 75 } }),
      sample('acme.special', 9, { limits: { highCritical: 8 } }),
      sample('cpu.load', 17, { unit: '%' }),
      sample('env.fan-status', 2, {
        ...{ kind: 'state', states: { '2': 'critical' }, severities: { critical: 'major' } },
      }),
    ])
    expect(rows.map(({ sample: { metric }, beyond, share }) => [metric, beyond, share])).toEqual([
      ['acme.special', 'critical', 100],
      ['env.fan-status', 'major', null],
      ['env.temperature', 'warning', 84],
      ['cpu.load', null, 17],
    ])
  })

  it('stand between their limits also below zero, and nowhere without a value', () => {
    const limits = { lowCritical: -20, highCritical: 30 }
    expect(sensorsOf([sample('env.temperature', 5, { limits })])[0]?.share).toBe(50)
    expect(sensorsOf([sample('env.temperature', -90, { limits })])[0]).toMatchObject({ share: 0, beyond: 'critical' })
    expect(sensorsOf([sample('env.temperature', null, { limits })])[0]).toMatchObject({ share: null, beyond: null })
  })
})
