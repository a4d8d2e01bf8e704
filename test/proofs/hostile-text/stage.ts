// Where hostile text comes in, all of it real: devices whose names (sysName, too), traps and log lines carry it, and people who
// type it wherever something can be typed. A receiver keeps every message that is sent about it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentRow } from '#shared/http/incidents.ts'
import { freePorts } from '../../support/free-ports.ts'
import { type Installation, startInstallation } from '../../support/installation.ts'
import { until } from '../../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../../support/virtual-site/virtual-site.ts'
import { fitting, type Hostile } from './strings.ts'

const TRAP = '1.3.6.1.4.1.52432.9.9'

/** What is said raises an alarm and an incident, in its own words. */
const RULES = {
  rules: [
    {
      id: 'hostile-log',
      title: { en: 'Hostile log', 'zh-CN': 'Hostile log' },
      condition: { type: 'event-match', match: { kind: 'log', pattern: '(?P<mark>HX[0-9]{3})' } },
      ...{ severity: 'major', alarmType: 'hostile.log', resource: 'log:{{mark}}' },
      text: { en: '{{message}}', 'zh-CN': '{{message}}' },
      incident: { open: true },
    },
    {
      id: 'hostile-trap',
      title: { en: 'Hostile trap', 'zh-CN': 'Hostile trap' },
      condition: {
        type: 'event-match',
        match: { kind: 'trap', trapOid: `${TRAP}.1`, names: { said: { varbind: `${TRAP}.2` } } },
      },
      ...{ severity: 'critical', alarmType: 'hostile.trap', resource: '{{said}}', qualifier: '{{said}}' },
      text: { en: '{{said}}', 'zh-CN': '{{said}}' },
      incident: { open: false },
    },
  ],
}

export interface Stage {
  readonly installation: Installation
  readonly incident: IncidentRow
  /** A device of the fleet, collector-wide id. */
  readonly device: string
  /** Bodies of messages about alarms, as they came. */
  readonly messages: readonly string[]
  /** Ways into the collector that answered something else than yes or no: `path: status`. */
  readonly failed: readonly string[]
  /** What was not taken, by way. */
  readonly refused: Readonly<Record<string, number>>
  stop(): Promise<void>
}

export async function startStage(strings: readonly Hostile[], progress: (message: string) => void): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-hostile-text-'))
  mkdirSync(join(dir, 'rules.d'))
  writeFileSync(join(dir, 'rules.d', 'hostile.yaml'), stringify(RULES))
  const site = createVirtualSite({
    // one device for each text: its name is the text, and so is its sysName
    devices: strings.map((one, i) => ({ id: `hostile-${i}`, name: fitting(one, 120), model: 'ups' })),
    network: '127.0.61',
  })
  await site.start()
  const messages: string[] = []
  const sink = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (part) => messages.push(part))
    request.on('end', () => response.end())
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`
  let installation: Installation | undefined
  const stop = async () => {
    await installation?.stop()
    await site.stop()
    await new Promise((resolve) => sink.close(resolve))
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const [trapPort, syslogUdpPort] = (await freePorts(2)) as [number, number]
    installation = await startInstallation({
      broker: 'embedded',
      ports: { trapPort, syslogUdpPort },
      devices: site.asAgentDevices({ intervalMs: 600_000, timeoutMs: 2000 }) as never,
      collectorConfig: {
        rulesDir: join(dir, 'rules.d'),
        notify: { channels: [{ kind: 'webhook', id: 'sink', url, secret: 'a-shared-secret', allowPrivate: true }] },
      },
      progress,
    })
    await speak(site, strings, { trapPort, syslogUdpPort })
    await until(async () => (await standing(installation as Installation)).length >= strings.length, {
      ...{ timeoutMs: 60_000, everyMs: 200, what: 'an alarm for each text' },
    })
    progress(`${(await standing(installation)).length} alarms of ${strings.length} texts`)
    const typed = await type(installation, strings)
    progress(`typed at ${Object.keys(typed.taken).length} places; refused ${JSON.stringify(typed.refused)}`)
    return { installation, device: 'hq.hostile-0', messages, ...typed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const standing = async ({ api }: Installation) =>
  (await api.all<AlarmRow>('/api/v1/alarms')).filter((a) => a.alarmType.startsWith('hostile.'))

/** The devices say it: as a varbind of a trap and as a line of the log. */
async function speak(
  site: VirtualSite,
  strings: readonly Hostile[],
  ports: { trapPort: number; syslogUdpPort: number },
) {
  for (const [i, one] of strings.entries()) {
    const device = site.device(`hostile-${i}`)
    const value = Buffer.from(fitting(one, 600))
    const varbinds = [[`${TRAP}.2`, { type: 'OctetString', value }]] as never
    await device.sendTrap({ host: '127.0.0.1', port: ports.trapPort }, { oid: `${TRAP}.1`, varbinds })
    await device.sendLog({ host: '127.0.0.1', port: ports.syslogUdpPort }, 11, fitting(one, 900))
    // a receiver's buffer is not what is tried here
    if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** People type it: names of places, windows, views and rules, notes of all kinds, names of files. */
async function type({ api }: Installation, strings: readonly Hostile[]) {
  const failed: string[] = []
  const taken: Record<string, number> = {}
  const refused: Record<string, number> = {}
  const put = async <T>(way: string, send: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await send()
      taken[way] = (taken[way] ?? 0) + 1
      return answer
    } catch (error) {
      const status = /: (\d{3}) /.exec(String(error))?.[1] ?? 'no answer'
      if (/^4(00|09|22)$/.test(status)) refused[way] = (refused[way] ?? 0) + 1
      else failed.push(`${way}: ${String(error).slice(0, 300)}`)
      return undefined
    }
  }
  const alarms = await standing({ api } as Installation)
  const { items } = await api.get<{ items: IncidentRow[] }>('/api/v1/incidents?limit=1')
  const incident = items[0]
  if (incident === undefined) throw new Error('there is no incident about any of it')
  const window = { start: '2030-01-01T00:00', zone: 'Asia/Shanghai', durationMinutes: 60, behaviour: 'no-page' }
  for (const [i, one] of strings.entries()) {
    const [id, name] = [`hostile-${i}`, fitting(one, 120)]
    await put('customer', () => api.post('/api/v1/customers', { id, name }))
    await put('site', () => api.post('/api/v1/sites', { id, customer: id, name }))
    const selector = { sites: [id] }
    const texts = { title: fitting(one, 190), note: fitting(one, 1900), owner: fitting(one, 190) }
    await put('window', () => api.post('/api/v1/maintenance-windows', { ...texts, selector, ...window }))
    await put('view', () =>
      api.post('/api/v1/alarm-views', { name: fitting(one, 80), shared: true, search: { q: name } }),
    )
    await put('file name', async () => {
      const path = `/api/v1/incidents/${incident.id}/attachments?name=${encodeURIComponent(one.text.toWellFormed().slice(0, 900))}`
      const file = await api.upload<{ id: string }>(path, Buffer.from(one.text))
      await api.post(`/api/v1/incidents/${incident.id}/notes`, { text: name, attachments: [file.id] })
    })
    await put('note', () => api.post(`/api/v1/incidents/${incident.id}/notes`, { text: fitting(one, 9000) }))
    const alarm = alarms[i]
    if (alarm)
      await put('ack note', () =>
        api.post('/api/v1/alarms/actions', { action: 'acknowledge', ids: [alarm.id], note: fitting(one, 1900) }),
      )
  }
  return { incident, failed, taken, refused }
}
