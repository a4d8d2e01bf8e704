import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import { shadowQualifier } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Agent, Device, Site } from '#shared/domain/inventory.ts'
import type { SuppressedBy } from '#shared/domain/suppression.ts'
import { createOverview, type OverviewSources } from './overview.ts'
import { HOUR_MS, trendOf } from './trend.ts'

const NOW = 500_000 * HOUR_MS + 1_800_000
const QUERY = { hours: 24 as const, sites: 60 }

const alarm = (site: string, perceivedSeverity: Alarm['perceivedSeverity'], more: Partial<Alarm> = {}) =>
  ({
    ...{ id: `${site}-${perceivedSeverity}`, customer: `of-${site}`, site, qualifier: '', rule: 'r', isCleared: false },
    ...{ operatorState: 'none', suppression: null, perceivedSeverity },
    ...more,
  }) as Alarm
const held = (by: SuppressedBy, since = 0): Partial<Alarm> => ({
  suppression: { by, since, holds: 'incident', ref: null, why: '', until: null },
})
const device = (site: string, state: Device['state'], active = true) => ({ site, state, active }) as Device
const agent = (site: string, presence: Agent['presence'], backlog = 0) =>
  ({ id: `agent-${site}`, site, presence, unknownSince: null, backlog: { event: backlog } }) as unknown as Agent
const incident = (site: string, state: Incident['state'], assignee: string | null) =>
  ({ site, state, assignee }) as Incident

function sources(more: Partial<OverviewSources> = {}): OverviewSources {
  const sites = ['a', 'b', 'c', 'd']
  return {
    customers: () => sites.map((id) => ({ id: `of-${id}`, name: `Customer ${id}` })),
    sites: () => sites.map((id) => ({ id, customer: `of-${id}`, name: `Site ${id}`, timeZone: 'UTC' })),
    ...{ agents: () => [], devices: () => [], alarms: () => [], incidents: () => [] },
    ...{ windows: () => [], hours: () => [], lastClear: () => null },
    ...more,
  }
}
const seen = (from: OverviewSources, only: readonly string[] | null = null, query: object = {}) =>
  createOverview(from, () => NOW).of({ ...QUERY, ...query }, only)

describe('the overview', () => {
  it('counts what the list shows, and apart from it what is held back', () => {
    const alarms = () => [
      alarm('a', 'critical'),
      alarm('a', 'minor', { operatorState: 'ack' }),
      alarm('a', 'major', { operatorState: 'closed' }),
      alarm('a', 'major', { isCleared: true }),
      alarm('b', 'critical', held('maintenance')),
      alarm('b', 'major', { operatorState: 'shelved', ...held('shelved') }),
      alarm('b', 'major', { ...held('shadow'), qualifier: shadowQualifier('r', '') }),
    ]
    const overview = seen(sources({ alarms }))
    expect(overview.alarms).toMatchObject({ open: 2, unacknowledged: 1, held: 2 })
    expect(overview.alarms.counts).toMatchObject({ critical: 1, minor: 1, major: 0 })
    expect(overview.heldBy).toMatchObject({ maintenance: 1, shelved: 1, shadow: 1, cause: 0 })
    expect(overview.sites.map(({ site, worst, maintenance }) => [site, worst, maintenance])).toEqual([
      ['a', 'critical', 0],
      ['b', null, 1],
      ['c', null, 0],
      ['d', null, 0],
    ])
    expect(overview.sitesInTrouble).toBe(1)
    expect(overview.quietSince).toBeNull()
  })

  it('lists sites by severity, then silence, then how many; a silent agent is no less than a major alarm', () => {
    const alarms = () => [alarm('a', 'minor'), alarm('b', 'major'), alarm('d', 'major'), alarm('d', 'minor')]
    const overview = seen(sources({ alarms, agents: () => [agent('c', 'unknown'), agent('b', 'online')] }))
    expect(overview.sites.map(({ site }) => site)).toEqual(['c', 'd', 'b', 'a'])
    expect(seen(sources({ alarms }), null, { sites: 1 })).toMatchObject({ siteCount: 4, sites: [{ site: 'd' }] })
  })

  it('names agents that are not heard first, then those that do not keep up', () => {
    const agents = () => [
      agent('a', 'online', 5000),
      agent('b', 'never'),
      agent('c', 'unknown'),
      agent('d', 'online', 3),
    ]
    const { concerns, ...counts } = seen(sources({ agents })).agents
    expect(concerns.map(({ id, backlog }) => [id, backlog])).toEqual([
      ['agent-c', 0],
      ['agent-a', 5000],
      ['agent-b', 0],
    ])
    expect(counts).toEqual({ online: 2, unknown: 1, never: 1, backlog: 5003 })
  })

  it('counts incidents by state and those of nobody, and devices that are watched', () => {
    const overview = seen(
      sources({
        incidents: () => [incident('a', 'new', null), incident('a', 'in-progress', 'mei'), incident('b', 'new', null)],
        devices: () => [device('a', 'up'), device('a', 'down'), device('a', 'up', false), device('gone', 'up')],
      }),
    )
    expect(overview.incidents).toEqual({ open: 3, unassigned: 2, states: { new: 2, 'in-progress': 1 } })
    expect(overview.devices).toEqual({ up: 1, down: 1, unknown: 0 })
  })

  it('gives somebody with limits only what is theirs, and no windows, which may speak of others', () => {
    const asked: unknown[] = []
    const from = sources({
      alarms: () => [alarm('a', 'critical'), alarm('b', 'major')],
      agents: () => [agent('a', 'unknown')],
      windows: () => [{ id: 'w', title: 'Router of a', owner: '', end: NOW, held: 1 }],
      hours: (_, only) => {
        asked.push(only)
        return []
      },
    })
    const theirs = seen(from, ['of-b'])
    expect(JSON.stringify(theirs)).not.toMatch(/Site a|of-a|Router/)
    expect(theirs).toMatchObject({ alarms: { open: 1 }, siteCount: 1, maintenance: null, agents: { concerns: [] } })
    expect(seen(from, ['of-b'], { customer: 'of-a' })).toMatchObject({ siteCount: 0, alarms: { open: 0 } })
    expect(seen(from, null, { customer: 'of-a' })).toMatchObject({ siteCount: 1, alarms: { open: 1 } })
    expect(seen(from).maintenance).toHaveLength(1)
    expect(asked).toEqual([['of-b'], [], ['of-a'], null])
  })

  it('says since when it is quiet: since the last clear, or since the last alarm was held back', () => {
    const lastClear = () => NOW - 5000
    expect(seen(sources({ lastClear })).quietSince).toBe(NOW - 5000)
    const alarms = () => [alarm('a', 'major', held('maintenance', NOW - 100))]
    expect(seen(sources({ lastClear, alarms })).quietSince).toBe(NOW - 100)
    expect(seen(sources()).quietSince).toBeNull()
  })

  it('goes through memory once a second, however often it is asked', () => {
    let passes = 0
    let now = NOW
    const noneCounted = () => {
      passes++
      return []
    }
    const [customers, sites] = [sources().customers(), sources().sites()]
    const kept = { customers: () => customers, sites: () => sites }
    const book = createOverview(sources({ ...kept, alarms: () => noneCounted() }), () => now)
    for (let i = 0; i < 20; i++) book.of(QUERY, i % 2 === 0 ? null : ['of-a'])
    expect(passes).toBe(1)
    now += 1000
    book.of(QUERY, null)
    expect(passes).toBe(2)
  })

  it('has a site the moment it is made, and its new name', () => {
    let sites = sources().sites() as Site[]
    const book = createOverview(sources({ sites: () => sites }), () => NOW)
    const namesNow = () => book.of(QUERY, null).sites.map(({ name }) => name)
    expect(namesNow()).toHaveLength(4)
    sites = [...sites, { id: 'e', customer: 'of-a', name: 'Site e', timeZone: 'UTC' }]
    expect(namesNow()).toContain('Site e')
    sites = sites.map((site) => (site.id === 'e' ? { ...site, name: 'Site f' } : site))
    expect(namesNow()).toContain('Site f')
  })

  it('is made at once of 50,000 alarms and 5,000 devices', () => {
    const alarms = Array.from({ length: 50_000 }, (_, i) => alarm(`s${i % 500}`, i % 3 === 0 ? 'critical' : 'minor'))
    const devices = Array.from({ length: 5000 }, (_, i) => device(`s${i % 500}`, 'up'))
    const site = (i: number) => ({ id: `s${i}`, customer: `of-${i % 40}`, name: `Site ${i}`, timeZone: 'UTC' })
    const sites = Array.from({ length: 500 }, (_, i) => site(i))
    const from = sources({ sites: () => sites, alarms: () => alarms, devices: () => devices })
    const took = Array.from({ length: 5 }, () => {
      const began = performance.now()
      expect(seen(from).alarms.open).toBe(50_000)
      return performance.now() - began
    })
    // 20 ms on a machine that does nothing else
    expect(Math.min(...took)).toBeLessThan(600)
  })
})

describe('a trend', () => {
  it('takes what stands back hour by hour', () => {
    const hour = Math.floor(NOW / HOUR_MS)
    const told = [
      { hour, raised: 2, cleared: 1 },
      { hour: hour - 2, raised: 5, cleared: 9 },
    ]
    const { points } = trendOf(told, 24, 4, NOW)
    expect(points).toHaveLength(24)
    expect(points.slice(-4).map(({ at, ...point }) => ({ ...point, hour: at / HOUR_MS - hour }))).toEqual([
      { hour: -3, raised: 0, cleared: 0, open: 7 },
      { hour: -2, raised: 5, cleared: 9, open: 3 },
      { hour: -1, raised: 0, cleared: 0, open: 3 },
      { hour: 0, raised: 2, cleared: 1, open: 4 },
    ])
  })

  it('never shows less than nothing where the history begins in the middle', () => {
    const told = [{ hour: Math.floor(NOW / HOUR_MS), raised: 9, cleared: 0 }]
    expect(trendOf(told, 24, 4, NOW).points.every(({ open }) => open >= 0)).toBe(true)
  })
})
