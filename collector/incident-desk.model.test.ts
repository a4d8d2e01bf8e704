// People put alarms together, merge, take, resolve and open again, in any order, while faults come and go: two judgements side by
// side, one of which is started anew now and then. Nothing is lost, nothing stands twice, nobody is told twice or not at all.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incident, IncidentState } from '#shared/domain/incident.ts'
import { type Story, tell } from '#test/support/judgement-story.ts'
import { SEED } from '#test/support/seed.ts'
import type { IncidentBook } from './api/deps.ts'
import { createIncidentDesk } from './incident-desk.ts'
import type { Turns } from './ingest/evaluation.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import type { ChangeSet } from './storage/change-set.ts'

const METRICS = ['opens', 'later', 'quiet', 'stays'] as const
const DEVICES = ['one', 'two', 'three']
const rule = (metric: string, incident: object): DefinedRule => ({
  rule: Rule.parse({
    ...{ id: metric, title: metric, severity: 'major', alarmType: `test.${metric}`, text: '{{device}} {{value}}' },
    ...{ condition: { type: 'threshold', metric, above: 40 }, incident },
  }),
  origin: { kind: 'database' },
})
const RULES = [
  rule('opens', { open: true }),
  rule('later', { open: true, resolveOnClear: '2m' }),
  rule('quiet', { open: false }),
  rule('stays', { open: true, resolveOnClear: false }),
]

interface Desk {
  readonly story: Story
  readonly book: IncidentBook
}

async function begin(): Promise<Desk> {
  const story = await tell({ rules: RULES, channels: ['mail'] })
  const turns = {
    async run<T>(work: (now: number) => { changes: ChangeSet; value: T }): Promise<T> {
      const { changes, value } = work(story.wall())
      story.commit(changes)
      return value
    },
  } as unknown as Turns<ChangeSet>
  const judgement = new Proxy({} as Story['judgement'], {
    get: (_, name) => story.judgement[name as keyof Story['judgement']],
  })
  const reads = { incidentRow: async (id: string) => story.store.incidents.get(id) }
  const attachments = { ids: () => new Set(), get: () => undefined, linkOf: () => undefined, linkCount: () => 0 }
  const parts = {
    dir: '/nowhere',
    stores: { attachments, reads },
    judgement,
    turns: () => turns,
    now: story.wall,
    log: {},
  }
  return { story, book: createIncidentDesk(parts as never) }
}

interface Model {
  seconds: number
  readonly faults: Set<string>
  restarts: number
  merges: number
}
type Real = readonly [straight: Desk, restarted: Desk]
type Step = fc.AsyncCommand<Model, Real>

function step(name: string, run: (m: Model, desk: Desk) => Promise<unknown> | unknown, more = 5): Step {
  return {
    check: () => true,
    async run(m, real) {
      m.seconds += more
      for (const desk of real) {
        desk.story.at(m.seconds)
        await run(m, desk)
      }
      verify(m, real)
    },
    toString: () => name,
  }
}

const nth = <T>(all: readonly T[], n: number): T | undefined => (all.length === 0 ? undefined : all[n % all.length])
const incidentOf = ({ story }: Desk, n: number) => nth(story.incidents(), n)?.id ?? 'none'
const alarmsOf = ({ story }: Desk, ns: readonly number[]) => {
  const all = [...story.store.alarms.keys()]
  return [...new Set(ns.flatMap((n) => nth(all, n) ?? []))]
}
const some = fc.nat(11)

const commands = [
  fc.tuple(fc.constantFrom(...METRICS), fc.constantFrom(...DEVICES)).map(([metric, device]) =>
    step(`raise ${device} ${metric}`, (m, { story }) => {
      m.faults.add(`${device} ${metric}`)
      story.poll({ metric, device, value: 50 })
    }),
  ),
  fc.tuple(fc.constantFrom(...METRICS), fc.constantFrom(...DEVICES)).map(([metric, device]) =>
    step(`clear ${device} ${metric}`, (m, { story }) => {
      m.faults.delete(`${device} ${metric}`)
      story.poll({ metric, device, value: 10 })
    }),
  ),
  fc.tuple(fc.constantFrom(...METRICS), fc.constantFrom(...DEVICES), fc.boolean()).map(([metric, device, stays]) =>
    step(
      `flap ${device} ${metric} ${stays}`,
      (m, { story }) => {
        for (const [i, value] of [50, 10, 50, 10, 50, 10, ...(stays ? [50] : [])].entries()) {
          story.at(m.seconds - 35 + i * 5)
          story.poll({ metric, device, value })
        }
        story.at(m.seconds)
        if (stays) m.faults.add(`${device} ${metric}`)
        else m.faults.delete(`${device} ${metric}`)
      },
      40,
    ),
  ),
  fc.constantFrom(10, 130, 700).map((more) => step(`wait ${more}`, (_, { story }) => story.tick(), more)),
  fc.array(some, { minLength: 1, maxLength: 3 }).map((ns) =>
    step(`open with ${ns}`, (_, desk) => {
      const wish = { impact: 'high', urgency: 'low', note: '', take: false, title: 'by hand' } as const
      const alarms = alarmsOf(desk, ns)
      return desk.book.open({ ...wish, alarms, ...(alarms.length === 0 ? { site: 'shanghai' } : {}) }, 'nora')
    }),
  ),
  fc.tuple(some, fc.array(some, { minLength: 1, maxLength: 3 })).map(([to, ns]) =>
    step(`put ${ns} into ${to}`, (_, desk) => {
      const alarms = alarmsOf(desk, ns)
      return alarms.length > 0 ? desk.book.take(incidentOf(desk, to), { alarms, note: 'same' }, 'nora') : undefined
    }),
  ),
  fc.tuple(some, some).map(([from, into]) =>
    step(`merge ${from} into ${into}`, async (m, desk) => {
      const done = await desk.book.merge(incidentOf(desk, from), { into: incidentOf(desk, into), note: '' }, 'nora')
      if (done.ok) m.merges++
    }),
  ),
  fc.tuple(some, fc.constantFrom<IncidentState>('resolved', 'in-progress', 'waiting', 'closed')).map(([n, state]) =>
    step(`${state} ${n}`, (_, desk) => {
      const { story } = desk
      story.commit(story.judgement.setState(incidentOf(desk, n), 'nora', state, '', story.wall()).changes)
    }),
  ),
  fc.constant<Step>({
    check: () => true,
    async run(m, [, restarted]) {
      m.restarts++
      await restarted.story.restart(RULES)
    },
    toString: () => 'restart',
  }),
]

describe('incidents that people put together', () => {
  it('keep every alarm in one place and everybody told, over any restart', async () => {
    const all = { restarts: 0, merges: 0 }
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 20, size: 'max' }), async (sequence) => {
        const model: Model = { seconds: 10, faults: new Set(), restarts: 0, merges: 0 }
        const real: Real = [await begin(), await begin()]
        await fc.asyncModelRun(() => ({ model, real }), sequence)
        await endAll(model, real)
        all.restarts += model.restarts
        all.merges += model.merges
      }),
      { numRuns: Number(process.env.OUTRIDER_INCIDENT_RUNS ?? 60), seed: SEED, endOnFailure: true },
    )
    expect(all.restarts).toBeGreaterThan(10)
    expect(all.merges).toBeGreaterThan(10)
  }, 60_000)
})

function verify(m: Model, [straight, restarted]: Real): void {
  const incidents = straight.story.incidents()
  expect(plain(restarted.story.incidents()), 'a restart changes nothing').toEqual(plain(incidents))
  expect(messages(restarted), 'and nobody is told otherwise').toEqual(messages(straight))
  const byId = new Map(incidents.map((incident) => [incident.id, incident]))
  for (const incident of incidents) {
    const { standing = [], openAlarms, mergedInto, alarms } = incident
    expect(openAlarms).toBe(standing.length)
    for (const id of standing) expect(alarms).toContain(id)
    if (mergedInto === undefined) continue
    expect(incident).toMatchObject({ state: 'closed', openAlarms: 0 })
    const into = byId.get(mergedInto.id) as Incident
    expect(into.merged?.map(({ id }) => id)).toContain(incident.id)
    for (const id of alarms) expect(into.alarms).toContain(id)
  }
  for (const alarm of straight.story.store.alarms.values()) {
    const [, metric] = alarm.alarmType.split('.')
    expect(alarm.isCleared).toBe(!m.faults.has(`${alarm.device?.split('.')[1]} ${metric}`))
    const its = incidents.filter(({ standing, state }) => state !== 'closed' && standing?.includes(alarm.id))
    expect(its.length, 'it stands in one incident at most').toBeLessThanOrEqual(1)
    if (its[0]) expect(alarm.isCleared).toBe(false)
    if (its[0]) expect(alarm.incident, 'and says which').toBe(its[0].id)
    const where = alarm.incident === null ? undefined : byId.get(alarm.incident)
    expect(where?.mergedInto, 'what was merged holds nothing any more').toBeUndefined()
  }
}

/** Every fault ends: what a rule opened is resolved; who heard of a problem heard of its end. */
async function endAll(m: Model, real: Real): Promise<void> {
  for (const fault of [...m.faults]) {
    const [device, metric] = fault.split(' ') as [string, string]
    m.seconds += 5
    m.faults.delete(fault)
    for (const { story } of real) {
      story.at(m.seconds)
      story.poll({ metric, device, value: 10 })
    }
  }
  m.seconds += 3600
  for (const { story } of real) {
    story.at(m.seconds)
    story.tick()
  }
  verify(m, real)
  const [{ story }] = real
  for (const { state, rule, reopened } of story.incidents()) {
    const isLeftToPeople = rule === null || rule === 'stays' || reopened > 0
    if (!isLeftToPeople) expect(['resolved', 'closed']).toContain(state)
  }
  const byId = new Map(story.incidents().map((incident) => [incident.id, incident]))
  const heirOf = (incident: Incident): Incident => {
    const into = incident.mergedInto && byId.get(incident.mergedInto.id)
    return into ? heirOf(into) : incident
  }
  // one that comes and goes is told once, and its end with the last time it came
  const last = new Map<string, ChangeSet['told'][number]>()
  for (const told of story.store.told.values()) {
    if (told.state !== 'told' || told.incident === null) continue
    const key = `${told.alarm} ${told.recipient} ${heirOf(byId.get(told.incident) as Incident).id}`
    if (told.episode >= (last.get(key)?.episode ?? 0)) last.set(key, told)
  }
  for (const told of last.values()) {
    const { resolvedAt } = heirOf(byId.get(told.incident as string) as Incident)
    if (resolvedAt !== null) expect(told.recovery, `the end of ${told.alarm} was told`).not.toBeNull()
  }
}

const plain = (incidents: readonly Incident[]): unknown => JSON.parse(JSON.stringify(incidents))

/** Those of one moment in any order. */
const messages = ({ story }: Desk) =>
  story.all.notifications
    .map(({ transition, alarms, at }) => JSON.stringify([at, transition, [...alarms].sort()]))
    .sort()
