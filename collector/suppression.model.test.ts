// Alarms, what holds them back and incidents against everything that can happen to them, in any order: two of them run side by
// side, one of which is started anew now and then. fast-check commands; what each is told is checked after every step.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import { type Severity, severityRank } from '#shared/domain/severity.ts'
import { SEED } from '#test/support/seed.ts'
import { AGENT, createSuppressionModel, type SuppressionModel, type World } from '#test/support/suppression-model.ts'
import { windowOf } from '#test/support/windows.ts'
import type { AlarmSignal } from './rules/signal.ts'
import type { MaintenanceWindow } from './suppression/maintenance-gate.ts'

const SEQUENCES = Number(process.env.OUTRIDER_MODEL_RUNS ?? 10_000)
const T0 = Date.UTC(2026, 5, 1)
const SECOND = 1000
const MINUTE = 60 * SECOND
const DEVICES = ['one', 'two']
const TYPES = ['device.unreachable', 'cpu.high', 'link.down']

/** What is so out there, and what people and agents have done. */
interface Model extends World {
  now: number
  behind: boolean
  windows: MaintenanceWindow[]
  begun: number
  /** What was acknowledged, as what. */
  acked: Map<string, Severity>
}
/** The one that never stops and the one that is started anew. */
interface Real {
  readonly straight: SuppressionModel
  readonly restarted: SuppressionModel
}
type Step = fc.Command<Model, Real>

let steps = 0

/** Does the same to both, and looks at what came of it. */
function step(
  name: string,
  run: (m: Model, each: (work: (s: SuppressionModel) => void) => void, r: Real) => void,
): Step {
  return {
    check: () => true,
    run(m, r) {
      steps++
      run(m, (work) => [r.straight, r.restarted].forEach(work), r)
      verify(m, r)
    },
    toString: () => name,
  }
}

const which = fc.tuple(fc.constantFrom(...DEVICES), fc.constantFrom(...TYPES))
const commands = [
  fc.tuple(which, fc.constantFrom<Severity>('minor', 'major', 'critical')).map(([[device, type], severity]) =>
    step(`raise ${device}/${type} ${severity}`, (m, each) => {
      m.now += SECOND
      const key = `${device}/${type}`
      const isWorse = severityRank(severity) > severityRank(m.acked.get(key) ?? 'critical')
      if (!m.faults.has(key) || isWorse) m.acked.delete(key)
      m.faults.set(key, severity)
      each((s) => s.signal(signal(m, 'raise', device, type, severity), m.now))
    }),
  ),
  which.map(([device, type]) =>
    step(`clear ${device}/${type}`, (m, each) => {
      m.now += SECOND
      m.faults.delete(`${device}/${type}`)
      each((s) => s.signal(signal(m, 'clear', device, type, 'minor'), m.now))
    }),
  ),
  fc.constantFrom(...DEVICES).map((device) =>
    step(`ask ${device}`, (m, each) => {
      m.now += SECOND
      m.asked.set(device, m.now)
      m.now += 3 * SECOND
      each((s) => s.tick(m.now))
    }),
  ),
  fc.constantFrom(10, 61, 400, 1300).map((seconds) =>
    step(`wait ${seconds}`, (m, each) => {
      m.now += seconds * SECOND
      each((s) => s.tick(m.now))
    }),
  ),
  which.map(([device, type]) => act('shelve', device, type)),
  which.map(([device, type]) => act('unshelve', device, type)),
  which.map(([device, type]) => act('acknowledge', device, type)),
  which.map(([device, type]) => act('unacknowledge', device, type)),
  fc
    .tuple(fc.constantFrom(...DEVICES, '*'), fc.constantFrom(-5, 1, 5), fc.constantFrom(3, 20), fc.boolean())
    .map(([device, inMinutes, minutes, opens]) =>
      step(`plan ${device} in ${inMinutes} for ${minutes} min, opens ${opens}`, (m, each) => {
        m.now += SECOND
        const selector = { devices: [device] }
        const id = `w${m.windows.length}`
        const behaviour = opens ? ('no-page' as const) : ('no-open' as const)
        m.windows = [...m.windows, windowOf(m.now + inMinutes * MINUTE, minutes, { id, selector, behaviour })]
        each((s) => s.plan(m.windows, m.now))
      }),
    ),
  fc.constant(
    step('the newest window ends now', (m, each) => {
      const last = m.windows.at(-1)
      if (last === undefined) return
      const start = Date.parse(`${last.start}Z`)
      if (start > m.now) return
      m.now += SECOND
      m.windows = [...m.windows.slice(0, -1), { ...last, adjusted: [{ start, end: m.now }] }]
      each((s) => s.plan(m.windows, m.now))
    }),
  ),
  fc.boolean().map((live) =>
    step(live ? 'the agent has caught up' : 'the agent is behind', (m, each) => {
      m.now += SECOND
      m.behind = !live
      each((s) => s.stream(live, m.now))
    }),
  ),
  fc.constant(
    step('restart', (m, _, { restarted }) => {
      restarted.restart()
      m.begun++
    }),
  ),
]

describe('alarms, gates and incidents', () => {
  it(`keep what they promise in ${SEQUENCES} sequences`, { timeout: 900_000 }, () => {
    let restarts = 0
    fc.assert(
      fc.property(fc.commands(commands, { maxCommands: 14, size: 'max' }), (sequence) => {
        const model = begin()
        const real = { straight: createSuppressionModel(model), restarted: createSuppressionModel(model) }
        fc.modelRun(() => ({ model, real }), sequence)
        openAllGates(model, real)
        clearAll(model, real)
        restarts += model.begun
      }),
      { numRuns: SEQUENCES, seed: SEED, endOnFailure: false },
    )
    process.stdout.write(
      `suppression model: ${SEQUENCES} sequences, ${steps} steps, ${restarts} restarts, seed ${SEED}\n`,
    )
    expect(restarts).toBeGreaterThan(0)
  })

  it('let go of by their cause tell of their own incident, not of the one they were in', () => {
    const model = begin()
    const story = createSuppressionModel(model)
    const selector = { devices: ['one'] }
    model.windows = [windowOf(model.now - 5 * MINUTE, 20, { id: 'w0', selector, behaviour: 'no-page' })]
    story.plan(model.windows, ++model.now)
    for (const [device, type] of [
      ['one', 'device.unreachable'],
      ['two', 'link.down'],
    ] as const)
      story.signal(signal(model, 'raise', device, type, 'minor'), ++model.now)
    story.signal(signal(model, 'clear', 'one', 'device.unreachable', 'minor'), ++model.now)
    model.now += 3 * 3_600_000
    for (const device of DEVICES) model.asked.set(device, model.now)
    for (let n = 0; n < 3; n++) {
      model.now += 11 * MINUTE
      story.tick(model.now)
    }
    const told = (of: string) => story.told.filter((t) => t.incident === of && !t.held).map((t) => t.step)
    const [first, second] = story.incidents().map(({ id }) => told(id))
    expect([first, second]).toEqual([[], ['opened']])
  })

  it('are judged by age, whatever was done to them last: a restart changes nothing', () => {
    const model = begin()
    const real = { straight: createSuppressionModel(model), restarted: createSuppressionModel(model) }
    const both = [real.straight, real.restarted]
    const raise = (device: string, type: string) => {
      model.now += SECOND
      model.faults.set(`${device}/${type}`, 'minor')
      for (const s of both) s.signal(signal(model, 'raise', device, type, 'minor'), model.now)
    }
    raise('two', 'link.down')
    raise('two', 'cpu.high')
    act('acknowledge', 'two', 'link.down').run(model, real)
    real.restarted.restart()
    raise('one', 'device.unreachable')
    verify(model, real)
  })

  it('join the incident of their cause also when that opens after them', () => {
    const model = begin()
    const story = createSuppressionModel(model)
    model.behind = true
    story.stream(false, ++model.now)
    for (const type of ['link.down', 'device.unreachable']) {
      model.faults.set(`one/${type}`, 'major')
      story.signal(signal(model, 'raise', 'one', type, 'major'), ++model.now)
    }
    expect(story.incidents()).toEqual([])
    story.stream(true, ++model.now)
    expect(story.incidents()).toMatchObject([{ openAlarms: 2 }])
  })
})

const begin = (): Model => ({
  ...{ faults: new Map(), asked: new Map(), acked: new Map() },
  ...{ now: T0, behind: false, windows: [], begun: 0 },
})

function verify(m: Model, { straight, restarted }: Real): void {
  const alarms = straight.alarms()
  const incidents = straight.incidents()
  expect(plain(restarted.alarms()), 'a restart changes nothing').toEqual(plain(alarms))
  expect(restarted.incidents()).toEqual(incidents)
  for (const alarm of alarms) {
    const fault = m.faults.get(`${alarm.device}/${alarm.alarmType}`)
    if (alarm.isCleared !== (fault === undefined)) throw new Error(`${alarm.id} is not what is so`)
    if (fault !== undefined && alarm.perceivedSeverity !== fault) throw new Error('another severity than was said')
    const held = alarm.suppression
    if (held !== null) {
      if (held.why === '' || held.since > m.now) throw new Error('held without a reason')
      if (held.until !== null && held.until <= m.now) throw new Error(`held beyond its end: ${held.why}`)
      if (alarm.isCleared && held.by !== 'shelved') throw new Error('a cleared alarm is held')
    }
    const key = `${alarm.device}/${alarm.alarmType}`
    if ((alarm.operatorState === 'ack') !== m.acked.has(key))
      throw new Error('acknowledged is what was, unless it is worse')
    const isShelved = alarm.operatorState === 'shelved'
    if (isShelved && held?.by !== 'shelved' && held?.by !== 'history') throw new Error('a shelf does not hold')
    if (held?.by === 'shelved' && held.until !== alarm.shelvedUntil) throw new Error('a shelf has an end')
    if (
      !alarm.isCleared &&
      isWorkedOn(m, alarm.device) &&
      !['maintenance', 'shelved', 'history'].includes(held?.by ?? '')
    )
      throw new Error('a window does not hold')
    const its = incidents.filter(({ standing }) => standing?.includes(alarm.id))
    if (its.length > 1) throw new Error('it stands in two incidents')
    const [incident] = its
    if (alarm.isCleared && incident) throw new Error('a cleared alarm stands in an incident')
    if (!alarm.isCleared && held?.holds !== 'incident' && incident?.id !== alarm.incident)
      throw new Error('it stands without its incident')
    if (!alarm.isCleared && held === null && incident?.device !== alarm.device)
      throw new Error('nothing holds it, and it stands as a symptom')
    if (!alarm.isCleared && held === null && incident?.held)
      throw new Error('nobody is told of what nothing holds back')
  }
  for (const { standing = [], openAlarms, state } of incidents) {
    if (standing.length !== openAlarms) throw new Error('miscounted')
    const isOpen = state !== 'resolved' && state !== 'closed'
    const restless = alarms.some(({ flapping, isCleared }) => flapping && isCleared)
    if (isOpen && standing.length === 0 && !restless) throw new Error('open for ever')
  }
}

/** The agent catches up, shelves and windows end, every device is asked. Then what stands is told. */
function openAllGates(m: Model, { straight, restarted }: Real): void {
  const both = [straight, restarted]
  m.now += 3 * 3_600_000
  m.behind = false
  for (const s of both) s.stream(true, m.now)
  for (const device of DEVICES) m.asked.set(device, m.now)
  for (let n = 0; n < 3; n++) {
    m.now += 11 * MINUTE
    for (const s of both) s.tick(m.now)
  }
  verify(m, { straight, restarted })
  for (const alarm of straight.alarms()) {
    if (alarm.isCleared) continue
    const source = m.faults.has('one/device.unreachable') && alarm.alarmType !== 'device.unreachable'
    if (source) expect(alarm.suppression).toMatchObject({ by: 'inhibited', until: null })
    else expect(alarm.suppression).toBeNull()
  }
  expect(straight.waiting()).toBe(0)
}

/** Everything is well again: no alarm and no incident stays. */
function clearAll(m: Model, { straight, restarted }: Real): void {
  for (const key of [...m.faults.keys()]) {
    const [device, type] = key.split('/') as [string, string]
    m.now += SECOND
    m.faults.delete(key)
    for (const s of [straight, restarted]) s.signal(signal(m, 'clear', device, type, 'minor'), m.now)
  }
  m.now += 3_600_000
  for (const s of [straight, restarted]) s.tick(m.now)
  verify(m, { straight, restarted })
  for (const { state } of straight.incidents()) expect(state).toBe('resolved')
  // who was told of an incident is told that it is over, who was not is not: each opening has its end
  for (const incident of straight.incidents()) {
    const its = straight.told.filter((t) => t.incident === incident.id && !t.held)
    const opened = its.filter((t) => t.step === 'opened' || t.step === 'reopened').length
    expect(its.filter((t) => t.step === 'resolved').length).toBe(opened)
  }
}

function act(action: 'shelve' | 'unshelve' | 'acknowledge' | 'unacknowledge', device: string, type: string): Step {
  return step(`${action} ${device}/${type}`, (m, each) => {
    m.now += SECOND
    const until = action === 'shelve' ? { until: m.now + 7 * MINUTE } : {}
    const key = `${device}/${type}`
    each((s) => {
      const alarm = s.alarms().find((a) => a.device === device && a.alarmType === type)
      if (alarm && action === 'acknowledge' && alarm.operatorState !== 'shelved')
        m.acked.set(key, alarm.perceivedSeverity)
      if (alarm && (action === 'shelve' || action === 'unacknowledge')) m.acked.delete(key)
      if (alarm) s.act(alarm.id, { action, actor: 'li', at: m.now, note: '', ...until })
      else s.tick(m.now)
    })
  })
}

/** The oracle of windows: some are about the device and run now. */
function isWorkedOn(m: Model, device: string | null): boolean {
  return m.windows.some(({ start, durationMinutes, selector, adjusted }) => {
    const from = Date.parse(`${start}Z`)
    const to = adjusted[0]?.end ?? from + durationMinutes * MINUTE
    return from <= m.now && m.now < to && ['*', device].includes(selector.devices?.[0] ?? '')
  })
}

function signal(m: Model, kind: 'raise' | 'clear', device: string, alarmType: string, severity: Severity): AlarmSignal {
  return {
    ...{ kind, at: m.now, rule: 'r', agent: AGENT, customer: 'acme', site: 's', device, resource: '', alarmType },
    ...{ qualifier: '', severity, text: `${device} ${alarmType}`, source: 'poll', late: m.behind, inputs: {} },
  }
}

/** In one order, and as a store gives it back. */
const plain = (alarms: readonly Alarm[]): Alarm[] => [...alarms].sort((a, b) => (a.id < b.id ? -1 : 1))
