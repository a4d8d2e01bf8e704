// The rule engine with rules as people write them, fed by hand. What it wants remembered is kept, so it can start again.
import type { IngestGroup, ReceivedEvent, SeriesInfo } from '#collector/ingest/evaluation.ts'
import { Rule } from '#collector/rules/rule.ts'
import { createRules, type Rules, type RulesOutcome } from '#collector/rules/rules.ts'
import type { AlarmSignal } from '#collector/rules/signal.ts'
import type { Device } from '#shared/domain/inventory.ts'

export const AGENT = 'agent-shanghai'

type Tagged = { readonly tags?: Record<string, string>; readonly active?: boolean; readonly profile?: string }
export type Measured = Partial<Omit<SeriesInfo, 'id' | 'agent' | 'site' | 'metric'>>

export interface RuleEngineOptions {
  readonly devices?: Readonly<Record<string, Tagged>>
  readonly zone?: string
  /** Samples are stored, so that what looks back finds them. */
  readonly stored?: boolean
}

/** Rules are named `rule-0`, `rule-1` ... and raise `test.fault` where they do not say otherwise. Times are seconds. */
export function ruleEngine(raw: readonly Record<string, unknown>[], options: RuleEngineOptions = {}) {
  let defined = raw.map(definedRule)
  let states = new Map<string, { rule: string; subject: string; state: unknown }>()
  const series = new Map<string, SeriesInfo>()
  const last = new Map<number, { at: number; value: number }>()
  const devices = new Map(Object.entries(options.devices ?? {}).map(([id, of]) => [id, deviceOf(id, of)]))
  const places = {
    device: (id: string) => devices.get(id),
    devices: () => devices.values(),
    customerOf: () => 'acme',
    zoneOf: () => options.zone,
  }
  const build = (): Rules => {
    const rules = createRules({ places, language: 'en', maxEventSubjects: 100 })
    const stored = { rules: defined, states: [...states.values()], series: [...series.values()] }
    rules.restore({
      ...{ ...structuredClone(stored), lastSample: (id) => last.get(id) },
      past(id, from, to, each) {
        for (const { at, value } of past.get(id) ?? []) if (at >= from && at <= to) each(at, value)
      },
    })
    return rules
  }
  let rules = build()
  let said: readonly AlarmSignal[] = []
  const past = new Map<number, { at: number; value: number }[]>()
  let written = 0
  let clock = 0
  const keep = (outcome: RulesOutcome): string[] => {
    for (const s of outcome.states) {
      written++
      if (s.state === null) states.delete(`${s.rule} ${s.subject}`)
      else states.set(`${s.rule} ${s.subject}`, s)
    }
    said = outcome.signals
    return outcome.signals.map((s) => `${s.kind} ${s.resource || '-'} @${s.at / 1000}${s.late ? ' late' : ''}`)
  }
  const nothing = { now: 0, newSeries: [], events: [], samples: [], watermarks: [] }
  const group = (of: Partial<IngestGroup>) => keep(rules.evaluate({ ...nothing, ...of }))

  function columnsOf(samples: readonly { readonly at: number; readonly value: number; readonly id: number }[]) {
    const values = Float64Array.from(samples, (s) => s.value)
    const at = Float64Array.from(samples, (s) => s.at * 1000)
    return { length: samples.length, series: Uint32Array.from(samples, (s) => s.id), at, values, judged: values }
  }

  function keepPast(id: number, at: number, value: number): void {
    const known = past.get(id) ?? []
    past.set(id, known)
    known.push({ at, value })
  }

  const engine = {
    /** One sample of each metric at one time, in one group. */
    samples(seconds: number, values: Readonly<Record<string, number>>, of: Measured = {}): string[] {
      const newSeries: SeriesInfo[] = []
      const samples = Object.entries(values).map(([metric, value]) => {
        const key = `${of.device ?? 's.d'} ${metric} ${of.resource ?? ''}`
        let info = series.get(key)
        if (!info) {
          info = { ...SERIES, ...of, id: series.size + 1, metric }
          series.set(key, info)
          newSeries.push(info)
        }
        if (seconds * 1000 >= (last.get(info.id)?.at ?? 0)) last.set(info.id, { at: seconds * 1000, value })
        return { id: info.id, at: seconds, value }
      })
      clock = Math.max(clock, seconds * 1000)
      const batch = { agent: AGENT, site: 's', ...columnsOf(samples) }
      const told = group({ now: clock, newSeries, samples: [batch] })
      if (options.stored) for (const { id, at, value } of samples) keepPast(id, at * 1000, value)
      return told
    },
    sample: (seconds: number, value: number, metric = 'm', of: Measured = {}): string[] =>
      engine.samples(seconds, { [metric]: value }, of),
    log: (seconds: number, message: string, device: string | null = 's.d'): string[] =>
      group({ events: [logOf(seconds, message, device)] }),
    watermark: (seconds: number, lane: 'event' | 'telemetry', live = true): string[] =>
      group({ watermarks: [{ agent: AGENT, lane, at: seconds * 1000, live }] }),
    group,
    restart() {
      rules = build()
    },
    replace(next: readonly Record<string, unknown>[], seconds = 0): string[] {
      defined = next.map(definedRule)
      return keep(rules.replace(defined, seconds * 1000))
    },
    device(id: string, of: Tagged, seconds = 0): string[] {
      devices.set(id, deviceOf(id, of))
      return keep(rules.devicesChanged([id], seconds * 1000))
    },
    forget() {
      states = new Map()
    },
    rules: () => rules,
    /** Signals of the last group. */
    said: () => said,
    states: () => [...states.values()],
    written: () => written,
    series: () => [...series.values()],
  }
  return engine
}

export type RuleEngine = ReturnType<typeof ruleEngine>

export function logOf(seconds: number, message: string, device: string | null = 's.d'): ReceivedEvent {
  const event = { ...LOG, message }
  const received = { id: 1, agent: AGENT, site: 's', customer: 'acme', epoch: 'e', seq: 1, receivedAt: 0 }
  return { ...received, device, at: seconds * 1000, event }
}

function definedRule(raw: Record<string, unknown>, n: number) {
  const plain = {
    id: `rule-${n}`,
    title: 't',
    severity: 'minor',
    alarmType: 'test.fault',
    text: '{{device}} {{value}}',
  }
  return { rule: Rule.parse({ ...plain, ...raw }), origin: { kind: 'database' as const } }
}

function deviceOf(id: string, { tags = {}, active = true, profile }: Tagged): Device {
  const nothing = { vendor: null, model: null, serial: null, version: null, sysObjectId: null, sysDescr: null }
  return {
    ...{
      ...nothing,
      id,
      site: 's',
      customer: 'acme',
      agent: AGENT,
      name: id.slice(2),
      address: '192.0.2.1',
      tags,
      active,
    },
    ...{ state: 'up', stateSince: null, profile: profile ?? null, profileReason: null, parents: [], interval: 60 },
  }
}

const SERIES = { agent: AGENT, site: 's', device: 's.d', resource: '', unit: '', kind: 'gauge' as const }

const LOG = {
  ...{ kind: 'log' as const, at: 0, device: 'd', source: 'x', transport: 'udp' as const, format: 'raw' as const },
  severity: 6,
}
