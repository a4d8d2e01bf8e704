// Outrider against programs it did not write: Debian's snmpd, snmptrap, snmpinform and logger, over its own broker, over
// Mosquitto, and over Mosquitto with mutual TLS, its written configuration and an agent that has enrolled.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Incident } from '#shared/domain/incident.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import type { EventRow, SampleResult } from '#shared/http/records.ts'
import type { Child } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Installation, startInstallation } from '../support/installation.ts'
import { notify, startSnmpd, V3_USER } from '../support/net-snmp.ts'
import { programOrSkip, requireProgram } from '../support/programs.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'

const run = promisify(execFile)
const OWN_OID = '1.3.6.1.4.1.8072.2.3.0.1'
const HEARTBEAT_RATE = '1.3.6.1.4.1.8072.2.3.2.1'
const LINK = 'if:GigabitEthernet0/3'

const BROKERS = [
  { broker: 'embedded', net: 21 },
  { broker: 'mosquitto', net: 23 },
  { broker: 'mosquitto-mtls', net: 25 },
] as const

describe.each(BROKERS)('real programs over the $broker broker', ({ broker, net }) => {
  const program = requireProgram('snmpd')
  const usable = program !== undefined && (broker === 'embedded' || requireProgram('mosquitto') !== undefined)
  let dir: string
  let installation: Installation
  let site: VirtualSite
  let traps: { host: string; port: number }
  let logs: { host: string; port: number; tcp: number }
  const daemons = new Map<string, Child>()
  const place = { v2c: { host: `127.0.${net}.1`, port: 0 }, v3: { host: `127.0.${net}.2`, port: 0 } }
  const startDaemon = async (version: 'v2c' | 'v3') => {
    const own = join(dir, version)
    mkdirSync(own, { recursive: true })
    daemons.set(version, await startSnmpd(program as string, own, place[version]))
  }

  beforeAll(async () => {
    if (!usable) return
    dir = mkdtempSync(join(tmpdir(), 'outrider-programs-'))
    const [trapPort, udpPort, tcpPort, v2c, v3] = (await freePorts(5)) as [number, number, number, number, number]
    traps = { host: '127.0.0.1', port: trapPort }
    logs = { host: '127.0.0.1', port: udpPort, tcp: tcpPort }
    place.v2c.port = v2c
    place.v3.port = v3
    await Promise.all([startDaemon('v2c'), startDaemon('v3')])
    const network = `127.0.${net + 1}`
    const devices = [{ id: 'access-1', model: 'access-switch', logStyle: 'cisco' }] as const
    site = createVirtualSite({ devices, network, trapsTo: traps, logsTo: logs })
    await site.start()
    const polled = { timeoutMs: 1500, retries: 1, intervalMs: 2000 }
    installation = await startInstallation({
      broker,
      ports: { trapPort, syslogUdpPort: udpPort, syslogTcpPort: tcpPort },
      devices: [
        { id: 'sender', address: '127.0.0.1' },
        {
          id: 'host-v2c',
          address: place.v2c.host,
          snmp: { version: 'v2c', community: 'public', port: v2c, ...polled },
        },
        { id: 'host-v3', address: place.v3.host, snmp: { version: 'v3', ...V3_USER, port: v3, ...polled } },
        ...site.asAgentDevices({ intervalMs: 2000, timeoutMs: 1500 }).map((device) => ({ ...device })),
      ],
    })
  })
  afterAll(async () => {
    await installation?.stop()
    await site?.stop()
    for (const daemon of daemons.values()) await daemon.stop()
    if (dir) rmSync(dir, { recursive: true, force: true })
  })

  const needs = (context: Parameters<typeof programOrSkip>[0], ...names: string[]) => {
    if (broker !== 'embedded') programOrSkip(context, 'mosquitto')
    programOrSkip(context, 'snmpd')
    return names.map((name) => programOrSkip(context, name))
  }
  const events = async (text: string) =>
    (await installation.api.get<{ items: EventRow[] }>(`/api/v1/events?kind=trap&kind=log&q=${text}`)).items
  const event = async (text: string) => {
    const found = await until(async () => (await events(text))[0], { timeoutMs: 20_000, what: `event ${text}` })
    return found.event
  }
  const incidents = async (device: string) =>
    (await installation.api.get<{ items: Incident[] }>(`/api/v1/incidents?device=hq.${device}`)).items

  it.for(['v2c', 'v3'] as const)('polls snmpd over %s and knows what it is', async (version, context) => {
    needs(context)
    const id = `hq.host-${version}`
    const device = await until(
      async () => {
        const row = await installation.api.get<DeviceDetail>(`/api/v1/devices/${id}`).catch(() => undefined)
        return (
          row?.profile &&
          row.state !== 'unknown' &&
          row.series.some((s) => s.metric === 'sys.uptime' && s.value !== null) &&
          row
        )
      },
      { timeoutMs: 60_000, what: `${id} to be recognised` },
    )
    expect(device).toMatchObject({ profile: 'net-snmp', state: 'up', sysObjectId: expect.stringMatching(/8072\.3\.2/) })
    const metrics = ['sys.uptime', 'storage.used', 'host.processes', 'if.oper-status'].map((m) => `&metric=${m}`)
    const result = await installation.api.get<SampleResult>(`/api/v1/samples?device=${id}${metrics.join('')}`)
    const newest = (metric: string, resource = /^/) =>
      result.series
        .filter((s) => s.metric === metric && resource.test(s.resource))
        .map(({ points }) => points.findLast(([, value]) => value !== null)?.[1] ?? -1)
    expect(newest('sys.uptime')).toEqual([expect.any(Number)])
    expect(newest('host.processes')[0]).toBeGreaterThan(0)
    expect(Math.max(...newest('storage.used'))).toBeGreaterThan(0)
    expect(Math.max(...newest('storage.used'))).toBeLessThanOrEqual(100)
    expect(newest('if.oper-status', /^if:lo$/)).toEqual([1])
  })

  it.for([
    ['snmptrap', 'v1'],
    ['snmptrap', 'v2c'],
    ['snmptrap', 'v3'],
    ['snmpinform', 'v2c'],
    ['snmpinform', 'v3'],
  ] as const)('hears %s over %s', async ([name, version], context) => {
    const [sender] = needs(context, name) as [string]
    const text = `hello-${name}-${version}`
    const varbinds = [HEARTBEAT_RATE, 'i', '4711', '1.3.6.1.2.1.1.6.0', 's', text]
    await notify(dir, traps, { program: sender, version, oid: OWN_OID, varbinds })
    // an acknowledged inform is already committed at the agent: it must come, whatever happens now
    expect(await event(text)).toMatchObject({
      ...{ kind: 'trap', device: 'sender', source: '127.0.0.1', version, confirmed: name === 'snmpinform' },
      ...{ trapOid: OWN_OID, user: version === 'v3' ? V3_USER.user : '' },
      varbinds: expect.arrayContaining([
        { oid: HEARTBEAT_RATE, type: 'Integer', value: 4711 },
        { oid: '1.3.6.1.2.1.1.6.0', type: 'OctetString', value: text },
      ]),
    })
    expect(await events(text)).toHaveLength(1)
  })

  it.for([
    ['udp', 'rfc3164'],
    ['udp', 'rfc5424'],
    ['tcp', 'rfc3164'],
    ['tcp', 'rfc5424'],
  ] as const)('hears logger over %s in %s', async ([transport, format], context) => {
    const [logger] = needs(context, 'logger') as [string]
    const text = `cannot-open-door-${transport}-${format}`
    const port = transport === 'udp' ? logs.port : logs.tcp
    const how = [transport === 'udp' ? '--udp' : '--tcp', `--${format}`, '--server', logs.host, '--port', String(port)]
    await run(logger, [...how, '--priority', 'daemon.err', '--tag', 'doorkeeper', `${text}: 门 is stuck`])
    expect(await event(text)).toMatchObject({
      ...{ kind: 'log', device: 'sender', source: '127.0.0.1', transport, format, facility: 3, severity: 3 },
      ...{ app: 'doorkeeper', message: expect.stringMatching(`${text}: 门 is stuck$`) },
    })
    expect(await events(text)).toHaveLength(1)
  })

  // from here on the way is the same whatever Mosquitto asks of its clients: once is enough
  if (broker === 'mosquitto') return

  it('opens one incident with evidence when snmpd stops, and resolves it when snmpd is back', async (context) => {
    needs(context)
    expect(await incidents('host-v3')).toEqual([])
    await daemons.get('v3')?.stop()
    const opened = await until(async () => (await incidents('host-v3'))[0], {
      timeoutMs: 60_000,
      what: 'an incident of host-v3',
    })
    const whole = () => installation.api.get<IncidentDetail>(`/api/v1/incidents/${opened.id}`)
    const asked = await until(
      async () => {
        const incident = await whole()
        return incident.timeline.filter((entry) => entry.kind === 'diagnostic-result').length >= 3 && incident
      },
      { timeoutMs: 60_000, what: 'the first evidence' },
    )
    expect(asked.alarmRows).toHaveLength(1)
    expect(asked.alarmRows[0]).toMatchObject({ alarmType: 'snmp.no-answer', isCleared: false, device: 'hq.host-v3' })
    expect(asked.evidence.map((e) => [e.action, e.state]).sort()).toEqual([
      ['ping', 'done'],
      ['snmp-get', 'failed'],
      ['tcp', 'done'],
    ])
    await startDaemon('v3')
    await until(async () => (await whole()).state === 'resolved', { timeoutMs: 60_000, what: 'the incident resolved' })
    expect((await whole()).alarmRows[0]).toMatchObject({ isCleared: true })
    expect(await incidents('host-v3')).toHaveLength(1)
    expect(await incidents('host-v2c')).toEqual([])
  })

  it('makes one alarm and one incident of a trap, a log line and a poll of one link', async (context) => {
    needs(context)
    const oper = async () => {
      const device = await installation.api.get<DeviceDetail>('/api/v1/devices/hq.access-1')
      return device.series.find((s) => s.metric === 'if.oper-status' && s.resource === LINK)?.value
    }
    const alarms = async () =>
      (await installation.api.get<{ items: AlarmRow[] }>('/api/v1/alarms?device=hq.access-1&all=true')).items
    const told = async (kind: string) =>
      (await installation.api.get<{ items: EventRow[] }>(`/api/v1/events?device=hq.access-1&kind=${kind}`)).items.length
    await until(async () => (await oper()) === 1, { timeoutMs: 60_000, what: 'the link to be polled' })
    await site.fault('link-down')
    await until(async () => (await oper()) === 2 && (await told('trap')) === 1 && (await told('log')) === 1, {
      timeoutMs: 30_000,
      what: 'all three to tell of it',
    })
    const open = await until(async () => (await alarms()).find((a) => a.count >= 3), {
      timeoutMs: 20_000,
      what: 'the alarm to have been told three times',
    })
    expect(await alarms()).toHaveLength(1)
    expect(open).toMatchObject({ alarmType: 'link.down', resource: LINK, isCleared: false, episode: 1 })
    const [incident, ...others] = await incidents('access-1')
    expect(others).toEqual([])
    expect(incident).toMatchObject({ alarms: [open.id], openAlarms: 1 })
    await site.clear('link-down')
    await until(async () => (await alarms()).every((a) => a.isCleared), {
      timeoutMs: 30_000,
      what: 'the alarm to clear',
    })
    await until(async () => (await incidents('access-1'))[0]?.state === 'resolved', {
      timeoutMs: 60_000,
      what: 'the incident to be resolved',
    })
    expect(await alarms()).toHaveLength(1)
    expect(await incidents('access-1')).toHaveLength(1)
  })
})
