// Tells a story to the judgement: what happened when, in seconds, and what then stands. A fake clock, no disk; the store is
// the change sets themselves, so that a restart reads back exactly what was written.

import { createEvaluation, type Judgement, type JudgementOptions, type StoredJudgement } from '#collector/evaluation.ts'
import type { IngestGroup, ReceivedEvent, SeriesInfo } from '#collector/ingest/evaluation.ts'
import type { NotificationSettings } from '#collector/notify/policy/policy.ts'
import type { DefinedRule } from '#collector/rules/rule.ts'
import { addChanges, type ChangeSet, emptyChangeSet } from '#collector/storage/change-set.ts'
import type { DefinedInhibition } from '#collector/suppression/inhibition-gate.ts'
import type { MaintenanceWindow } from '#collector/suppression/maintenance-gate.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { DeviceEvent, TrapEvent } from '#shared/domain/device-event.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Agent, Device } from '#shared/domain/inventory.ts'
import { type SeriesMeaning, sameMeaning } from '#shared/domain/series-meaning.ts'
import type { Hello } from '#shared/wire/hello.ts'
import { fixedPlaces } from './fixed-places.ts'
import { plainChannels } from './plain-channels.ts'

export const AGENT = 'agent-shanghai'
export const SITE = 'shanghai'
const T0 = Date.UTC(2026, 5, 1)

export interface StoryOptions {
  /** Links of sites and decisions of people. */
  readonly cause?: JudgementOptions['cause']
  readonly rules: readonly DefinedRule[]
  readonly listCleared?: 'until-ack' | number
  readonly channels?: readonly string[]
  readonly notify?: Partial<NotificationSettings>
  readonly heartbeatMs?: number
  readonly agents?: readonly { readonly id: string; readonly site: string }[]
  /** Devices that people keep for their site. */
  readonly kept?: ReadonlySet<string>
  readonly inhibitions?: readonly DefinedInhibition[]
  readonly windows?: readonly MaintenanceWindow[]
  /** Of alarm texts; default English. */
  readonly language?: 'zh-CN' | 'en'
}

export type Story = Awaited<ReturnType<typeof tell>>

/** A device's samples: metric, resource, value. */
export interface Said {
  readonly device?: string
  readonly metric: string
  readonly resource?: string
  readonly value: number
  readonly kind?: SeriesInfo['kind']
  readonly states?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  readonly agent?: string
  readonly unit?: string
  /** What the device's profile says; another than before is a definition that changed. */
  readonly meaning?: SeriesMeaning
}

export async function tell(options: StoryOptions) {
  const agents = options.agents ?? [{ id: AGENT, site: SITE }]
  const written = { windows: options.windows ?? [], inhibitions: options.inhibitions ?? [] }
  const store = createMemoryStore(options.rules)
  const all = emptyChangeSet()
  const series = new Map<string, SeriesInfo>()
  let connectedSince: number | null = 0
  let ids = 0
  let eventId = 0
  let seconds = 0
  let live = true
  const build = (): Judgement =>
    createEvaluation({
      inventory: {
        places: fixedPlaces(
          [{ id: 'acme', name: 'Acme' }],
          [...new Set(agents.map((a) => a.site))].map((id) => ({
            ...{ id, customer: 'acme', name: id, timeZone: 'Asia/Shanghai' },
          })),
        ),
        agents,
        isKept: (_site, device) => options.kept?.has(device) ?? false,
        heartbeatMs: options.heartbeatMs ?? 10_000,
        connectedSince: () => connectedSince,
      },
      alarms: { listCleared: options.listCleared ?? 'until-ack', forgetAfterDays: 180 },
      incidents: {
        closeAfterDays: 14,
        newId: () => `id-${++ids}`,
      },
      notify: plainChannels(options.channels ?? ['mail'], options.notify),
      language: options.language ?? 'en',
      ...(options.cause ? { cause: options.cause } : {}),
      load: async () => ({ ...store.read(), ...written }),
    })
  let judgement = build()
  await judgement.reload()

  const commit = (changes: ChangeSet): ChangeSet => {
    store.write(changes)
    addChanges(all, changes)
    return changes
  }
  const wall = () => T0 + seconds * 1000
  const group = (more: Partial<IngestGroup>): ChangeSet => {
    const fresh = (more.newSeries ?? []).filter((s) => store.series.get(s.id) !== s)
    for (const s of fresh) store.series.set(s.id, s)
    for (const { length, series: ids, at, values } of more.samples ?? [])
      for (let i = 0; i < length; i++)
        store.last.set(ids[i] as number, { at: at[i] as number, value: values[i] as number })
    const agentsHere = new Set([...(more.events ?? []), ...(more.samples ?? [])].map((r) => r.agent))
    const watermarks = [...agentsHere].flatMap((agent) =>
      (['event', 'telemetry'] as const).map((lane) => ({ agent, lane, at: wall(), live })),
    )
    const empty = { newSeries: [], events: [], samples: [], results: [], gaps: [], watermarks, forks: [], presence: [] }
    return commit(judgement.evaluate({ now: wall(), ...empty, ...more, newSeries: fresh }))
  }
  const seriesOf = (said: Said): SeriesInfo => {
    const { device = 'switch', metric, resource = '', kind = 'state', states, tags, agent = AGENT } = said
    const { unit = '', meaning = {} } = said
    const site = agents.find((a) => a.id === agent)?.site ?? SITE
    const key = `${site}.${device} ${metric} ${resource}`
    const known = series.get(key)
    if (known && (said.meaning === undefined || sameMeaning(known, meaning))) return known
    const id = known?.id ?? series.size + 1
    const place = { id, agent, site, device: `${site}.${device}`, metric, resource }
    const info = { ...place, unit, kind, states, tags, ...meaning }
    series.set(key, info)
    return info
  }

  const received = (event: DeviceEvent, agent: string, at: number): ReceivedEvent => {
    const site = agents.find((a) => a.id === agent)?.site ?? SITE
    const device = event.device === null ? null : `${site}.${event.device}`
    const id = ++eventId
    const one = { id, agent, site, customer: 'acme', device, epoch: 'e1', seq: id, at, receivedAt: wall(), event }
    store.events.push(one)
    return one
  }

  return {
    all,
    store,
    get judgement() {
      return judgement
    },
    /** Sets the clock: seconds since the story began. */
    at(s: number) {
      seconds = s
    },
    wall,
    /** What is sent from now on is a backlog (false) or live again. */
    live(is: boolean) {
      live = is
    },
    poll(...said: Said[]) {
      const infos = said.map(seriesOf)
      const agent = said[0]?.agent ?? AGENT
      const values = Float64Array.from(said.map((s) => s.value))
      const at = new Float64Array(said.length).fill(wall())
      const columns = {
        length: said.length,
        series: Uint32Array.from(infos.map((i) => i.id)),
        at,
        values,
        judged: values,
      }
      return group({ newSeries: infos, samples: [{ agent, site: infos[0]?.site ?? SITE, ...columns }] })
    },
    /** One batch of samples measured at other times than now (seconds), the watermark after the last of them. */
    batch(...said: (Said & { readonly at: number })[]) {
      const infos = said.map(seriesOf)
      const agent = said[0]?.agent ?? AGENT
      const at = Float64Array.from(said, (s) => T0 + s.at * 1000)
      const values = Float64Array.from(said, (s) => s.value)
      const columns = { length: said.length, series: Uint32Array.from(infos, (i) => i.id), at, values, judged: values }
      const last = Math.max(...at)
      const watermark = { agent, lane: 'telemetry' as const, at: last, live: wall() - last <= 60_000 }
      const samples = [{ agent, site: infos[0]?.site ?? SITE, ...columns }]
      return group({ newSeries: infos, samples, watermarks: [watermark] })
    },
    /** One batch of events that happened at other times than now (seconds), the watermark after the last of them. */
    events(...happened: { readonly at: number; readonly event: DeviceEvent }[]) {
      const events = happened.map(({ at, event }) => received(event, AGENT, T0 + at * 1000))
      const last = Math.max(...events.map(({ at }) => at))
      const watermark = { agent: AGENT, lane: 'event' as const, at: last, live: wall() - last <= 60_000 }
      return group({ events, watermarks: [watermark] })
    },
    event(event: DeviceEvent, agent = AGENT) {
      return group({ events: [received(event, agent, wall())] })
    },
    hello(agent = AGENT, more: Partial<Hello> = {}) {
      const presence = [
        {
          kind: 'hello' as const,
          agent,
          hello: { ...helloOf(agent, wall()), ...more },
          at: wall(),
          mono: seconds * 1000,
        },
      ]
      return group({ presence, watermarks: [] })
    },
    group,
    tick: () => commit(judgement.tick(wall(), seconds * 1000)),
    connected(since: number | null) {
      connectedSince = since
    },
    commit,
    /** People change windows. */
    plan(windows: readonly MaintenanceWindow[]) {
      written.windows = windows
      return commit(judgement.written.replaceWindows(windows, wall()).changes)
    },
    /** A new process over what was written; other rules when given. */
    async restart(rules?: readonly DefinedRule[]) {
      if (rules) store.rules = rules
      judgement = build()
      await judgement.reload()
    },
    alarm: (type: string): Alarm | undefined => [...store.alarms.values()].find((a) => a.alarmType === type),
    incidents: (): Incident[] => [...store.incidents.values()],
    pages: () => all.notifications.map((n) => n.transition),
  }
}

export function trap(
  trapOid: string,
  varbinds: Readonly<Record<string, string | number>> = {},
  device = 'switch',
): TrapEvent {
  return {
    kind: 'trap',
    at: 0,
    device,
    source: '192.0.2.1',
    version: 'v2c',
    confirmed: false,
    trapOid,
    user: '',
    varbinds: Object.entries(varbinds).map(([oid, value]) => ({
      oid,
      type: typeof value === 'number' ? 'Integer' : 'OctetString',
      value,
    })),
  }
}

export function log(mnemonic: string, message: string, severity = 3, device: string | null = 'switch'): DeviceEvent {
  return {
    kind: 'log',
    at: 0,
    device,
    source: '192.0.2.1',
    transport: 'udp',
    format: 'cisco',
    severity,
    mnemonic,
    message,
  }
}

function helloOf(agent: string, wall: number): Hello {
  const lanes = {} as Hello['lanes']
  return {
    version: 1,
    agent,
    epoch: 'e1',
    program: '0.1.0',
    host: 'h',
    boot: 'b',
    mono: 0,
    wall,
    startedAt: wall,
    lanes,
    dropped: {},
    commandKey: '',
  }
}

function createMemoryStore(first: readonly DefinedRule[]) {
  const alarms = new Map<string, Alarm>()
  const incidents = new Map<string, Incident>()
  const devices = new Map<string, Device>()
  const agents = new Map<string, Agent>()
  const playbooks = new Map<string, ChangeSet['playbooks'][number]>()
  const states = new Map<string, ChangeSet['ruleStates'][number]>()
  const series = new Map<number, SeriesInfo>()
  const last = new Map<number, { at: number; value: number }>()
  const events: ReceivedEvent[] = []
  const activity = new Map<string, number>()
  const notifyState = new Map<string, ChangeSet['notifyState'][number]>()
  const told = new Map<string, ChangeSet['told'][number]>()
  const pending = new Map<string, { command: string; incident: string | null; expires: number }>()
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
  const store = {
    rules: first,
    alarms,
    incidents,
    devices,
    agents,
    series,
    last,
    events,
    /** Where recipients stand with alarms. */
    told,
    write(changes: ChangeSet) {
      for (const { alarm } of changes.alarms) alarms.set(alarm.id, copy(alarm))
      for (const incident of changes.incidents) incidents.set(incident.id, copy(incident))
      for (const entry of changes.timeline) activity.set(entry.incident, entry.at)
      for (const device of changes.devices) devices.set(device.id, copy(device))
      for (const agent of changes.agents) agents.set(agent.id, copy(agent))
      for (const one of changes.playbooks) playbooks.set(`${one.agent} ${one.profile}`, copy(one))
      for (const s of changes.ruleStates) {
        if (s.state === null) states.delete(`${s.rule} ${s.subject}`)
        else states.set(`${s.rule} ${s.subject}`, copy(s))
      }
      for (const n of changes.notifyState) {
        if (n.doc === null) notifyState.delete(`${n.kind} ${n.key}`)
        else notifyState.set(`${n.kind} ${n.key}`, copy(n))
      }
      for (const t of changes.told) told.set(`${t.alarm} ${t.episode} ${t.recipient}`, copy(t))
      for (const { id, incident, expires } of changes.diagnostics) pending.set(id, { command: id, incident, expires })
      for (const { command } of changes.diagnosticResults) pending.delete(command)
    },
    read: (): StoredJudgement => ({
      rules: store.rules,
      states: [...states.values()],
      series: [...series.values()],
      lastSample: (id) => last.get(id),
      eventsFrom: (agent, id) => events.filter((e) => e.agent === agent && e.id >= id),
      alarms: [...alarms.values()],
      incidents: [...incidents.values()].filter((i) => i.state !== 'closed'),
      lastNumber: Math.max(0, ...[...incidents.values()].map((i) => i.number)),
      pending: [...pending.values()],
      notifyState: [...notifyState.values()],
      activity: [...activity].map(([incident, at]) => ({ incident, at })),
      devices: [...devices.values()],
      agents: [...agents.values()],
      playbooks: [...playbooks.values()],
    }),
  }
  return store
}
