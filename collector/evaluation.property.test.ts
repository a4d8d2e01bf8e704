import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { log, type Said, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules()
const STATES = { 1: 'up', 2: 'down' }

type Step =
  | { readonly do: 'poll'; readonly port: number; readonly oper: number; readonly admin: number }
  | { readonly do: 'ping'; readonly value: number }
  | { readonly do: 'trap'; readonly port: number; readonly up: boolean }
  | { readonly do: 'log'; readonly port: number; readonly up: boolean }
  | { readonly do: 'auth' }
  | { readonly do: 'live'; readonly is: boolean }
  | { readonly do: 'tick' }
type Timed = Step & { readonly after: number; readonly restart: boolean }

const port = fc.integer({ min: 1, max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      port,
      oper: fc.constantFrom(1, 2),
      admin: fc.constantFrom(1, 1, 1, 2),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ping' as const), value: fc.constantFrom(0, 1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trap' as const), port, up: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('log' as const), port, up: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'auth' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('live' as const), is: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ do: 'tick' as const }) },
)
const timed: fc.Arbitrary<Timed> = fc
  .tuple(step, fc.integer({ min: 1, max: 40 }), fc.nat(4))
  .map(([s, after, r]) => ({ ...s, after, restart: r === 0 }))

const interfaceSamples = (n: number, oper: number, admin: number): Said[] => {
  const of = { resource: `if:Gi0/${n}`, tags: { index: String(n) }, states: STATES }
  return [
    { ...of, metric: 'if.admin-status', value: admin },
    { ...of, metric: 'if.oper-status', value: oper },
  ]
}

function run(story: Story, s: Step): void {
  if (s.do === 'poll') story.poll(...interfaceSamples(s.port, s.oper, s.admin))
  else if (s.do === 'ping') story.poll({ metric: 'icmp.reachable', value: s.value })
  else if (s.do === 'trap')
    story.event(trap(`1.3.6.1.6.3.1.1.5.${s.up ? 4 : 3}`, { [`1.3.6.1.2.1.2.2.1.1.${s.port}`]: s.port }))
  else if (s.do === 'log')
    story.event(log('LINK-3-UPDOWN', `Interface GigabitEthernet0/${s.port}, changed state to ${s.up ? 'up' : 'down'}`))
  else if (s.do === 'auth') story.event(trap('1.3.6.1.6.3.1.1.5.5'))
  else if (s.do === 'live') story.live(s.is)
  else story.tick()
}

async function play(steps: readonly Timed[], restarts: boolean, check: (story: Story, s: Step) => void = () => {}) {
  const story = await tell({ rules: stock.rules })
  for (const n of [1, 2]) story.poll(...interfaceSamples(n, 1, 1))
  let now = 0
  for (const s of steps) {
    now += s.after
    story.at(now)
    if (restarts && s.restart) await story.restart()
    run(story, s)
    check(story, s)
  }
  return story
}

const historyOf = (story: Story) => ({
  alarms: story.all.alarms
    .filter((c) => c.action !== 'update')
    .map(({ alarm, action, at, late }) => [
      alarm.alarmType,
      alarm.resource,
      action,
      at,
      late,
      alarm.episode,
      alarm.count,
    ]),
  pages: story.all.notifications.map((n) => [n.transition, n.at]),
})

describe('the judgement, whatever happens', () => {
  it('gives the same history and the same pages with restarts at any point', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(timed, { maxLength: 60 }), async (steps) => {
        expect(historyOf(await play(steps, true))).toEqual(historyOf(await play(steps, false)))
      }),
      { numRuns: 150 },
    )
  })

  it('keeps raises and clears alternating, one open incident per device, pages in order, and clears only on word', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(timed, { maxLength: 60 }), async (steps) => {
        const story = await play(steps, true, (s) => {
          const open = s.incidents().filter((i) => i.resolvedAt === null)
          expect(new Set(open.map((i) => i.device)).size).toBe(open.length)
          for (const incident of open) {
            const standing = [...s.store.alarms.values()].filter((a) => !a.isCleared && a.incident === incident.id)
            expect(incident.openAlarms).toBe(standing.length)
          }
        })
        const last = new Map<string, string>()
        for (const { alarm, action } of story.all.alarms) {
          if (action !== 'raise' && action !== 'clear') continue
          expect(last.get(alarm.id) ?? 'clear').not.toBe(action)
          last.set(alarm.id, action)
        }
        const pages = new Map<string, string>()
        for (const { incident, transition } of story.all.notifications) {
          if (transition === 'joined' || transition === 'worse') {
            expect(['opened', 'reopened']).toContain(pages.get(incident as string))
            continue
          }
          const before = pages.get(incident as string)
          expect([before, transition]).toSatisfy(([a, b]) =>
            b === 'opened' ? a === undefined : b === 'resolved' ? a === 'opened' || a === 'reopened' : a === 'resolved',
          )
          pages.set(incident as string, transition)
        }
        expect(new Set(story.all.notifications.map((n) => n.key)).size).toBe(story.all.notifications.length)
      }),
      { numRuns: 150 },
    )
  })

  it('never clears on silence or on values that cannot be judged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(Number.NaN, 3, 4, 5000), { maxLength: 20 }),
        fc.nat(100_000),
        async (values, gap) => {
          const story = await tell({ rules: stock.rules })
          const source = (value: number): Said => ({
            metric: 'ups.output-source',
            value,
            states: { 3: 'other', 4: 'unknown', 5: 'battery', 6: 'normal' },
          })
          story.poll(source(6))
          story.at(1)
          story.poll(source(5))
          for (const [i, value] of values.entries()) {
            story.at(2 + i * 10 + gap)
            story.poll(source(value))
            story.tick()
          }
          expect(story.alarm('power.on-battery')).toMatchObject({ isCleared: false })
        },
      ),
      { numRuns: 60 },
    )
  })
})
