// Rules, windows, channels, routes and decisions of the made-up customer, for judgement.ts.

import type { z } from 'zod'
import type { BackTestFigures, BackTestResult, WouldBeAlarm } from '#shared/http/back-tests.ts'
import type { DependencyNode, SiteDependencies } from '#shared/http/cause.ts'
import type { WindowRow } from '#shared/http/maintenance.ts'
import type { ChannelRow, NotificationRow, RouteRow } from '#shared/http/notifications.ts'
import type { RuleRow } from '#shared/http/rules.ts'
import type { TraceRow, Why } from '#shared/http/trace.ts'

export const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export function ruleRow(
  id: string,
  title: [zh: string, en: string],
  more: Partial<RuleRow> & { rule?: object },
): RuleRow {
  const { rule = {}, ...row } = more
  return {
    ...{ id, origin: 'built-in', file: 'load.yaml', enabled: true, mode: 'live', readOnly: true, updatedAt: null },
    ...{ version: `v-${id}-1`, replaces: null, overrides: [], failing: 0 },
    ...row,
    rule: {
      ...{ id, title: { 'zh-CN': title[0], en: title[1] }, enabled: true, shadow: row.mode === 'shadow', selector: {} },
      ...{ condition: { type: 'limits', metric: 'cpu.load' }, for: 0, clearAfter: 60, severity: 'by-profile' },
      ...{ alarmType: 'by-profile', text: '{{device}}: {{what}} {{reading}}', qualifier: '', overrides: [] },
      incident: { open: true, impact: 'medium', urgency: 'medium', reopenWithin: 300, resolveOnClear: 30 },
      ...rule,
    },
  }
}

export function rules(now: number): RuleRow[] {
  const database = { origin: 'database', file: null, readOnly: false, updatedAt: now - 3 * DAY } as const
  return [
    ruleRow('device-unreachable', ['设备不可达', 'Device unreachable'], {
      file: 'reachability.yaml',
      rule: {
        severity: 'critical',
        alarmType: 'device.unreachable',
        condition: { type: 'no-data', metric: 'reach', for: 90 },
      },
    }),
    ruleRow('link-down', ['链路中断', 'Link down'], {
      file: 'interfaces.yaml',
      overrides: [
        {
          origin: 'database',
          file: null,
          override: { selector: { devices: ['hq.acc-*'] }, severity: 'minor', for: 300 },
        },
      ],
      rule: {
        ...{ severity: 'major', alarmType: 'link.down', selector: { resources: ['if:*'] } },
        condition: { type: 'state', metric: 'if.oper-status', values: ['down'], clearValues: ['up'], onceGood: true },
      },
    }),
    ruleRow('ups-on-battery', ['UPS 由电池供电或旁路', 'UPS on battery or on bypass'], {
      file: 'power.yaml',
      rule: { condition: { type: 'states', metric: ['ups.output-source', 'ups.supply'] } },
    }),
    ruleRow('cpu-high', ['CPU 占用率高', 'CPU load high'], {}),
    ruleRow('disk-full', ['磁盘将满', 'Disk nearly full'], {
      ...database,
      rule: {
        ...{ severity: 'minor', alarmType: 'storage.high', text: '{{device}}: {{resource}} {{value}}', for: 300 },
        ...{ selector: { sites: ['hq'], classes: ['storage'] } },
        condition: { type: 'threshold', metric: 'storage.used', above: 90, clear: 85 },
      },
    }),
    ruleRow('traffic-unusual', ['上行流量异常', 'Unusual uplink traffic'], {
      ...{ ...database, mode: 'shadow' },
      rule: {
        ...{ severity: 'warning', alarmType: 'if.traffic-unusual', text: '{{device}} {{interface}}: {{value}}' },
        condition: { type: 'baseline', metric: 'if.in-octets', deviations: 5, side: 'both', weeks: 4 },
      },
    }),
    ruleRow('backup-missing', ['未见备份日志', 'Backup did not report'], {
      ...{ origin: 'file', file: 'acme/backups.yaml', failing: 2 },
      rule: {
        ...{ severity: 'major', alarmType: 'backup.missing', text: '{{device}}: no backup' },
        condition: {
          type: 'event-count',
          match: { kind: 'log', contains: 'backup done' },
          expect: 'seen',
          count: 1,
          within: 90_000,
        },
      },
    }),
    ruleRow('trap.acme-door', ['柜门打开', 'Door opened'], {
      ...{ origin: 'definition', file: 'traps.d/acme.yaml', enabled: false, mode: 'off' },
      rule: {
        ...{ severity: 'warning', alarmType: 'env.door', text: 'Door {{door}}' },
        condition: { type: 'event-match', match: { kind: 'trap', trapOid: '1.3.6.1.4.1.52432.9' } },
      },
    }),
  ]
}

export function windowRow(id: string, title: string, start: number, more: Partial<WindowRow> = {}): WindowRow {
  const local = new Date(start + 8 * HOUR).toISOString().slice(0, 16)
  return {
    ...{
      id,
      title,
      note: '',
      owner: '',
      enabled: true,
      selector: { sites: ['hq'] },
      behaviour: 'no-page',
      start: local,
    },
    ...{
      zone: 'Asia/Shanghai',
      durationMinutes: 120,
      rrule: null,
      version: 1,
      createdBy: 'lena',
      createdAt: start - DAY,
    },
    ...{ updatedBy: 'lena', updatedAt: start - DAY, state: 'planned', active: null, next: [], held: 0 },
    ...more,
  }
}

export function windows(now: number): WindowRow[] {
  const week = (at: number) =>
    [0, 1, 2, 3, 4].map((n) => ({ start: at + n * 7 * DAY, end: at + n * 7 * DAY + 2 * HOUR }))
  const sunday = now + 2 * DAY
  return [
    windowRow('w-1', 'Core switch firmware', now - 40 * MINUTE, {
      ...{ state: 'active', active: { start: now - 40 * MINUTE, end: now + 80 * MINUTE }, held: 3, owner: 'wei.zhang' },
      selector: { devices: ['hq.core-sw1', 'hq.acc-sw-*'] },
    }),
    windowRow('w-2', 'Backup of the yard', sunday, {
      ...{ zone: 'Europe/Berlin', rrule: 'FREQ=WEEKLY;BYDAY=SU', next: week(sunday), behaviour: 'no-open' },
      selector: { sites: ['port'], tags: { role: 'server' } },
    }),
    windowRow('w-3', 'UPS battery change', now - 6 * DAY, { state: 'over', selector: { devices: ['hq.ups-a'] } }),
  ]
}

export function channels(now: number): ChannelRow[] {
  const base = {
    ...{ enabled: true, on: ['opened', 'resolved', 'reminder'] as ChannelRow['on'], version: 0, updatedAt: null },
    ...{ updatedBy: null, settings: null, secrets: [], queued: 0, failed: 0, lastSentAt: now - 9 * MINUTE },
    ...{ failingSince: null, lastProblem: null, readOnly: true, origin: 'file' as const, language: 'en' as const },
  }
  return [
    { ...base, id: 'mail-noc', kind: 'email', target: 'noc@acme.example via smtp.acme.example' },
    {
      ...{
        ...base,
        id: 'duty-wecom',
        kind: 'wecom',
        target: 'qyapi.weixin.qq.com',
        origin: 'database',
        readOnly: false,
      },
      ...{ version: 3, language: 'zh-CN', secrets: ['url'], updatedBy: 'admin', updatedAt: now - DAY },
      settings: { id: 'duty-wecom', kind: 'wecom', enabled: true, language: 'zh-CN' },
    },
    {
      ...{
        ...base,
        id: 'harbor-hook',
        kind: 'webhook',
        target: 'hooks.harbor.example',
        origin: 'database',
        readOnly: false,
      },
      ...{ version: 1, secrets: ['secret'], queued: 7, failed: 2, failingSince: now - 3 * HOUR },
      lastProblem: 'connect ECONNREFUSED 203.0.113.7:443',
      settings: { id: 'harbor-hook', kind: 'webhook', url: 'https://hooks.harbor.example/alarms', enabled: true },
    },
  ]
}

export function routes(): RouteRow[] {
  const row = (id: string, order: number, route: object, more: Partial<RouteRow> = {}): RouteRow => ({
    ...{ id, origin: 'database', readOnly: false, enabled: true, version: 1, updatedAt: null, updatedBy: 'admin' },
    route: {
      id,
      title: '',
      enabled: true,
      order,
      match: {},
      continue: false,
      groupBy: 'incident',
      groupWait: 0,
      ...route,
    },
    problem: null,
    ...more,
  })
  const days = ['mon', 'tue', 'wed', 'thu', 'fri']
  return [
    row('critical-duty', 10, {
      ...{ title: 'Critical to the engineer on duty', match: { severityAtLeast: 'critical' }, continue: true },
      to: [{ channel: 'duty-wecom' }],
      reminders: { first: 1800, factor: 2, longest: 86_400, atMost: 10 },
    }),
    row('harbor-office', 20, {
      ...{ title: 'Harbor in office hours', match: { customers: ['harbor'], severityAtLeast: 'major' } },
      hours: { zone: 'site', windows: [{ days, from: '08:30', to: '18:00' }], outside: 'hold' },
      to: [{ channel: 'harbor-hook' }, { channel: 'mail-noc', addresses: ['harbor-desk@acme.example'] }],
    }),
    row('all', 100, { to: [{ channel: 'mail-noc' }] }, { origin: 'file', readOnly: true, version: 0 }),
  ]
}

export function deliveries(now: number): NotificationRow[] {
  const row = (n: number, more: Partial<NotificationRow>): NotificationRow => ({
    ...{ key: `n-${n}`, channel: 'mail-noc', recipient: 'mail-noc', incident: 'inc-1042', incidentNumber: 1042 },
    ...{ alarms: ['a-01'], route: 'all', transition: 'opened', at: now - n * 3 * MINUTE, state: 'sent', attempts: 1 },
    ...{ nextAt: null, answer: '250 2.0.0 Ok: queued as 4F1C2', fault: null },
    ...more,
  })
  return [
    row(1, {}),
    row(2, {
      channel: 'duty-wecom',
      recipient: 'duty-wecom',
      route: 'critical-duty',
      answer: '{"errcode":0,"errmsg":"ok"}',
    }),
    row(3, {
      ...{ channel: 'harbor-hook', recipient: 'harbor-hook', route: 'harbor-office', state: 'queued', attempts: 4 },
      ...{
        nextAt: now + 2 * MINUTE,
        answer: 'connect ECONNREFUSED 203.0.113.7:443',
        incident: 'inc-1040',
        incidentNumber: 1040,
      },
    }),
    row(4, {
      ...{
        transition: 'summary',
        incident: null,
        incidentNumber: null,
        alarms: Array.from({ length: 46 }, (_, i) => `s-${i}`),
      },
      ...{ fault: 'undefined variable: incidnet, line:3, col:7' },
    }),
    row(5, {
      ...{ channel: 'duty-wecom', recipient: 'duty-wecom', state: 'failed', attempts: 9, incident: 'inc-1041' },
      ...{ incidentNumber: 1041, answer: '{"errcode":93000,"errmsg":"invalid webhook url"}' },
    }),
    row(6, {
      state: 'suppressed',
      transition: 'joined',
      answer: 'over the limit of 30 in 10 min: counted in a summary',
    }),
  ]
}

export function traceOf(alarm: string, now: number): TraceRow[] {
  const row = (id: number, minutes: number, decision: string, why: string, more: Partial<TraceRow> = {}): TraceRow => ({
    ...{
      id,
      at: now - minutes * MINUTE,
      alarm,
      incident: null,
      rule: 'device-unreachable',
      ruleVersion: '7c1f0a',
      decision,
    },
    ...{ gate: 'rule', until: null, why, inputs: {} },
    ...more,
  })
  return [
    row(6, 3, 'notify', 'told mail-noc and duty-wecom', {
      gate: 'route',
      inputs: { route: 'critical-duty', messages: 2 },
    }),
    row(5, 3.8, 'open', 'no open incident of this device', { gate: 'incident-policy', incident: 'inc-1042' }),
    row(4, 3.9, 'unsuppress', 'the window has ended', { gate: 'maintenance' }),
    row(3, 4, 'suppress', 'window "Line hall"', { gate: 'maintenance', until: now - 3.9 * MINUTE }),
    row(2, 4, 'raise', 'met for 3 polls in a row', { inputs: { value: 0, metric: 'reach', polls: 3, threshold: 3 } }),
    row(1, 7, 'keep', 'met, held since one poll', { inputs: { polls: 1 } }),
  ]
}

export function whyOf(alarm: string, now: number): z.infer<typeof Why> {
  return {
    ...{ alarm, episode: 1 },
    items: [
      {
        ...{ recipient: 'mail-noc', told: true, code: 'sent', at: now - 3 * MINUTE, until: null },
        facts: { incident: 'inc-1042', number: 1042, answer: '250 2.0.0 Ok: queued as 4F1C2' },
        text: 'told by mail-noc',
      },
      {
        ...{ recipient: 'duty-wecom', told: true, code: 'sent', at: now - 3 * MINUTE, until: null },
        ...{ facts: { incident: 'inc-1042', number: 1042 }, text: 'told' },
      },
      {
        ...{
          recipient: 'harbor-hook',
          told: false,
          code: 'outside-hours',
          at: now - 3 * MINUTE,
          until: now + 5 * HOUR,
        },
        ...{ facts: { until: now + 5 * HOUR }, text: 'outside the hours of its route' },
      },
      {
        ...{ recipient: 'sms-manager', told: false, code: 'no-route', at: null, until: null },
        ...{ facts: {}, text: 'no route leads there' },
      },
    ],
  }
}

export function dependencies(site: string): SiteDependencies {
  const node = (id: string, name: string, more: Partial<SiteDependencies['nodes'][number]> = {}) => ({
    ...{
      id,
      kind: 'device' as const,
      name,
      state: 'up' as const,
      verdict: 'well' as const,
      causes: [],
      causeAlarm: null,
    },
    ...{ why: '', until: null, ways: 1, waysAlive: 1, feeds: 0, feedsAlive: 0 },
    ...more,
  })
  const edge = (from: string, to: string, more: Partial<SiteDependencies['edges'][number]> = {}) => ({
    ...{ id: `${from}-${to}`, kind: 'link' as const, from, fromPort: 'if:Gi0/1', to, toPort: 'if:Gi0/24' },
    ...{ dead: false, alarm: null },
    ...more,
  })
  if (site !== 'plant-2') return { site, agentPlace: 'none', nodes: [], edges: [], problems: [] }
  const hidden: Partial<DependencyNode> = {
    state: 'down',
    verdict: 'symptom',
    causes: ['plant-2.line-sw-7'],
    causeAlarm: 'a-01',
    waysAlive: 0,
  }
  return {
    ...{ site, agentPlace: 'parents' },
    nodes: [
      node('agent', 'agent-plant-2-0001', { kind: 'agent' }),
      node('plant-2.core', 'Plant core switch', { ways: 2, waysAlive: 2 }),
      node('plant-2.line-sw-7', 'Line 7 switch', {
        ...{
          state: 'down',
          verdict: 'cause',
          causeAlarm: 'a-01',
          why: 'it does not answer, and the way to it is alive',
        },
      }),
      node('plant-2.line-sw-8', 'Line 8 switch'),
      node('plant-2.plc-71', 'PLC 71', { ...hidden, why: 'behind Line 7 switch' }),
      node('plant-2.plc-72', 'PLC 72', { ...hidden, why: 'behind Line 7 switch' }),
      node('plant-2.cam-7', 'Camera line 7', { ...hidden, why: 'behind Line 7 switch' }),
      node('plant-2.plc-81', 'PLC 81', {
        verdict: 'probation',
        until: Date.now() + 60_000,
        why: 'its switch is just back',
      }),
      node('plant-2.ups-line', 'UPS line hall', { feeds: 0 }),
      node('unwatched:carrier', 'Carrier line', { kind: 'unwatched', state: 'unwatched' }),
    ],
    edges: [
      edge('agent', 'plant-2.core', { kind: 'parent' }),
      edge('plant-2.core', 'plant-2.line-sw-7', { dead: true, alarm: 'a-01' }),
      edge('plant-2.core', 'plant-2.line-sw-8'),
      edge('plant-2.line-sw-7', 'plant-2.plc-71'),
      edge('plant-2.line-sw-7', 'plant-2.plc-72'),
      edge('plant-2.line-sw-7', 'plant-2.cam-7'),
      edge('plant-2.line-sw-8', 'plant-2.plc-81'),
      edge('plant-2.ups-line', 'plant-2.line-sw-7', { kind: 'power' }),
      edge('unwatched:carrier', 'plant-2.core'),
    ],
    problems: [{ kind: 'cycle', path: ['plant-2.a', 'plant-2.b', 'plant-2.a'], message: 'cyclic parents' }],
  }
}

export function backTestResult(from: number, to: number): BackTestResult {
  const days = []
  for (let day = Math.ceil(from / DAY) * DAY, n = 0; day < to; day += DAY, n++) {
    days.push({ day, customer: 'acme', alarms: (n * 7) % 5 })
    if (n % 3 === 1) days.push({ day, customer: 'harbor', alarms: 2 + (n % 4) })
  }
  const alarms = days.reduce((sum, one) => sum + one.alarms, 0)
  const figures: BackTestFigures = {
    ...{ alarms, opening: Math.round(alarms / 3), standing: 2, perDay: alarms / 30, days },
    ...{ duration: { median: 11 * MINUTE, p90: HOUR, longest: 9 * HOUR }, withoutIncident: Math.round(alarms * 0.7) },
  }
  const would = (n: number): WouldBeAlarm => ({
    ...{ customer: 'acme', site: 'hq', device: 'hq.file-srv', resource: `storage:/srv${n}`, alarmType: 'storage.high' },
    ...{
      qualifier: '',
      severity: n % 4 === 0 ? 'major' : 'minor',
      text: `File server: /srv${n} is ${90 + (n % 9)} % full`,
    },
    ...{ raisedAt: to - n * 9 * HOUR, clearedAt: n === 0 ? null : to - n * 9 * HOUR + 40 * MINUTE, opens: n % 3 === 0 },
    incidents: n % 5 === 0 ? [{ id: 'inc-1039', number: 1039 }] : [],
  })
  const real = (number: number, title: string) => ({
    ...{ id: `inc-${number}`, number, title, site: 'hq', device: 'hq.file-srv', openedAt: to - (1045 - number) * DAY },
  })
  return {
    notes: [{ code: 'no-raw-before', at: from + 3 * DAY, count: null }],
    read: { samples: 1_482_310, events: 8_214, series: 42, devices: 4 },
    candidate: figures,
    current: { ...figures, alarms: alarms + 40, perDay: (alarms + 40) / 30 },
    alarms: Array.from({ length: 31 }, (_, n) => would(n)),
    caught: [{ ...real(1039, 'File server: disk /srv was full'), raisedAt: to - 6 * DAY, earlier: 22 * MINUTE }],
    missed: [real(1031, 'File server: backup volume full')],
    compared: { same: alarms - 4, added: 4, gone: 44, addedAlarms: [], goneAlarms: [would(40), would(41)] },
  }
}
