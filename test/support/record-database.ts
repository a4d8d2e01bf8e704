// Records the database of this version: node test/support/record-database.ts. A real collector and a real agent with a
// small switch make it; the text and what the stores read of it are kept for ever. Never written again after a release.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startOneProcess } from './one-process.ts'
import { readEverything } from './read-everything.ts'
import { dumpSql } from './sql-text.ts'
import { OIDS } from './trap-bytes.ts'
import { until } from './until.ts'
import { createVirtualSite } from './virtual-site/virtual-site.ts'

const [version, root = join(import.meta.dirname, '..', '..')] = process.argv.slice(2)
if (version === undefined) throw new Error('record-database.ts VERSION')
const folder = join(root, 'test/fixtures/db', version)
const dir = mkdtempSync(join(tmpdir(), 'outrider-record-database-'))
const site = createVirtualSite({
  devices: [{ id: 'sw', model: 'access-switch', logStyle: 'cisco' }],
  network: '127.0.28',
})
await site.start()
const hook = { kind: 'webhook', id: 'hook', url: 'http://127.0.0.1:9/', secret: 'of-the-hook', allowPrivate: true }
const whole = await startOneProcess({
  devices: site.asAgentDevices({ intervalMs: 1000, timeoutMs: 300 }),
  collector: { notify: { channels: [hook] } },
})
const { api } = whole
const device = site.device('sw')
await until(() => api.get('/api/v1/devices/hq.sw').catch(() => undefined), { timeoutMs: 20_000 })
await api.post('/api/v1/users', { name: 'noc-one', role: 'noc', password: 'a-password-of-the-noc', language: null })
const port = device.ports[2]
if (port) port.operUp = false
const ifIndex = { type: 'Integer', value: 3 } as const
await device.sendTrap(whole.trapsTo, { oid: OIDS.linkDown, varbinds: [[`${OIDS.ifIndex}.3`, ifIndex]] })
type List = { items: { id: string; state?: string }[] }
const alarm = await until(async () => (await api.get<List>('/api/v1/alarms?all=true')).items[0], { timeoutMs: 20_000 })
await api.post('/api/v1/alarms/actions', { ids: [alarm.id], action: 'acknowledge', note: 'seen — 已看到' })
const incident = await until(async () => (await api.get<List>('/api/v1/incidents')).items[0], { timeoutMs: 20_000 })
await until(
  async () =>
    (await api.get<{ evidence: List['items'] }>(`/api/v1/incidents/${incident.id}`)).evidence.some(
      (e) => e.state === 'done',
    ),
  { timeoutMs: 30_000, what: 'evidence' },
)
await api.post('/api/v1/tokens', { name: 'prometheus', role: 'viewer' })
await until(
  async () => {
    const { series } = await api.get<{ series: { points: unknown[] }[] }>('/api/v1/samples?device=hq.sw&as=raw')
    return series.filter((one) => JSON.stringify(one).length > 200).length > 5
  },
  { timeoutMs: 60_000, what: 'samples' },
)
await whole.delivered()
await whole.stopCollector()
cpSync(whole.dataDir, dir, { recursive: true })
await whole[Symbol.asyncDispose]()
await site.stop()

const text = dumpSql(join(dir, 'collector.db'))
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'collector.sql'), text)
writeFileSync(join(folder, 'reads.json'), `${JSON.stringify(await readEverything(dir), null, 1)}\n`)
rmSync(dir, { recursive: true, force: true })
console.log(`${text.length} characters in ${folder}`)
process.exit()
