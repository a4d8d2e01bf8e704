// Alarms and incidents of the made-up customer, each kind once: new, acknowledged, cleared, shelved, suppressed, unknown.
import type { Evidence, TimelineEntry } from '#shared/domain/incident.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import type { DeviceRow } from '#shared/http/inventory.ts'

const MINUTE = 60_000

export function alarmOf(
  id: string,
  device: DeviceRow,
  severity: Severity,
  text: string,
  at: number,
  more: Partial<AlarmRow> = {},
): AlarmRow {
  return {
    id,
    ...{ customer: device.customer, customerName: device.customerName, site: device.site, siteName: device.siteName },
    ...{ device: device.id, deviceName: device.name, agent: null, resource: '', alarmType: 'device.unreachable' },
    ...{ qualifier: '', perceivedSeverity: severity, isCleared: false, operatorState: 'none', episode: 1, count: 1 },
    ...{ firstAt: at, raisedAt: at, lastAt: at, clearedAt: null, text, source: 'poll', rule: 'device-unreachable' },
    ...{
      ackBy: null,
      ackAt: null,
      ackNote: '',
      ackUntil: null,
      shelvedUntil: null,
      flapping: false,
      suppression: null,
    },
    ...{ unknownSince: null, incident: null, incidentNumber: null },
    ...more,
  }
}

export function alarmsAt(devices: readonly DeviceRow[], now: number): AlarmRow[] {
  const of = (id: string) => devices.find((d) => d.id === id) as DeviceRow
  const at = (minutes: number) => now - minutes * MINUTE
  const link = { alarmType: 'link.down', source: 'trap' as const, rule: 'link-down' }
  return [
    alarmOf('a-01', of('plant-2.line-sw-7'), 'critical', 'Line 7 switch does not answer (ping and SNMP)', at(4), {
      ...{ count: 5, lastAt: at(0.4), incident: 'inc-1042', incidentNumber: 1042 },
    }),
    alarmOf('a-02', of('hq.ups-a'), 'critical', 'UPS A runs on battery, 42 min left', at(11), {
      ...{ alarmType: 'power.on-battery', source: 'trap', rule: 'ups-on-battery', count: 2, lastAt: at(1) },
      ...{ incident: 'inc-1041', incidentNumber: 1041, operatorState: 'ack', ackBy: 'lena', ackAt: at(9) },
      ackNote: 'Utility company says 13:30',
    }),
    alarmOf('a-03', of('hq.acc-sw-3f'), 'major', 'GigabitEthernet0/7 is down (room 3.12, printer)', at(26), {
      ...{ ...link, resource: 'if:GigabitEthernet0/7', count: 14, flapping: true, lastAt: at(2) },
      ...{ incident: 'inc-1040', incidentNumber: 1040 },
    }),
    alarmOf('a-04', of('port.gate-sw'), 'major', 'Interface uplink to yard is down', at(95), {
      ...{ ...link, resource: 'if:GigabitEthernet0/1', unknownSince: at(25) },
    }),
    alarmOf('a-05', of('hq.core-sw1'), 'major', 'Power supply 2 has failed', at(300), {
      ...{ alarmType: 'env.power-supply', resource: 'psu:2', operatorState: 'ack', ackBy: 'wei.zhang', ackAt: at(280) },
      ackNote: 'Spare ordered, arrives tomorrow',
    }),
    alarmOf('a-06', of('hq.file-srv'), 'minor', 'Disk /srv is 91 % full', at(510), {
      ...{ alarmType: 'storage.high', resource: 'storage:/srv', count: 31, lastAt: at(1), rule: 'disk-full' },
    }),
    alarmOf('a-07', of('hq.file-srv'), 'minor', 'Certificate of https://files.acme.example ends in 12 days', at(1500), {
      ...{ alarmType: 'tls.expires', source: 'check', rule: 'certificate' },
    }),
    alarmOf('a-08', of('plant-2.ups-line'), 'warning', 'Battery temperature 41.5 °C', at(58), {
      ...{ alarmType: 'env.temperature', resource: 'battery', rule: 'battery-temperature', count: 8, lastAt: at(3) },
    }),
    alarmOf('a-09', of('hq.acc-sw-3f'), 'warning', 'LINK-3-UPDOWN: GigabitEthernet0/9 changed state to down', at(33), {
      ...{ ...link, resource: 'if:GigabitEthernet0/9', source: 'log', isCleared: true, clearedAt: at(31) },
    }),
    alarmOf('a-10', of('hq.core-sw1'), 'minor', 'CPU 92 % for 5 min', at(130), {
      ...{ alarmType: 'cpu.high', operatorState: 'shelved', shelvedUntil: now + 50 * MINUTE, rule: 'cpu-high' },
    }),
    alarmOf('a-11', of('port.yard-srv'), 'major', 'Yard server does not answer (ping and SNMP)', at(25), {
      ...{
        suppression: {
          by: 'cause',
          holds: 'incident',
          ref: null,
          why: 'the site cannot be heard',
          since: at(25),
          until: null,
        },
        unknownSince: at(25),
      },
    }),
  ]
}

export function incidentsAt(alarms: readonly AlarmRow[], now: number): IncidentRow[] {
  const make = (number: number, cause: string, title: string, more: Partial<IncidentRow>): IncidentRow => {
    const alarm = alarms.find((a) => a.id === cause) as AlarmRow
    return {
      ...{ id: `inc-${number}`, number, title, customer: alarm.customer, customerName: alarm.customerName },
      ...{ site: alarm.site, siteName: alarm.siteName, device: alarm.device, deviceName: alarm.deviceName },
      ...{ state: 'new', impact: 'high', urgency: 'high', priority: 1, tier: 1, assignee: null, rule: alarm.rule },
      ...{ openedAt: alarm.raisedAt + 4000, resolvedAt: null, closedAt: null, causeAlarm: cause, alarms: [cause] },
      ...{ openAlarms: 1, follows: null, reopened: 0 },
      ...more,
    }
  }
  return [
    make(1042, 'a-01', 'Line 7 switch does not answer', { state: 'diagnosing' }),
    make(1041, 'a-02', 'UPS A runs on battery', { state: 'waiting', assignee: 'lena', tier: 2 }),
    make(1040, 'a-03', 'Access switch 3F: GigabitEthernet0/7 is down', {
      ...{ state: 'in-progress', priority: 3, impact: 'low', urgency: 'medium', assignee: 'admin' },
    }),
    make(1039, 'a-06', 'File server: disk /srv was full', {
      ...{ state: 'resolved', priority: 4, openAlarms: 0, openedAt: now - 93_600_000, resolvedAt: now - 90_000_000 },
    }),
  ]
}

export function timelineAt(incident: IncidentRow, now: number): TimelineEntry[] {
  const start = incident.openedAt
  const entry = (n: number, kind: TimelineEntry['kind'], text: string, actor = 'system', after = n * 9000) => ({
    ...{
      id: `${incident.id}-t${n}`,
      incident: incident.id,
      at: Math.min(now, start + after),
      kind,
      actor,
      text,
      data: {},
    },
  })
  return [
    entry(0, 'opened', `Opened by rule ${incident.rule}: 3 polls in a row without an answer`),
    entry(1, 'diagnostic-requested', 'Ping'),
    entry(2, 'diagnostic-requested', 'SNMP table ifDescr, ifAdminStatus, ifOperStatus of Core switch 1'),
    entry(3, 'diagnostic-result', 'Ping: 4 sent, 0 received'),
    entry(4, 'diagnostic-result', 'SNMP table: 4 rows'),
    entry(5, 'notification', 'E-mail to noc@acme.example: delivered'),
    entry(9, 'note', 'Called the plant: line 7 stands still, an electrician works at cabinet K7.', 'lena', 150_000),
  ]
}

export function evidenceAt(incident: IncidentRow): Evidence[] {
  const make = (id: string, action: string, given: Record<string, unknown>, result: unknown, ms: number): Evidence => ({
    ...{ id, incident: incident.id, device: incident.device ?? '', action, command: id, state: 'done' },
    ...{ requestedBy: 'system', requestedAt: incident.openedAt + 9000, endedAt: incident.openedAt + 9000 + ms },
    ...{ arguments: given, result, error: null },
  })
  const columns = ['1.3.6.1.2.1.2.2.1.2', '1.3.6.1.2.1.2.2.1.7', '1.3.6.1.2.1.2.2.1.8', '1.3.6.1.2.1.2.2.1.14']
  const port = (index: number, oper: number, errors: number) => ({
    index: String(index),
    cells: [
      { type: 'OctetString', value: `GigabitEthernet0/${index}` },
      { type: 'Integer', value: 1 },
      { type: 'Integer', value: oper },
      { type: 'Counter32', value: errors },
    ],
  })
  return [
    make('c-1', 'ping', { count: 4 }, { sent: 4, received: 0, lossPercent: 100, rttMs: null, by: 'fping' }, 4100),
    make(
      'c-2',
      'snmp-table',
      { columns, maxRows: 100 },
      {
        ...{ columns, rowCount: 4, truncated: false },
        rows: [port(1, 1, 0), port(2, 1, 3), port(6, 1, 0), port(7, 2, 19_344)],
      },
      640,
    ),
    make(
      'c-3',
      'poll-now',
      {},
      {
        polls: [
          { input: 'icmp', resource: '', outcome: 'timeout', detail: '3 echoes without an answer', durationMs: 3004 },
          {
            input: 'snmp-poll',
            resource: '',
            outcome: 'timeout',
            detail: 'no answer within 2 s, 2 tries',
            durationMs: 4012,
          },
          { input: 'tcp', resource: 'tcp:22', outcome: 'unreachable', durationMs: 12 },
        ],
      },
      4100,
    ),
    {
      ...make('c-4', 'tcp', { port: 22 }, null, 0),
      ...{ state: 'pending', endedAt: null, requestedBy: 'lena', requestedAt: incident.openedAt + 160_000 },
    },
  ]
}
