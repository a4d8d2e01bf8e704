import { describe, expect, it } from 'vitest'
import { Selector } from './rule.ts'
import { compileSelector, narrowness } from './selector.ts'

const DEVICES: Record<string, { profile: string | null; tags: Record<string, string> }> = {
  'hq.sw': { profile: 'cisco', tags: { role: 'core', class: 'switch' } },
  'hq.bare': { profile: null, tags: {} },
}
const places = {
  device: (id: string) => DEVICES[id] as never,
  customerOf: (site: string) => (site === 'hq' ? 'acme' : 'globex'),
}
const of = (raw: Record<string, unknown>) => compileSelector(Selector.parse(raw), places)

describe('a selector', () => {
  it('that says nothing selects everything', () => {
    const all = of({})
    expect([all.place('hq', 'hq.sw'), all.place('x', null), all.resource('if:1'), all.class(null, undefined)]).toEqual([
      ...[true, true, true, true],
    ])
  })

  it('selects by site, customer and device; the site itself is no device', () => {
    expect(of({ sites: ['h*'] }).place('hq', null)).toBe(true)
    expect(of({ sites: ['h*'] }).place('branch', null)).toBe(false)
    expect(of({ customers: ['acme'] }).place('hq', null)).toBe(true)
    expect(of({ customers: ['acme'] }).place('branch', null)).toBe(false)
    expect(of({ devices: ['hq.*'] }).place('hq', 'hq.sw')).toBe(true)
    expect(of({ devices: ['hq.*'] }).place('x', 'x.sw')).toBe(false)
    expect(of({ devices: ['*'] }).place('hq', null)).toBe(false)
  })

  it('selects by profile and tags of known devices, all that are asked', () => {
    expect(of({ profiles: ['cis*'] }).place('hq', 'hq.sw')).toBe(true)
    expect(of({ profiles: ['huawei'] }).place('hq', 'hq.sw')).toBe(false)
    expect(of({ profiles: ['*'] }).place('hq', 'hq.bare')).toBe(true)
    expect(of({ profiles: ['?*'] }).place('hq', 'hq.bare')).toBe(false)
    expect(of({ tags: { role: 'core' } }).place('hq', 'hq.sw')).toBe(true)
    expect(of({ tags: { role: 'edge' } }).place('hq', 'hq.sw')).toBe(false)
    expect(of({ tags: { role: '*' } }).place('hq', 'hq.bare')).toBe(false)
    expect(of({ tags: { role: 'core', class: 'router' } }).place('hq', 'hq.sw')).toBe(false)
    for (const unknown of ['hq.nobody', null]) {
      expect(of({ tags: { role: '*' } }).place('hq', unknown)).toBe(false)
      expect(of({ profiles: ['*'] }).place('hq', unknown)).toBe(false)
    }
  })

  it('selects resources, and leaves some out', () => {
    const both = of({ resources: ['if:*'], notResources: ['if:lo*'] })
    expect(['if:1', 'if:lo0', 'disk:1'].map(both.resource)).toEqual([true, false, false])
    expect(of({ notResources: ['if:lo*'] }).resource('disk:1')).toBe(true)
  })

  it('selects by class, of the series or of the device', () => {
    const by = of({ classes: ['switch'] })
    expect(by.class('hq.bare', 'switch')).toBe(true)
    expect(by.class('hq.sw', undefined)).toBe(true)
    expect(by.class('hq.sw', 'port')).toBe(true)
    expect(by.class('hq.bare', 'port')).toBe(false)
    expect(by.class('hq.bare', undefined)).toBe(false)
    expect(by.class('hq.nobody', undefined)).toBe(false)
    expect(by.class(null, undefined)).toBe(false)
  })

  it('is narrower the more it says: one device before some, then resources, tags, profiles, sites, customers', () => {
    const order = [
      { devices: ['hq.sw'], resources: ['if:1'] },
      { devices: ['hq.sw'] },
      { devices: ['hq.*'], resources: ['if:1'] },
      { devices: ['hq.*'] },
      { resources: ['if:1'], tags: { a: 'b' } },
      { resources: ['if:1'] },
      { tags: { a: 'b' } },
      { profiles: ['p'] },
      { sites: ['hq'] },
      { customers: ['acme'] },
      { notResources: ['if:lo'] },
    ].map((raw) => narrowness(Selector.parse(raw)))
    expect(order).toEqual([160, 128, 96, 64, 48, 32, 16, 8, 4, 2, 0])
    expect(narrowness({ devices: ['hq.a', 'hq.*'] })).toBe(64)
    expect(narrowness({ sites: undefined })).toBe(0)
  })
})
