import { describe, expect, it } from 'vitest'
import type { SiteFigures } from '#shared/http/overview.ts'
import { customerFigures, gravityOf } from './customer-figures.ts'

const site = (customer: string, counts: Partial<SiteFigures['alarms']['counts']>, more: Partial<SiteFigures> = {}) =>
  ({
    customer,
    alarms: {
      counts: { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0, ...counts },
      open: Object.values(counts).reduce((sum, n) => sum + n, 0),
    },
    ...{ incidents: 1, agents: { online: 1, unknown: 0, never: 0 }, devices: { up: 4, down: 1, unknown: 0 } },
    ...more,
  }) as SiteFigures

describe('figures of customers', () => {
  it('are those of their sites, added up', () => {
    const figures = customerFigures([
      site('acme', { minor: 2 }),
      site('beta', {}),
      site('acme', { major: 1, minor: 1 }),
    ])
    expect(figures.get('acme')).toEqual({
      counts: { critical: 0, major: 1, minor: 3, warning: 0, indeterminate: 0 },
      ...{ worst: 'major', open: 4, incidents: 2, sites: 2, silent: 0, devices: { down: 2, all: 10 } },
    })
    expect(figures.get('beta')).toMatchObject({ worst: null, open: 0 })
    expect(figures.get('none')).toBeUndefined()
  })

  it('sort by severity before number, and a silent agent before minor alarms', () => {
    const of = (counts: Parameters<typeof site>[1], unknown = 0) =>
      gravityOf(customerFigures([site('x', counts, { agents: { online: 0, unknown, never: 0 } })]).get('x'))
    const order = [of({ critical: 1 }), of({ major: 900 }), of({}, 1), of({ minor: 20 }), of({ warning: 5 }), of({})]
    expect(order).toEqual([...order].sort((a, b) => b - a))
    expect(new Set(order).size).toBe(order.length)
    expect(gravityOf(undefined)).toBeLessThan(of({}))
  })
})
