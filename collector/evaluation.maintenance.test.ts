// Maintenance windows on the whole judgement: what opens, who is told, and what happens when they end.
import { describe, expect, it } from 'vitest'
import { type Said, type Story, type StoryOptions, tell } from '#test/support/judgement-story.ts'
import { windowOf } from '#test/support/windows.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules().rules
const T0 = Date.UTC(2026, 5, 1)
const MINUTE = 60
const ping = (value: number, device = 'switch'): Said => ({ metric: 'icmp.reachable', device, value })
const port = (oper: number, name = 'Gi0/1', device = 'switch'): Said[] => {
  const of = { device, resource: `if:${name}`, tags: { interface: name }, states: { 1: 'up', 2: 'down' } }
  return [
    { ...of, metric: 'if.admin-status', value: 1 },
    { ...of, metric: 'if.oper-status', value: oper },
  ]
}
const start = (more: Partial<StoryOptions> = {}) => tell({ rules: stock, ...more })
const open = (story: Story) => story.incidents().filter((i) => i.resolvedAt === null)

/** Polls every half minute from one time to another (seconds); the device answers as `says`. */
function polls(story: Story, from: number, to: number, says: (s: number) => Said[]): void {
  for (let s = from; s <= to; s += 30) {
    story.at(s)
    story.poll(...says(s))
    story.tick()
  }
}

describe('a maintenance window', () => {
  const window = windowOf(T0 + 10 * 60_000, 30)

  it('that opens nothing: what comes and goes inside it leaves no incident and no message', async () => {
    const story = await start({ windows: [window] })
    polls(story, 0, 45 * MINUTE, (s) => [ping(s >= 12 * MINUTE && s < 20 * MINUTE ? 0 : 1)])
    expect(story.alarm('device.unreachable')).toMatchObject({ isCleared: true, suppression: null, episode: 1 })
    expect(story.incidents()).toEqual([])
    expect(story.pages()).toEqual([])
    const [raised] = story.all.alarms.filter(({ action }) => action === 'raise')
    expect(raised?.alarm.suppression).toMatchObject({
      ...{ by: 'maintenance', holds: 'incident', ref: 'w1', why: 'maintenance window "new firmware"' },
      until: T0 + 40 * 60_000,
    })
    expect(story.all.trace.filter((t) => t.decision === 'suppress')).toHaveLength(1)
  })

  it('that pages nobody: the incident opens, and what still stands at the end is told once, when a check has found it', async () => {
    const story = await start({ windows: [{ ...window, behaviour: 'no-page' }] })
    polls(story, 0, 39 * MINUTE, (s) => [ping(s >= 12 * MINUTE ? 0 : 1)])
    expect(open(story)).toMatchObject([{ held: { by: 'maintenance', holds: 'people' } }])
    expect(story.pages()).toEqual([])
    story.at(40 * MINUTE)
    story.tick()
    expect(story.alarm('device.unreachable')?.suppression?.why).toContain('when the next check still finds it')
    expect(story.pages()).toEqual([])
    polls(story, 40 * MINUTE + 10, 60 * MINUTE, () => [ping(0)])
    expect(open(story)[0]?.held).toBeUndefined()
    expect(story.alarm('device.unreachable')?.suppression).toBeNull()
    expect(story.pages()).toEqual(['opened'])
    polls(story, 61 * MINUTE, 63 * MINUTE, () => [ping(1)])
    expect(story.pages()).toEqual(['opened', 'resolved'])
  })

  it('does not hold back the recovery of what was told before it', async () => {
    for (const behaviour of ['no-page', 'no-open'] as const) {
      const story = await start({ windows: [{ ...window, behaviour }] })
      polls(story, 0, 20 * MINUTE, (s) => [ping(s >= 5 * MINUTE && s < 15 * MINUTE ? 0 : 1)])
      expect(story.pages()).toEqual(['opened', 'resolved'])
    }
  })

  it('opens an incident for what still stands after one that opens nothing', async () => {
    const story = await start({ windows: [window] })
    polls(story, 0, 42 * MINUTE, (s) => [ping(s >= 12 * MINUTE ? 0 : 1)])
    expect(open(story)).toMatchObject([{ rule: 'device-unreachable', openAlarms: 1 }])
    expect(story.pages()).toEqual(['opened'])
  })

  it('calls nobody for a device that is still booting when it ends', async () => {
    const story = await start({ windows: [window] })
    // the last poll inside says down; the next after the end, two minutes later, says up
    polls(story, 0, 39 * MINUTE, (s) => [ping(s >= 12 * MINUTE ? 0 : 1)])
    for (let s = 40 * MINUTE; s < 42 * MINUTE; s += 5) {
      story.at(s)
      story.hello()
      story.tick()
    }
    polls(story, 42 * MINUTE, 60 * MINUTE, () => [ping(1)])
    expect(story.incidents()).toEqual([])
    expect(story.pages()).toEqual([])
  })

  it('TRMM #1849: no flood of recoveries, and none of problems, for many devices that came and went inside it', async () => {
    const devices = Array.from({ length: 200 }, (_, n) => `pc-${n}`)
    for (const behaviour of ['no-page', 'no-open'] as const) {
      const story = await start({ windows: [{ ...window, behaviour, selector: { sites: ['shanghai'] } }] })
      polls(story, 0, 60 * MINUTE, (s) => devices.map((d) => ping(s >= 12 * MINUTE && s < 25 * MINUTE ? 0 : 1, d)))
      expect([...story.store.alarms.values()].every(({ isCleared }) => isCleared)).toBe(true)
      expect(story.pages()).toEqual([])
      expect(open(story)).toEqual([])
    }
  })

  it('LibreNMS #18979: what stands behind the device that is worked on is held with it, in whatever order they fall', async () => {
    for (const first of [['switch'], ['camera'], ['switch', 'camera']]) {
      const story = await start({ windows: [{ ...window, behaviour: 'no-page' }] })
      story.event({
        kind: 'inventory',
        at: 0,
        device: null,
        complete: true,
        devices: [
          { device: 'switch', name: 'switch', address: '192.0.2.1' },
          { device: 'camera', name: 'camera', address: '192.0.2.2', parents: ['switch'] },
        ],
      })
      const isDown = (s: number, device: string) =>
        s >= 12 * MINUTE + (first.includes(device) ? 0 : 60) && s < 30 * MINUTE
      polls(story, 0, 60 * MINUTE, (s) => ['switch', 'camera'].map((d) => ping(isDown(s, d) ? 0 : 1, d)))
      expect(story.pages()).toEqual([])
      expect(story.incidents().filter(({ device }) => device?.endsWith('camera'))).toEqual([])
    }
  })

  it('does not hide a device behind one that is worked on and answers', async () => {
    const story = await start({ windows: [window] })
    story.event({
      kind: 'inventory',
      at: 0,
      device: null,
      complete: true,
      devices: [
        { device: 'switch', name: 'switch', address: '192.0.2.1' },
        { device: 'camera', name: 'camera', address: '192.0.2.2', parents: ['switch'] },
      ],
    })
    polls(story, 0, 20 * MINUTE, (s) => [ping(1), ping(s >= 12 * MINUTE ? 0 : 1, 'camera')])
    expect(open(story)).toMatchObject([{ device: 'shanghai.camera' }])
    expect(story.pages()).toEqual(['opened'])
  })

  it('of one port holds that port alone', async () => {
    const story = await start({
      windows: [{ ...window, selector: { devices: ['*.switch'], resources: ['if:Gi0/1'] } }],
    })
    polls(story, 0, 15 * MINUTE, (s) => [...port(s >= 12 * MINUTE ? 2 : 1), ...port(s >= 12 * MINUTE ? 2 : 1, 'Gi0/2')])
    const held = [...story.store.alarms.values()].map((a) => [a.resource, a.suppression?.by ?? null])
    expect(held.sort()).toEqual([
      ['if:Gi0/1', 'maintenance'],
      ['if:Gi0/2', null],
    ])
  })

  it('over another: the stronger holds, and only after the last is it told', async () => {
    const page = windowOf(T0 + 20 * 60_000, 40, { id: 'w2', title: 'second', behaviour: 'no-page' })
    const story = await start({ windows: [window, page] })
    polls(story, 0, 25 * MINUTE, (s) => [ping(s >= 12 * MINUTE ? 0 : 1)])
    expect(story.alarm('device.unreachable')?.suppression).toMatchObject({ ref: 'w1', holds: 'incident' })
    polls(story, 25 * MINUTE, 45 * MINUTE, () => [ping(0)])
    expect(story.alarm('device.unreachable')?.suppression).toMatchObject({ ref: 'w2', holds: 'people' })
    expect(story.pages()).toEqual([])
    polls(story, 45 * MINUTE, 62 * MINUTE, () => [ping(0)])
    expect(story.pages()).toEqual(['opened'])
  })

  it('ended early, extended, taken away or switched off while it runs: a check decides before anybody is told', async () => {
    const change = [
      (w: typeof window) => [{ ...w, adjusted: [{ start: T0 + 10 * 60_000, end: T0 + 15 * 60_000 }] }],
      () => [],
      (w: typeof window) => [{ ...w, enabled: false }],
    ]
    for (const to of change) {
      const story = await start({ windows: [window] })
      polls(story, 0, 15 * MINUTE - 30, (s) => [ping(s >= 12 * MINUTE ? 0 : 1)])
      story.at(15 * MINUTE)
      story.plan(to(window))
      expect(story.alarm('device.unreachable')?.suppression?.why).toContain('is over')
      expect(story.pages()).toEqual([])
      polls(story, 15 * MINUTE + 30, 17 * MINUTE, () => [ping(0)])
      expect(story.pages()).toEqual(['opened'])
    }
    const story = await start({ windows: [window] })
    polls(story, 0, 15 * MINUTE, (s) => [ping(s >= 12 * MINUTE ? 0 : 1)])
    story.plan([{ ...window, adjusted: [{ start: T0 + 10 * 60_000, end: T0 + 50 * 60_000 }] }])
    expect(story.alarm('device.unreachable')?.suppression?.until).toBe(T0 + 50 * 60_000)
    polls(story, 16 * MINUTE, 49 * MINUTE, () => [ping(0)])
    expect(story.pages()).toEqual([])
  })

  it('goes on over a restart at any minute as if there had been none', async () => {
    const run = async (restartAt: number | null) => {
      const story = await start({ windows: [{ ...window, behaviour: 'no-page' }] })
      for (let s = 0; s <= 50 * MINUTE; s += 30) {
        if (s === restartAt) await story.restart()
        story.at(s)
        story.poll(ping(s >= 12 * MINUTE && s < 45 * MINUTE ? 0 : 1))
        story.tick()
      }
      return { alarms: [...story.store.alarms.values()], pages: story.pages(), open: open(story).length }
    }
    const straight = await run(null)
    expect(straight.pages).toEqual(['opened', 'resolved'])
    for (let m = 1; m < 50; m += 4) expect(await run(m * MINUTE), `restart in minute ${m}`).toEqual(straight)
  })

  it('is over for 10,000 alarms piece by piece, none of which takes long', async () => {
    const story = await start({ windows: [{ ...window, selector: {} }] })
    const ports = Array.from({ length: 1000 }, (_, n) => n)
    story.at(11 * MINUTE)
    for (let d = 0; d < 10; d++) {
      const said = (oper: number) => ports.flatMap((n) => port(oper, `e${n}`, `sw-${d}`))
      story.poll(...said(1))
      story.poll(...said(2))
      story.at(11 * MINUTE + 60 + d)
      story.poll(...said(2))
    }
    const standing = () => [...story.judgement.alarms.active()]
    expect(standing().length).toBe(10_000)
    expect(standing().every(({ suppression }) => suppression?.by === 'maintenance')).toBe(true)
    const times: number[] = []
    story.hello()
    story.tick()
    const held = () => story.judgement.suppression.heldBy('maintenance').size
    for (let s = 40 * MINUTE; s < 60 * MINUTE && held() > 0; s++) {
      story.at(s)
      story.hello()
      const before = performance.now()
      const changes = story.judgement.tick(story.wall(), s * 1000)
      times.push(performance.now() - before)
      expect(changes.alarms.length).toBeLessThanOrEqual(300)
    }
    expect(held()).toBe(0)
    expect(standing().every(({ suppression }) => suppression === null)).toBe(true)
    // a busy machine may stretch some of them
    expect(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(100)
  })
})
