// Door of cause finding: which fault of a site is the cause and which are symptoms of it. In: checks, alarms, links and what is
// declared. Out: the gates `cause` and `probation`, and alarms of causes that nobody watches. Holding back stops no judging.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Device } from '#shared/domain/inventory.ts'
import type { Link } from '#shared/domain/topology.ts'
import type { IngestGroup, SeriesInfo } from '../ingest/evaluation.ts'
import type { AlarmSignal } from '../rules/signal.ts'
import type { Gate } from '../suppression/gate.ts'
import { COMMON_CAUSE, commonCauseSignal } from './common-cause.ts'
import type { Decisions } from './decisions.ts'
import { type Diagnosis, diagnose } from './diagnose.ts'
import { createAlarmIndex, type Evidence } from './evidence.ts'
import { createCauseGates } from './gates.ts'
import type { Inferred } from './infer.ts'
import { createReachWatch } from './reach-watch.ts'
import { buildSiteGraph, type SiteGraph } from './site-graph.ts'

export interface Causes {
  readonly gates: readonly Gate[]
  /** Series and samples of a group, before its alarms are judged. */
  take(group: Pick<IngestGroup, 'newSeries' | 'samples'>): void
  /** Devices that are new, gone, described anew or cannot be known now. */
  described(devices: readonly Device[]): void
  /** Links of a site, or of all sites, are others now. */
  linksChanged(site?: string): void
  /** Looks again where something changed; answers signals of inferred causes. At the end of each turn. */
  look(now: number): AlarmSignal[]
  /** The graph and what it says now; undefined for a site without devices. */
  of(site: string, now: number): { readonly graph: SiteGraph; readonly diagnosis: Diagnosis } | undefined
  readonly evidence: Evidence
  /** Forgets all; call again after a failed commit. */
  restore(stored: { readonly series: readonly SeriesInfo[]; readonly alarms: readonly Alarm[] }): void
}

export interface CausesOptions {
  readonly devices: () => Iterable<Device>
  readonly device: (id: string) => Device | undefined
  readonly linksOf: (site: string) => readonly Link[]
  /** Whether a device passes on what others send; undefined: nobody knows. */
  readonly forwards: (device: string) => boolean | undefined
  readonly customerOf: (site: string) => string
  readonly alarm: (id: string) => Alarm | undefined
  /** Whether this alarm opened an incident that is open. */
  readonly owns: Evidence['owns']
  readonly isAside: Evidence['isAside']
  /** When polls last looked at an alarm, and whether they found it; undefined: no poll judges it. */
  readonly lastCheck: (alarm: Alarm) => { readonly at: number; readonly found: boolean } | undefined
  readonly decisions: Pick<Decisions, 'of'>
  readonly language: 'zh-CN' | 'en'
}

interface SiteState {
  graph: SiteGraph | undefined
  diagnosis: Diagnosis | undefined
  dirty: boolean
  /** Not before this moment is it looked at again for mere checks and time: large sites cost more. */
  restsUntil: number
  /** What signals were made of. */
  followed: Diagnosis | undefined
  inferred: ReadonlyMap<string, Inferred>
  backAt: Map<string, number>
  /** Alarms that a verdict here may hold. */
  readonly alarms: Set<string>
  /** Some alarm waits for its next check. */
  isProbation: boolean
  /** Rounds of judging still due: the second finds incidents that the first opened. */
  touch: number
}

const ROUNDS = 2
const REST_PER_NODE_MS = 2
const DEFAULT_INTERVAL_MS = 60_000

export function createCauses(options: CausesOptions): Causes {
  const watch = createReachWatch()
  const index = createAlarmIndex(COMMON_CAUSE)
  const sites = new Map<string, SiteState>()
  /** What the graph is made of, by device. */
  const known = new Map<string, string>()
  let bySite: Map<string, Device[]> | undefined
  /** The first turn since the start. */
  let startedAt: number | undefined

  const evidence: Evidence = {
    ...index.evidence,
    checks: watch.of,
    interval: (device) => (options.device(device)?.interval ?? 0) * 1000 || DEFAULT_INTERVAL_MS,
    owns: options.owns,
    isAside: options.isAside,
  }

  function stateOf(site: string): SiteState {
    let state = sites.get(site)
    if (state === undefined) {
      state = {
        ...{ graph: undefined, diagnosis: undefined, followed: undefined, dirty: true },
        ...{ inferred: new Map(), backAt: new Map() },
        ...{ alarms: new Set(), isProbation: false, restsUntil: 0, touch: 0 },
      }
      sites.set(site, state)
    }
    return state
  }

  function devicesOf(site: string): readonly Device[] {
    if (bySite === undefined) {
      bySite = new Map()
      for (const device of options.devices()) {
        known.set(device.id, factsOf(device))
        if (!device.active) continue
        const list = bySite.get(device.site)
        if (list) list.push(device)
        else bySite.set(device.site, [device])
      }
    }
    return bySite.get(site) ?? []
  }

  function graphOf(site: string): SiteGraph {
    const state = stateOf(site)
    state.graph ??= buildSiteGraph({
      ...{ site, devices: devicesOf(site), links: options.linksOf(site), forwards: options.forwards },
    })
    return state.graph
  }

  /** The newest verdicts of a site. Nothing is walked when nothing changed. */
  function diagnosisOf(site: string, now: number): Diagnosis {
    const state = stateOf(site)
    if (state.diagnosis !== undefined && !state.dirty) return state.diagnosis
    const { inferred, backAt } = state
    const before = state.diagnosis
    state.dirty = false
    startedAt ??= now
    state.diagnosis = diagnose(
      graphOf(site),
      evidence,
      { inferred, backAt, matches: before?.reach.matches ?? new Map(), startedAt },
      now,
    )
    state.restsUntil = now + state.diagnosis.reach.graph.nodes.length * REST_PER_NODE_MS
    if (!isSame(before, state.diagnosis)) state.touch = ROUNDS
    return state.diagnosis
  }

  function follow(site: string, state: SiteState, now: number): AlarmSignal[] {
    const { inferred, refuted, reach } = diagnosisOf(site, now)
    const signals: AlarmSignal[] = []
    const keep = new Map(inferred)
    const say = (kind: 'raise' | 'clear', id: string, one: Inferred) => {
      const place = { site, customer: options.customerOf(site), at: now, language: options.language }
      signals.push(commonCauseSignal(kind, id, one, reach.graph.nodes[reach.graph.numberOf.get(id) ?? -1], place))
    }
    for (const [id, one] of inferred) {
      const before = state.inferred.get(id)
      if (before === undefined || before.members.join() !== one.members.join()) say('raise', id, one)
    }
    for (const [id, one] of state.inferred) {
      if (inferred.has(id)) continue
      const states = one.members.map((member) => watch.of(member).state)
      const isDark = reach.isDark(reach.graph.numberOf.get(id) ?? -1)
      // nobody can tell now, or a port has told of it meanwhile
      const isPossible = !refuted.has(id) && !states.includes('up')
      if (isPossible && (states.includes('unknown') || (isDark && states.includes('down')))) {
        keep.set(id, one)
        continue
      }
      say('clear', id, one)
      state.backAt.set(id, now)
      state.dirty = true
    }
    state.inferred = keep
    // what an inferred cause held is on probation from now on
    if (state.dirty) diagnosisOf(site, now)
    state.followed = state.diagnosis
    return signals
  }

  const gates = createCauseGates({
    ...{ diagnosisOf, evidence, decisions: options.decisions, alarm: options.alarm, lastCheck: options.lastCheck },
    probation(site) {
      stateOf(site).isProbation = true
    },
    heard({ alarm }) {
      if (!index.put(alarm)) return
      const state = stateOf(alarm.site)
      if (alarm.isCleared) state.alarms.delete(alarm.id)
      else state.alarms.add(alarm.id)
      state.dirty = true
    },
    touched(now) {
      const touched: string[] = []
      for (const [site, state] of sites) {
        if (state.dirty) diagnosisOf(site, now)
        if (state.isProbation && state.touch === 0) {
          state.isProbation = false
          for (const id of state.alarms) if (options.alarm(id)?.suppression?.by === 'probation') touched.push(id)
        }
        if (state.touch === 0) continue
        state.touch--
        // what an incident opened for in this round is its cause from now on
        if (state.touch > 0) state.dirty = true
        touched.push(...state.alarms)
      }
      return touched
    },
  })

  return {
    gates,
    evidence,
    take({ newSeries, samples }) {
      for (const series of newSeries) watch.learn(series)
      if (samples.length === 0) return
      for (const device of watch.take(samples)) {
        const site = options.device(device)?.site
        if (site === undefined) continue
        const state = stateOf(site)
        state.dirty = true
        state.touch = ROUNDS
      }
    },
    described(devices) {
      for (const device of devices) {
        const { id, site, state, active } = device
        const here = stateOf(site)
        const facts = factsOf(device)
        if ((state === 'unknown' || !active) && watch.forget(id)) here.dirty = true
        if (facts === known.get(id)) continue
        known.set(id, facts)
        bySite = undefined
        here.graph = undefined
        here.dirty = true
      }
    },
    linksChanged(site) {
      for (const [id, state] of sites) {
        if (site !== undefined && id !== site) continue
        state.graph = undefined
        state.dirty = true
      }
    },
    look(now) {
      const signals: AlarmSignal[] = []
      for (const [site, state] of sites) {
        if (state.diagnosis?.isOpen && now >= state.restsUntil) state.dirty = true
        if (state.dirty || state.diagnosis !== state.followed) signals.push(...follow(site, state, now))
      }
      return signals
    },
    of(site, now) {
      if (devicesOf(site).length === 0) return undefined
      return { graph: graphOf(site), diagnosis: diagnosisOf(site, now) }
    },
    restore({ series, alarms }) {
      watch.clear()
      index.clear()
      sites.clear()
      known.clear()
      bySite = undefined
      startedAt = undefined
      for (const one of series) watch.learn(one)
      for (const alarm of alarms) {
        if (!index.put(alarm) || alarm.isCleared) continue
        const state = stateOf(alarm.site)
        state.alarms.add(alarm.id)
        if (alarm.rule !== COMMON_CAUSE) continue
        const members = alarms.flatMap((a) => (a.suppression?.ref === alarm.id && a.device !== null ? [a.device] : []))
        state.inferred = new Map(state.inferred).set(alarm.qualifier, {
          ...{ node: -1, since: alarm.raisedAt, isPower: alarm.qualifier.startsWith('supply:'), members },
        })
      }
    },
  }
}

/** What of a device the graph is made of. */
function factsOf({ site, active, name, parents, poweredBy, via, nearAgent }: Device): string {
  return JSON.stringify([site, active, name, parents, poweredBy, via, nearAgent])
}

function isSame(a: Diagnosis | undefined, b: Diagnosis): boolean {
  if (a === undefined) return b.verdicts.size === 0
  if (a.reach.graph !== b.reach.graph || a.verdicts.size !== b.verdicts.size) return false
  for (const [node, one] of b.verdicts) {
    const before = a.verdicts.get(node)
    if (before?.kind !== one.kind || before.until !== one.until || before.why !== one.why) return false
    if (before.anchor?.alarm !== one.anchor?.alarm || before.causes.join() !== one.causes.join()) return false
  }
  return true
}
