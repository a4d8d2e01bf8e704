// The policy against everything that can happen to it, in any order, with crashes in between: what it promises must hold.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Route, Route as RouteSchema } from '#shared/domain/notification-route.ts'
import { createPolicyStory, type PolicyStory } from '#test/support/policy-story.ts'
import { SEED } from '#test/support/seed.ts'

const SEQUENCES = Number(process.env.OUTRIDER_MODEL_RUNS ?? 10_000)

interface Step {
  readonly name: string
  run(story: PolicyStory): void
}
const step = (name: string, run: (story: PolicyStory) => void): Step => ({ name, run })

const INCIDENTS = 3
const ALARMS = 3
const at = fc.nat({ max: INCIDENTS - 1 })
const which = fc.nat({ max: ALARMS - 1 })
const severity = fc.constantFrom('warning' as const, 'major' as const, 'critical' as const)

const steps = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(at, which, severity).map(([i, a, s]) => step(`raise ${i}.${a} ${s}`, (t) => t.raise(i, a, s))),
  },
  { weight: 5, arbitrary: fc.tuple(at, which).map(([i, a]) => step(`clear ${i}.${a}`, (t) => t.clear(i, a))) },
  {
    weight: 2,
    arbitrary: fc.tuple(at, which, severity).map(([i, a, s]) => step(`turn ${i}.${a} ${s}`, (t) => t.turn(i, a, s))),
  },
  { weight: 2, arbitrary: fc.tuple(at, which).map(([i, a]) => step(`hold ${i}.${a}`, (t) => t.hold(i, a))) },
  { weight: 2, arbitrary: fc.tuple(at, which).map(([i, a]) => step(`free ${i}.${a}`, (t) => t.free(i, a))) },
  { weight: 1, arbitrary: at.map((i) => step(`people resolve ${i}`, (t) => t.resolve(i))) },
  {
    weight: 1,
    arbitrary: fc.tuple(at, which).map(([i, a]) => step(`acknowledge ${i}.${a}`, (t) => t.acknowledge(i, a))),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 30, 61, 400, 3700, 30_000).map((s) => step(`wait ${s}`, (t) => t.wait(s))),
  },
  { weight: 1, arbitrary: fc.constant(step('crash', (t) => t.crash())) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 3 }).map((n) => step(`routes ${n}`, (t) => t.setRoutes(ROUTES[n] as Route[]))),
  },
)

const route = (id: string, more: object): Route => RouteSchema.parse({ id, to: [{ channel: 'a' }], ...more })
const ROUTES: readonly (readonly Route[])[] = [
  [],
  [
    route('grave', {
      match: { severityAtLeast: 'critical' },
      to: [{ channel: 'a' }, { channel: 'b' }],
      continue: true,
    }),
    route('all', {
      to: [{ channel: 'c', addresses: ['x', 'y'] }],
      groupBy: 'site',
      groupWait: '30s',
      groupInterval: '5m',
    }),
  ],
  [
    route('day', {
      hours: { zone: 'UTC', windows: [{ days: ['mon', 'wed', 'sat'], from: '08:00', to: '18:00' }], outside: 'hold' },
      reminders: { first: '10m', longest: '2h', atMost: 3 },
    }),
  ],
  [
    route('night', {
      hours: {
        zone: 'Europe/Berlin',
        windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '20:00', to: '06:00' }],
        outside: 'skip',
      },
      to: [{ channel: 'b' }],
      on: ['opened', 'worse', 'cleared', 'resolved'],
    }),
    route('rest', {
      match: { alarmTypes: ['type-0', 'type-1'] },
      to: [{ channel: 'a' }],
      groupBy: 'customer',
      groupInterval: '10m',
    }),
  ],
]

describe('the notification policy, whatever happens', () => {
  it(`keeps its promises in ${SEQUENCES} sequences with crashes`, () => {
    let runs = 0
    let messages = 0
    fc.assert(
      fc.property(
        fc.nat({ max: 3 }),
        fc.boolean(),
        fc.array(steps, { minLength: 3, maxLength: 25 }),
        (first, storms, all) => {
          runs++
          const story = createPolicyStory({
            routes: ROUTES[first] as Route[],
            storm: { messages: storms ? 3 : 1000, within: 600_000 },
          })
          for (const one of all) {
            one.run(story)
            story.check()
          }
          story.end()
          messages += story.messages().length
        },
      ),
      { numRuns: SEQUENCES, seed: SEED, endOnFailure: false },
    )
    process.stdout.write(`policy model: ${runs} sequences, ${messages} messages, seed ${SEED}\n`)
    expect(messages).toBeGreaterThan(SEQUENCES / 2)
  }, 120_000)
})
