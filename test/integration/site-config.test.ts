// What a person keeps in the collector is watched by the running agent at the site: the whole way through API, database,
// broker, agent and devices.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import type { ConfigDeviceRow, CredentialRow, ImportResult, SiteConfigStatus } from '#shared/http/site-config.ts'
import { type EnrolledSite, startEnrolledSite } from '#test/support/enrolled-site.ts'
import { startOneProcess } from '#test/support/one-process.ts'
import { until } from '#test/support/until.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '#test/support/virtual-site/virtual-site.ts'

const CONFIG = '/api/v1/sites/hq/config'
const V3 = {
  ...{ version: 'v3', user: 'outrider', level: 'authPriv', authProtocol: 'sha256', privProtocol: 'aes' },
  ...{ authKey: 'simulated-auth-key', privKey: 'simulated-priv-key' },
}

describe('what is kept in the collector', () => {
  let whole: EnrolledSite
  let site: VirtualSite
  beforeAll(async () => {
    site = createVirtualSite({ devices: SMALL_SITE, network: '127.0.33' })
    await site.start()
    whole = await startEnrolledSite({
      devices: [{ id: 'own-1', name: 'Of the file', address: '127.0.33.9', icmp: {} }],
    })
  }, 60_000)
  afterAll(async () => {
    await whole?.[Symbol.asyncDispose]()
    await site?.stop()
  })

  const draftOf = (id: string, credentials: string) => {
    const { address, snmp } = site.device(id).asAgentDevice()
    return { name: `Kept ${id}`, address, snmp: { credentials, port: snmp?.port, intervalMs: 1_000, timeoutMs: 300 } }
  }
  const put = (id: string, credentials: string) =>
    whole.api.put<ConfigDeviceRow>(`${CONFIG}/devices/${id}`, draftOf(id, credentials))
  const polled = (id: string) =>
    until(
      async () => {
        const device = await whole.api.get<DeviceDetail>(`/api/v1/devices/hq.${id}`).catch(() => undefined)
        return device?.state === 'up' && device.series.length > 3 && device.sysDescr ? device : undefined
      },
      { timeoutMs: 20_000, what: `${id} to be polled` },
    )

  it('takes credentials and gives none back', async () => {
    const row = await whole.api.put<CredentialRow>(`${CONFIG}/credentials/server-v3`, V3)
    expect(row).toMatchObject({ name: 'server-v3', version: 'v3', user: 'outrider', usedBy: 0 })
    expect(row.secrets).toEqual({
      authKey: { set: true, at: expect.any(Number), by: 'admin' },
      privKey: { set: true, at: expect.any(Number), by: 'admin' },
    })
    await whole.api.put(`${CONFIG}/credentials/switches`, { version: 'v2c', community: 'public' })
    const listed = JSON.stringify(await whole.api.get(`${CONFIG}/credentials`))
    expect(listed).not.toMatch(/simulated-auth-key|"public"/)
    expect(JSON.stringify(await whole.api.get('/api/v1/audit'))).not.toContain('simulated-auth-key')
  })

  it('is watched by the running agent, over v2c and v3', { timeout: 60_000 }, async () => {
    expect(await put('core-1', 'switches')).toMatchObject({ agent: expect.any(String), updatedBy: 'admin' })
    await put('server-1', 'server-v3')
    expect(await whole.settled()).toMatchObject({ state: 'applied', devices: 2, canReceiveSecrets: true, problems: [] })
    expect(await polled('core-1')).toMatchObject({ name: 'Kept core-1', origin: 'collector' })
    expect(await whole.api.get('/api/v1/devices/hq.own-1')).toMatchObject({ origin: 'file' })
    await polled('server-1')
    expect(whole.site().origins).toEqual({ 'own-1': 'file', 'core-1': 'collector', 'server-1': 'collector' })
  })

  it('lies nowhere in the clear: not in the database, not at the site', () => {
    const files = (dir: string) =>
      readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((e) => e.isFile())
        .map((e) => join(e.parentPath, e.name))
    for (const file of files(whole.dir)) expect(readFileSync(file).includes('simulated-auth-key'), file).toBe(false)
  })

  it('costs only itself when a device is bad; the bad one is named', { timeout: 60_000 }, async () => {
    await whole.api.put(`${CONFIG}/devices/own-1`, { name: 'Of the collector', address: '127.0.33.8', icmp: {} })
    await put('access-1', 'switches')
    await until(async () => (await whole.status()).devices === 4)
    const status = await whole.settled()
    expect(status).toMatchObject({ state: 'partly', devices: 4 })
    expect(status.problems).toEqual([
      { device: 'own-1', path: 'id', message: "the site's own file has a device of this id: its own is used" },
    ])
    await polled('access-1')
    const { problems } = await whole.api.get<ConfigDeviceRow>(`${CONFIG}/devices/own-1`)
    expect(problems[0]?.message).toContain("the site's own file")
    await whole.api.remove(`${CONFIG}/devices/own-1`)
    await until(async () => (await whole.status()).devices === 3)
    expect((await whole.settled()).state).toBe('applied')
  })

  it('goes on through changes of others, and leaves when it is removed', { timeout: 60_000 }, async () => {
    const before = (whole.report().polls as { started: number; pollers: number }).pollers
    await whole.api.remove(`${CONFIG}/devices/access-1`)
    await until(() => whole.site().origins['access-1'] === undefined, { timeoutMs: 20_000 })
    // its values and its neighbours
    expect((whole.report().polls as { pollers: number }).pollers).toBe(before - 2)
    await until(async () => !(await whole.api.get<DeviceDetail>('/api/v1/devices/hq.access-1')).active)
    await polled('core-1')
  })

  it('is imported row by row', async () => {
    const rows = [
      { id: 'ups-1', ...draftOf('ups-1', 'switches') },
      { id: 'ups-1', address: '192.0.2.1' },
      { id: 'bad', address: '--config' },
      { id: 'lost', address: '192.0.2.1', snmp: { credentials: 'nowhere' } },
      { address: '192.0.2.1', community: 'public' },
    ]
    const dry = await whole.api.post<ImportResult>(`${CONFIG}/devices/import`, { devices: rows, dryRun: true })
    const done = await whole.api.post<ImportResult>(`${CONFIG}/devices/import`, { devices: rows })
    expect(done).toEqual(dry)
    expect(done.items.map((i) => i.outcome)).toEqual(['added', 'refused', 'refused', 'refused', 'refused'])
    expect(done.items.map((i) => i.problems[0]?.path)).toEqual([undefined, 'id', 'address', 'snmp.credentials', 'id'])
    await polled('ups-1')
  }, 60_000)

  it('changes what the agent listens to and which profiles it knows, without a pause for the rest', async () => {
    const { trapPort } = whole
    const traps = { host: '127.0.0.1', port: trapPort }
    await whole.api.put(`${CONFIG}/settings`, { inputs: { traps } })
    await whole.settled()
    type Listeners = { name: string; received: number }[]
    const heard = () => (whole.report().listeners as Listeners).find((l) => l.name === 'snmp-trap')?.received
    await until(() => heard() === 0)
    const trap = () =>
      site.device('core-1').sendTrap({ host: '127.0.0.1', port: trapPort }, { oid: '1.3.6.1.4.1.99999.0.1' })
    await until(async () => {
      await trap()
      return heard()
    })
    await until(async () => (await whole.api.all('/api/v1/events?kind=trap&device=hq.core-1')).length > 0)
    const before = heard() ?? 0
    await whole.api.put(`${CONFIG}/settings`, { inputs: { traps: { ...traps, credentials: ['server-v3'] } } })
    const { wanted } = await whole.settled()
    const { sysObjectId } = await polled('core-1')
    const text = `sysobjectid: ${sysObjectId}\nmetrics:\n  - symbol: {OID: 1.3.6.1.2.1.1.7.0, name: kept.services}\n`
    await whole.api.put(`${CONFIG}/profiles/kept-core.yaml`, { text })
    await until(() => whole.site().version > wanted, { timeoutMs: 20_000 })
    await until(async () => (await polled('core-1')).profile === 'kept-core', { timeoutMs: 20_000 })
    // the socket is still the first one
    await trap()
    await until(() => heard() === before + 1)
  }, 90_000)

  it('begins with a customer and a site that were not there when the collector started', async () => {
    await whole.api.post('/api/v1/customers', { id: 'harbor', name: 'Harbor Logistics' })
    await whole.api.post('/api/v1/sites', { id: 'port', customer: 'harbor', name: 'Port', timeZone: 'Europe/Berlin' })
    const { code, agent } = await whole.enrol('port')
    expect(code).toBe(0)
    expect(await whole.api.get(`/api/v1/agents/${agent}`)).toMatchObject({ site: 'port', siteName: 'Port' })
    await whole.api.put('/api/v1/sites/port/config/devices/gate', { address: '192.0.2.1', icmp: {} })
    await until(async () => {
      const { agents } = await whole.api.get<SiteConfigStatus>('/api/v1/sites/port/config/status')
      return agents.find((one) => one.agent === agent)?.state === 'waiting'
    })
    await expect(whole.api.remove('/api/v1/sites/port')).rejects.toThrow(/409.*has agents/)
    await whole.api.post(`/api/v1/agents/${agent}/revoke`, { reason: 'taken down' })
    await whole.api.remove('/api/v1/sites/port')
    await expect(whole.api.patch('/api/v1/sites/hq', { name: 'Other' })).rejects.toThrow(/409.*collector.yaml/)
  }, 60_000)

  it('is known to an agent that starts without a line, and to a collector that starts again', {
    timeout: 90_000,
  }, async () => {
    await whole.settled()
    const { version } = whole.site()
    await whole.stopAgent()
    await whole.stopCollector()
    await whole.startAgent()
    expect(whole.site()).toMatchObject({ version, origins: { 'core-1': 'collector', 'ups-1': 'collector' } })
    await until(() => (whole.report().polls as { ok: number }).ok > 3, { timeoutMs: 20_000 })
    await whole.startCollector()
    expect(await whole.settled()).toMatchObject({ wanted: version, applied: version, state: 'applied' })
    await whole.api.put(`${CONFIG}/devices/ups-1`, { ...draftOf('ups-1', 'switches'), name: 'Renamed' })
    await until(() => whole.site().version === version + 1, { timeoutMs: 30_000 })
    await until(async () => (await polled('ups-1')).name === 'Renamed')
  })
})

describe('a configuration after which the agent cannot speak', () => {
  it('is taken back, said so, and not tried again until a person asks for it', { timeout: 120_000 }, async () => {
    await using whole = await startEnrolledSite({}, 12_000)
    const put = (id: string) => whole.api.put(`${CONFIG}/devices/${id}`, { address: '192.0.2.1', tcp: [{ port: 9 }] })
    await put('good')
    const { wanted } = await whole.settled()
    await until(() => !whole.site().onTrial, { timeoutMs: 30_000 })
    await put('fatal')
    await until(() => whole.site().version === wanted + 1, { timeoutMs: 20_000 })
    whole.link.cut()
    await until(() => whole.site().state === 'rolled-back', { timeoutMs: 30_000 })
    expect(whole.site()).toMatchObject({ version: wanted, origins: { good: 'collector' } })
    expect(whole.site().origins.fatal).toBeUndefined()
    await whole.link.restore()
    const status = await until(
      async () => {
        const now = await whole.status()
        return now.state === 'rolled-back' ? now : undefined
      },
      { timeoutMs: 60_000 },
    )
    expect(status).toMatchObject({ wanted: wanted + 1, applied: wanted })
    expect(status.problems[0]?.message).toContain('no answer of the collector within 12 s')
    await whole.stopAgent()
    await whole.startAgent()
    expect(whole.site()).toMatchObject({ version: wanted, state: 'rolled-back' })
    await whole.api.post(`${CONFIG}/push`, {})
    await until(() => whole.site().version === wanted + 2, { timeoutMs: 60_000 })
    expect(whole.site().origins).toEqual({ good: 'collector', fatal: 'collector' })
  })
})

describe('an agent that signs in with a password', () => {
  it('watches what needs no secrets, and says what else it needs', { timeout: 60_000 }, async () => {
    await using whole = await startOneProcess({ devices: [] })
    const config = '/api/v1/sites/hq/config'
    await whole.api.put(`${config}/credentials/lab`, { version: 'v2c', community: 'public' })
    await whole.api.put(`${config}/devices/sw`, { address: '192.0.2.1', snmp: { credentials: 'lab' } })
    await whole.api.put(`${config}/devices/web`, { address: '127.0.0.1', tcp: [{ port: 9 }] })
    await until(() => (whole.report().site as { version: number }).version === 1, { timeoutMs: 20_000 })
    expect((whole.report().site as { origins: object }).origins).toEqual({ web: 'collector' })
    const { agents } = await whole.api.get<SiteConfigStatus>(`${config}/status`)
    expect(agents[0]).toMatchObject({ canReceiveSecrets: false, devices: 1 })
    expect(agents[0]?.problems).toEqual([
      { device: 'sw', path: 'snmp.credentials', message: expect.stringContaining('enrol the agent') },
    ])
  })
})
