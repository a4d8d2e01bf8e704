// The real API (routes, guard, live stream, CSP) over made-up data in memory, so that every state of the console can be
// shown and tried at will. What judges and stores in a real collector is played here; nothing else is.

import type { ApiDeps } from '#collector/api/deps.ts'
import type { Reads } from '#collector/api/reads.ts'
import type { Evidence, TimelineEntry } from '#shared/domain/incident.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { DeviceRow, SiteRow } from '#shared/http/inventory.ts'
import { createTestApi } from '../test-api.ts'
import { createPlayedAlarms } from './alarm-list.ts'
import { playedBoards } from './boards.ts'
import { createPlayedTests } from './device-tests.ts'
import { alarmsAt, evidenceAt, incidentsAt, timelineAt } from './faults.ts'
import { playIncidents } from './incident-work.ts'
import { agentsAt, devicesAt, gapAt, latestOf, newAgent, setAside, sites } from './inventory.ts'
import { createJoining, type Joining } from './joining.ts'
import { suppressedOf } from './judgement-views.ts'
import { createKeptSites, type KeptSites } from './kept-sites.ts'
import { playedOverview } from './places.ts'
import { fillRunning, playedHealth } from './running.ts'
import { createPlayedWork } from './work.ts'

type TestApi = Awaited<ReturnType<typeof createTestApi>>

export interface ConsoleApi {
  readonly address: string
  readonly api: TestApi
  readonly devices: readonly DeviceRow[]
  alarms(): readonly AlarmRow[]
  /** Puts the alarm in (or takes it off the list) and tells the live stream. */
  put(alarm: AlarmRow, inList?: boolean): void
  /** Fills the map of wallboards up to so many devices. */
  fillMap(devices: number): void
  /** Tokens, requests and identities; `joining.asks(token)` plays an agent that asks. */
  readonly joining: Joining
  /** What is kept for sites. */
  readonly kept: KeptSites
  /** An agent that was granted a certificate connects; with `device` it has measured something there. */
  arrives(agent: string, device?: DeviceRow): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts it on loopback. `more` adds alarms to the scenario's; the administrator is admin with ADMIN_PASSWORD. */
export async function startConsoleApi(options: {
  readonly consoleDir: string
  readonly more?: (scenario: { devices: ReturnType<typeof devicesAt>; now: number }) => readonly AlarmRow[]
  /** An installation on its first day. */
  readonly empty?: boolean
}): Promise<ConsoleApi> {
  const start = Date.now()
  const devices = options.empty ? [] : devicesAt(start)
  const list = options.empty ? [] : alarmsAt(devices, start)
  const incidents = new Map((options.empty ? [] : incidentsAt(list, start)).map((i) => [i.id, i]))
  const alarms = new Map([...list, ...(options.more?.({ devices, now: start }) ?? [])].map((a) => [a.id, a]))
  const evidence = new Map<string, Evidence[]>()
  const timeline = new Map<string, TimelineEntry[]>()
  for (const incident of incidents.values()) {
    evidence.set(incident.id, evidenceAt(incident))
    timeline.set(incident.id, timelineAt(incident, start))
  }
  for (const device of devices) device.openAlarms = list.filter((a) => a.device === device.id && !a.isCleared).length

  const namesOf = (id: string) => {
    const name = devices.find((one) => one.id === id)?.name
    return name === undefined ? {} : { deviceName: name }
  }
  let onMap = 0
  const page = <T>(items: T[]) => ({ items, nextCursor: null })
  const agents = options.empty ? [] : agentsAt(start)
  const fromFile = options.empty ? [] : sites()
  const customersOfFile = [
    ...new Map(fromFile.map((s) => [s.customer, { id: s.customer, name: s.customerName }])).values(),
  ]
  const siteOf = new Map<string, string>()
  const kept = await createKeptSites({
    ...{ empty: options.empty === true, customers: customersOfFile, sites: fromFile },
    agentsOf: (site) => agents.filter((agent) => agent.site === site).map((agent) => agent.id),
    canReceiveSecrets: (agent) => agent !== 'agent-plant-2-0001',
  })
  const joining = createJoining({
    empty: options.empty === true,
    sites: () => kept.places.sites().map((site) => site.id),
    onGranted: (agent, request) => void siteOf.set(agent, request.site),
  })
  /** With what its identity says about it. */
  const judged = (agent: (typeof agents)[number]) => {
    const identity = joining.identity(agent.id)
    const refused = identity && identity.state !== 'active' ? `${identity.state}: ${identity.reason}` : agent.refused
    return { ...agent, refused }
  }
  const siteRows = () =>
    kept.places.sites().map((site): SiteRow => {
      const own = agents.filter((agent) => agent.site === site.id)
      return {
        ...site,
        origin: kept.places.site(site.id)?.origin ?? 'file',
        customerName: kept.places.customer(site.customer)?.name ?? site.customer,
        devices: devices.filter((device) => device.site === site.id).length,
        openAlarms: list.filter((alarm) => alarm.site === site.id && !alarm.isCleared).length,
        ...{ agents: own.length, agentsOnline: own.filter((agent) => agent.presence === 'online').length },
      }
    })
  const none = async () => page([])
  const work = playIncidents({
    ...{ incidents, timeline, evidence, alarms, sites: siteRows, start },
    changed: (incident) => api.live.publish('incident', { incident, changed: ['row', 'timeline'] }, incident.customer),
  })
  const reads: Reads = {
    customerOf: async (kind, id) =>
      ({
        alarm: () => alarms.get(id)?.customer,
        incident: () => incidents.get(id)?.customer,
        device: () => devices.find((one) => one.id === id)?.customer,
        site: () => kept.places.site(id)?.customer,
        agent: () => kept.places.site(agents.find((one) => one.id === id)?.site ?? '')?.customer,
      })[kind](),
    customers: async () =>
      page(
        kept.places.customers().map((customer) => ({
          ...customer,
          ...{ origin: kept.places.customer(customer.id)?.origin ?? 'file', sites: 0, devices: 0, openAlarms: 0 },
        })),
      ),
    sites: async () => page(siteRows()),
    customer: async (id) => {
      const customer = kept.places.customer(id)
      return customer && { ...customer, sites: 0, devices: 0, openAlarms: 0 }
    },
    site: async (id) => siteRows().find((s) => s.id === id),
    agents: async () => page(agents.map(judged)),
    agent: async (id) => agents.filter((a) => a.id === id).map(judged)[0],
    devices: async (q) =>
      page(
        devices.filter(
          (d) =>
            (!q.state || q.state.includes(d.state)) &&
            (!q.site || q.site === d.site) &&
            (!q.agent || q.agent === d.agent) &&
            (!q.q || `${d.name} ${d.address} ${d.model}`.toLowerCase().includes(q.q.toLowerCase())),
        ),
      ),
    device: async (id) => devices.find((d) => d.id === id),
    alarms: async (q) => {
      const has = `${q.q ?? ''}`.toLowerCase()
      const all = [...alarms.values()].filter(
        (a) =>
          (!q.device || a.device === q.device) &&
          (!q.customer || a.customer === q.customer) &&
          `${a.text} ${a.deviceName} ${a.siteName}`.toLowerCase().includes(has),
      )
      const from = Number(q.cursor ?? 0)
      const more = from + q.limit < all.length
      return {
        items: all.slice(from, from + q.limit),
        nextCursor: more ? String(from + q.limit) : null,
        counts: { critical: 0, major: 0, minor: 0, warning: 0, indeterminate: 0 },
      }
    },
    alarmHistory: (...wish) => played.history(...wish),
    alarm: async (id) => {
      const alarm = alarms.get(id)
      if (!alarm) return undefined
      const line = { late: false, note: '', severity: alarm.perceivedSeverity }
      return {
        ...alarm,
        history: [
          { id: 1, action: 'raise', at: alarm.raisedAt, actor: 'system', ...line },
          ...(alarm.ackBy
            ? [{ id: 2, action: 'acknowledge', at: alarm.ackAt ?? 0, actor: alarm.ackBy, ...line, note: alarm.ackNote }]
            : []),
        ],
        trace: [
          { at: alarm.raisedAt, rule: alarm.rule, decision: 'raise', why: 'met for 3 polls in a row', inputs: {} },
          {
            at: alarm.raisedAt,
            rule: alarm.rule,
            decision: 'open',
            why: 'rule opens incidents from major up',
            inputs: {},
          },
        ],
      }
    },
    alarmRows: async (ids) => ids.flatMap((id) => alarms.get(id) ?? []),
    ...work.reads,
    ...{ alarmHours: () => [], lastClear: () => null },
    traceOf: none,
    holdsOf: async () => [],
    toldOf: async () => [],
    evidence: async (filter) =>
      [...evidence.values()]
        .flat()
        .filter(
          (e) =>
            (!filter.incident || e.incident === filter.incident) &&
            (!filter.device || e.device === filter.device) &&
            (!filter.command || e.command === filter.command),
        ),
    events: async (q) => {
      const of = options.empty ? [] : q.device === undefined ? ['hq.acc-sw-3f', 'hq.core-sw1'] : [q.device]
      const rows = of
        .filter((device) => device.startsWith('hq.'))
        .flatMap((device) => eventsAt(device, device === 'hq.core-sw1' ? start - 400_000 : start))
        .map((row) => ({ ...row, ...namesOf(row.device), siteName: 'Head office' }))
        .sort((a, b) => b.at - a.at)
      return page(
        rows.filter(
          (row) =>
            (!q.kind || q.kind.includes(row.kind)) &&
            (q.level === undefined || row.kind !== 'log' || row.event.severity <= q.level) &&
            (!q.q || JSON.stringify(row.event).toLowerCase().includes(q.q.toLowerCase())),
        ),
      )
    },
    suppressed: async (q) => {
      const { items, counts } = suppressedOf(
        [...alarms.values()],
        new URLSearchParams(q.by?.map((by) => ['by', by])),
        start,
      )
      return { items, counts, nextCursor: null }
    },
    quarantine: async () => page(options.empty ? [] : [setAside(start)]),
    gaps: async () => page(options.empty ? [] : [gapAt(start)]),
    audit: none,
    notifications: work.notifications,
    channelFigures: async () => new Map(),
    counts: async () => ({
      alarms: {},
      openIncidents: [...incidents.values()].filter((i) => !['resolved', 'closed'].includes(i.state)).length,
      agents: { online: 2, unknown: 1, never: 0 },
      devices: { up: 5, down: 1, unknown: 2 },
    }),
  }

  const actions: ApiDeps['actions'] = {
    alarmAction: (...wish) => played.act(...wish),
    ...work.actions,
    requestDiagnostic: async (wish) => {
      const command = `c-${Date.now()}`
      const target = wish.incident ?? 'of-device'
      const row: Evidence = {
        ...{ id: command, command, incident: wish.incident, device: wish.device, action: wish.action, state: 'done' },
        ...{ requestedBy: wish.actor, requestedAt: Date.now(), endedAt: Date.now() + 420, error: null },
        arguments: { ...wish.arguments },
        result: { sent: 4, received: 4, lossPercent: 0, rttMs: { min: 0.8, avg: 1.2, max: 2.1 }, by: 'fping' },
      }
      evidence.set(target, [...(evidence.get(target) ?? []), row])
      return { ok: true, command }
    },
    saveRule: async () => ({ ok: false, code: 'conflict', message: 'not part of this scenario' }),
    saveOverrides: async () => ({ ok: false, code: 'conflict', message: 'not part of this scenario' }),
    deleteRule: async () => ({ ok: false, code: 'conflict', message: 'not part of this scenario' }),
    audit: async () => undefined,
  }

  const played = createPlayedAlarms({ alarms, devices, put: (...wish) => put(...wish) })
  const api = await createTestApi({
    consoleDir: options.consoleDir,
    deps: {
      version: '0.6.0',
      startedAt: start - 9.3 * 86_400_000,
      health: async () => (options.empty ? [] : playedHealth(Date.now())),
      alarmDesk: played.desk,
      boards: playedBoards({
        ...{ alarms: () => alarms.values(), devices: () => devices, sites: siteRows, many: () => onMap },
      }),
      overview: playedOverview({
        ...{ customers: () => kept.places.customers(), sites: () => kept.places.sites(), agents: () => agents },
        ...{ devices: () => devices, alarms: () => alarms.values(), incidents: () => incidents.values() },
        empty: options.empty === true,
      }),
      reads,
      actions,
      incidents: work.book,
      siteConfig: kept.book,
      suppression: createPlayedWork(start),
      deviceTests: createPlayedTests((site) => agents.filter((one) => one.site === site).map((one) => one.id)),
      identities: { enrolment: joining, url: () => 'https://noc.acme.example:8080' },
      samples: {
        latest: async (id) => {
          const device = devices.find((d) => d.id === id)
          return device ? latestOf(device, Date.now()) : []
        },
        query: async (q, now) => {
          const device = devices.find((d) => d.id === q.device)
          const from = q.from ?? now - 86_400_000
          const known = device ? latestOf(device, now).filter((s) => q.metric?.includes(s.metric)) : []
          const series = known
            .filter((s) => q.resource === undefined || s.resource === q.resource)
            .map((s, n) => ({
              ...{ metric: s.metric, resource: s.resource, unit: s.unit, kind: s.kind, states: s.states },
              ...(s.limits ? { limits: s.limits } : {}),
              points: wave(from, q.to ?? now, s.value ?? 0, n, s.kind === 'state'),
            }))
          return { source: 'embedded', from, to: q.to ?? now, step: 300, series, truncated: false, nextCursor: null }
        },
      },
    },
  })
  if (!options.empty) reads.audit = await fillRunning(api, start)
  const address = await api.api.start('127.0.0.1', 0)

  function put(alarm: AlarmRow, inList = true, action = 'raise', actor = 'system'): void {
    if (inList) alarms.set(alarm.id, alarm)
    else alarms.delete(alarm.id)
    played.saw(alarm)
    api.live.publish('alarm', { alarm, action, at: Date.now(), actor, late: false, inList }, alarm.customer)
  }

  return {
    address,
    api,
    devices,
    alarms: () => [...alarms.values()],
    fillMap(devices) {
      onMap = devices
    },
    put: (alarm, inList) => put(alarm, inList),
    joining,
    kept,
    arrives(id, device) {
      const site = siteRows().find((one) => one.id === siteOf.get(id))
      if (!site) throw new Error(`${id} was not granted anything`)
      let agent = agents.find((one) => one.id === id)
      if (!agent) {
        agent = newAgent(id, site, Date.now())
        agents.push(agent)
      }
      if (device) devices.push({ ...device, agent: id, site: site.id, siteName: site.name })
      api.live.publish('agent', { agent: { ...agent, commandKeyMatches: true } }, null)
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

/** A working day's curve with a gap, the same each time. */
function wave(from: number, to: number, level: number, n: number, flat: boolean): [number, number | null][] {
  const points: [number, number | null][] = []
  for (let at = from; at <= to; at += Math.max(60_000, (to - from) / 280)) {
    const part = (at - from) / (to - from)
    const hole = part > 0.62 && part < 0.65
    const shape = flat ? 1 : 0.6 + 0.4 * Math.sin(part * 9 + n) ** 2 + 0.06 * Math.sin(part * 170 + n * 3)
    points.push([Math.round(at), hole ? null : level * shape])
  }
  return points
}

function eventsAt(device: string, now: number) {
  const first = device === 'hq.core-sw1' ? 10 : 0
  const row = (id: number, minutes: number) => ({
    ...{ id: id + first, agent: 'agent-hq-0001', site: 'hq', device, epoch: '01', seq: id + first },
    ...{ at: now - minutes * 60_000, receivedAt: now - minutes * 60_000 + 40 },
  })
  const local = device.split('.')[1] as string
  const at = (minutes: number) => ({ at: now - minutes * 60_000, device: local })
  const trap = (minutes: number) => ({
    ...{
      kind: 'trap' as const,
      ...at(minutes),
      source: '10.1.0.13',
      version: 'v2c' as const,
      confirmed: false,
      user: '',
    },
  })
  return [
    {
      ...row(5, 15),
      kind: 'trap' as const,
      event: {
        ...trap(15),
        trapOid: '1.3.6.1.4.1.52432.2.1.0.4',
        varbinds: [
          { oid: '1.3.6.1.4.1.52432.2.2.1.0', type: 'Integer', value: 2 },
          { oid: '1.3.6.1.4.1.52432.2.2.3.0', type: 'OctetString', value: 'Fan tray 2: rotor blocked' },
        ],
      },
    },
    {
      ...row(3, 26),
      kind: 'trap' as const,
      event: {
        ...trap(26),
        trapOid: '1.3.6.1.6.3.1.1.5.3',
        varbinds: [{ oid: '1.3.6.1.2.1.2.2.1.8.7', type: 'Integer', value: 2 }],
      },
      meaning: {
        ...{ name: 'IF-MIB::linkDown', vendor: 'IETF', category: 'state_change' as const, severity: 'err' as const },
        text: { en: 'GigabitEthernet0/7 went down', 'zh-CN': 'GigabitEthernet0/7 断开' },
        varbinds: [{ name: 'ifOperStatus', value: 'down' }],
      },
    },
    {
      ...row(2, 27),
      kind: 'log' as const,
      event: {
        ...{
          ...{ kind: 'log' as const, ...at(27), source: '10.1.0.13', transport: 'udp' as const },
          ...{ format: 'cisco' as const, severity: 3, facility: 23 },
        },
        ...{ mnemonic: 'LINK-3-UPDOWN', message: 'Interface GigabitEthernet0/7, changed state to down' },
      },
    },
    {
      ...row(4, 28),
      kind: 'log' as const,
      event: {
        ...{
          ...{ kind: 'log' as const, ...at(28), source: '10.1.0.13', transport: 'udp' as const },
          ...{ format: 'cisco' as const, severity: 5, facility: 23 },
        },
        ...{ mnemonic: 'SYS-5-CONFIG_I', message: 'Configured from console by lena on vty0 (10.1.0.5)' },
      },
    },
    {
      ...row(1, 300),
      kind: 'check' as const,
      event: {
        ...{ kind: 'check' as const, ...at(300), input: 'tcp', resource: 'tcp:443' },
        ...{ outcome: 'timeout' as const, before: 'ok' as const, detail: 'no answer within 3 s' },
      },
    },
  ]
}
