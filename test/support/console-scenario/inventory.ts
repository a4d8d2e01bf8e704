// A made-up customer with sites, agents and devices: what the console shows in its browser tests and screenshots.
import type { AgentRow, DeviceRow, LatestSample, SiteRow } from '#shared/http/inventory.ts'
import type { GapRow, QuarantineRow } from '#shared/http/records.ts'

const SITES = [
  ['hq', 'Head office', 'acme', 'Acme Ltd'],
  ['plant-2', 'Plant 2 Suzhou', 'acme', 'Acme Ltd'],
  ['port', 'Port warehouse', 'harbor', 'Harbor Logistics'],
] as const

const MODELS = {
  switch: ['Cisco', 'Catalyst 2960X-48TS', 'cisco-catalyst', 'sysObjectID 1.3.6.1.4.1.9.1.1208 fits 1.3.6.1.4.1.9.1.*'],
  core: ['H3C', 'S7506E', 'h3c-switch', 'sysObjectID 1.3.6.1.4.1.25506.1.148 fits 1.3.6.1.4.1.25506.*'],
  ups: ['APC', 'Smart-UPS SRT 5000', 'ups-mib', 'sysObjectID 1.3.6.1.4.1.318.1.3.27 fits 1.3.6.1.4.1.318.*'],
  server: ['Net-SNMP', 'Debian 12 server', 'generic', 'no profile for sysObjectID 1.3.6.1.4.1.8072.3.2.10'],
} as const

const DEVICES = [
  ['hq', 'core-sw1', 'Core switch 1', '10.1.0.1', 'core', 'up'],
  ['hq', 'acc-sw-3f', 'Access switch 3F', '10.1.0.13', 'switch', 'up'],
  ['hq', 'ups-a', 'UPS A', '10.1.0.50', 'ups', 'up'],
  ['hq', 'file-srv', 'File server', '10.1.0.20', 'server', 'up'],
  ['plant-2', 'line-sw-7', 'Line 7 switch', '10.2.7.1', 'switch', 'down'],
  ['plant-2', 'ups-line', 'UPS line hall', '10.2.0.50', 'ups', 'up'],
  ['port', 'gate-sw', 'Gate switch', '10.3.0.2', 'switch', 'unknown'],
  ['port', 'yard-srv', 'Yard server', '10.3.0.20', 'server', 'unknown'],
] as const

/** The last one keeps another time than the reader. */
export function sites(): SiteRow[] {
  return SITES.map(([id, name, customer, customerName]) => ({
    ...{ id, name, customer, customerName, timeZone: id === 'port' ? 'Europe/Berlin' : 'Asia/Shanghai' },
    origin: 'file' as const,
    ...{ devices: DEVICES.filter(([site]) => site === id).length, openAlarms: 0, agentsOnline: 1, agents: 1 },
  }))
}

export function devicesAt(now: number): DeviceRow[] {
  return DEVICES.map(([site, id, name, address, kind, state], i) => {
    const [, siteName, customer, customerName] = SITES.find(([s]) => s === site) as (typeof SITES)[number]
    const [vendor, model, profile, reason] = MODELS[kind]
    return {
      ...{ id: `${site}.${id}`, site, siteName, customer, customerName, name, address, state },
      ...{ agent: `agent-${site}-0001`, stateSince: now - (i + 1) * 5_400_000, openAlarms: 0 },
      ...{ vendor, model, serial: `FOC24${i}1X0${i}`, version: '15.2(7)E4', profile, profileReason: reason },
      sysObjectId: /1\.3[.\d]+/.exec(reason)?.[0] ?? null,
      sysDescr: `${vendor} ${model}, software 15.2(7)E4`,
      tags: { rack: `A${i + 1}` },
      parents: kind === 'core' ? [] : [`${site}.core-sw1`],
      ...{ interval: 60, active: true },
    }
  })
}

export function agentsAt(now: number): Omit<AgentRow, 'commandKeyMatches'>[] {
  return SITES.map(([site, siteName], i) => ({
    id: `agent-${site}-0001`,
    site,
    siteName,
    devices: DEVICES.filter(([s]) => s === site).length,
    presence: site === 'port' ? 'unknown' : 'online',
    unknownSince: site === 'port' ? now - 1_500_000 : null,
    lastSeen: site === 'port' ? now - 1_540_000 : now - 4_000,
    connectedAt: now - 86_400_000,
    version: '0.1.0',
    host: `${site}-mon01`,
    epoch: '01',
    clockOffsetMs: [12, -4_210, 31][i] ?? 0,
    backlog: { event: 0, telemetry: site === 'plant-2' ? 1840 : 0, result: 0 },
    dropped: site === 'plant-2' ? { 'syslog:rate-limit': 128, 'snmp-trap:unknown-source': 7 } : {},
    quarantined: site === 'plant-2' ? 1 : 0,
    refused: null,
    lost: site === 'plant-2' ? { 'telemetry:quota': 5200 } : {},
  }))
}

/** An agent that has just connected for the first time. */
export function newAgent(id: string, site: SiteRow, now: number): Omit<AgentRow, 'commandKeyMatches'> {
  return {
    ...{ id, site: site.id, siteName: site.name, devices: 0, presence: 'online', unknownSince: null, lastSeen: now },
    ...{ connectedAt: now, version: 'outrider-agent/0.2.0', host: `${site.id}-mon02`, epoch: '01', clockOffsetMs: 8 },
    ...{ backlog: { event: 0, telemetry: 0, result: 0 }, dropped: {}, quarantined: 0, refused: null, lost: {} },
  }
}

export function setAside(now: number): QuarantineRow {
  return {
    ...{ id: 1, agent: 'agent-plant-2-0001', epoch: '01', lane: 'event', first: 81_204, count: 12 },
    ...{ reason: 'records/3/at: expected a number', bytes: 4180, at: now - 7_200_000 },
    preview: { form: 'text', text: '{"version":1,"records":[{"kind":"log","at":"yesterday"', complete: false },
  }
}

export function gapAt(now: number): GapRow {
  return {
    ...{ id: 1, agent: 'agent-plant-2-0001', epoch: '01', lane: 'telemetry', first: 9_001_000, count: 5200 },
    ...{ reason: 'quota', at: now - 5_400_000 },
  }
}

const OPER = { '1': 'up', '2': 'down', '7': 'lower-layer-down' }
const SOURCE = { '3': 'normal', '4': 'bypass', '5': 'battery' }

/** Latest values: ports for switches, battery for a UPS, load for a server. */
export function latestOf(device: DeviceRow, now: number): LatestSample[] {
  const one = (metric: string, value: number, unit = '', more: Partial<LatestSample> = {}): LatestSample => ({
    ...{ metric, resource: '', unit, kind: 'gauge', states: null, tags: {}, at: now - 2_000, value },
    ...more,
  })
  const state = { kind: 'state' } as const
  const common = [
    one('sys.uptime', 3_456_789, 's'),
    one('icmp.reachable', 1, '', { ...state, states: { '0': 'unreachable', '1': 'reachable' } }),
    one('icmp.rtt', 1.42, 'ms'),
    one('icmp.loss', device.state === 'up' ? 0 : 100, '%'),
  ]
  if (device.vendor === 'APC')
    return [
      ...common,
      one('ups.battery.charge', 96, '%'),
      one('ups.battery.runtime', 2520, 's'),
      one('ups.battery.seconds', device.site === 'hq' ? 660 : 0, 's'),
      one('ups.battery.temperature', device.site === 'hq' ? 27.5 : 41.5, 'Cel'),
      one('ups.output-source', device.site === 'hq' ? 5 : 3, '', { ...state, states: SOURCE }),
      one('ups.input.voltage', device.site === 'hq' ? 0 : 231, 'V', { resource: 'input:1' }),
      one('ups.output.load', 38, '%', { resource: 'output:1' }),
    ]
  if (device.vendor === 'Net-SNMP')
    return [
      ...common,
      one('cpu.load', 34.5, '%'),
      one('memory.used', 72, '%'),
      ...[
        ['/', 37, 53_687_091_200],
        ['/srv', 91, 4_398_046_511_104],
      ].flatMap(([disk, used, size]) => [
        one('storage.used', used as number, '%', { resource: `storage:${disk}` }),
        one('storage.size', size as number, 'By', { resource: `storage:${disk}` }),
      ]),
      ...[0.42, 0.38, 0.31].map((value, i) => one('host.load', value, '', { resource: `load:${[1, 5, 15][i]}min` })),
    ]
  const ports = Array.from({ length: 12 }, (_, i) => `if:GigabitEthernet0/${i + 1}`)
  return [
    ...common,
    one('cpu.load', 17, '%'),
    one('env.temperature', device.site === 'hq' ? 63 : 41, 'Cel', {
      resource: 'sensor:Inlet',
      limits: { highWarning: 60, highCritical: 75 },
      labels: { en: 'Inlet temperature', 'zh-CN': '进风口温度' },
    }),
    one('env.fan-status', device.site === 'hq' ? 2 : 1, '', {
      ...state,
      ...{ resource: 'fan:2', states: { '1': 'normal', '2': 'critical' }, severities: { critical: 'major' as const } },
    }),
    ...ports.flatMap((resource, i) => {
      const tags = {
        ...{ interface: resource.slice(3), alias: i === 0 ? 'uplink to core' : i === 4 ? 'camera ring' : '' },
        'speed-mbps': '1000',
      }
      const port = (metric: string, value: number, unit = '', more: Partial<LatestSample> = {}) =>
        one(metric, value, unit, { resource, tags, ...more })
      const quiet = i === 6
      return [
        port('if.oper-status', quiet ? 2 : 1, '', { ...state, states: OPER }),
        port('if.admin-status', i === 10 ? 2 : 1, '', { ...state, states: OPER }),
        port('if.in.octets', quiet ? 0 : ([9_100_000, 112_000_000][i] ?? i * 310_000), 'By/s', { kind: 'counter64' }),
        port('if.out.octets', quiet ? 0 : i * 120_000 + 40_000, 'By/s', { kind: 'counter64' }),
        port('if.in.errors', i === 2 ? 0.4 : 0, '{packet}/s', { kind: 'counter32' }),
      ]
    }),
  ]
}
