// Both doctors for real: beside running programs, alone, and on what is broken.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { startChild } from '../support/child.ts'
import { startEnrolledSite } from '../support/enrolled-site.ts'
import { freePorts } from '../support/free-ports.ts'
import { type Installation, startInstallation } from '../support/installation.ts'
import { programOrSkip } from '../support/programs.ts'
import { selfSigned } from '../support/self-signed.ts'

interface Report {
  readonly ok: boolean
  readonly checks: readonly { check: string; id: string; status: string; text: string; next: string | null }[]
}

async function examine(program: 'agent' | 'collector', file: string, ...more: string[]) {
  const started = performance.now()
  const child = startChild(['node', `${program}/main.ts`, 'doctor', '--config', file, '--json', ...more])
  await child.gone
  const output = child.output()
  const report = JSON.parse(output.slice(output.indexOf('{'))) as Report
  const of = (id: string) => report.checks.find((c) => c.id === id)
  const failed = report.checks.filter((c) => c.status === 'failed').map((c) => c.id)
  expect(child.exited()?.code).toBe(failed.length > 0 ? 1 : 0)
  for (const { status, next } of report.checks) expect(next === null).toBe(status === 'ok')
  return { report, of, failed, ms: performance.now() - started }
}

/** Names, sizes, times and contents of all files below. */
function below(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
  return Object.fromEntries(
    files.map((e) => {
      const path = join(e.parentPath, e.name)
      return [path, `${statSync(path).mtimeMs} ${readFileSync(path).toString('base64')}`]
    }),
  )
}

describe('beside running programs', () => {
  let installation: Installation
  const files = () => ({
    collector: join(installation.dir, 'collector.yaml'),
    agent: join(installation.dir, 'agent.yaml'),
  })
  beforeAll(async () => {
    installation = await startInstallation({
      broker: 'embedded',
      collectorConfig: { holidaysDir: join(tmpdir(), 'no-holidays-here') },
    })
  })
  afterAll(() => installation.stop())

  it('the collector is found to run, its ports its own, its database whole', async () => {
    const { of, failed } = await examine('collector', files().collector)
    expect(failed).toEqual([])
    expect(of('port-ours')?.text).toMatch(/http\.port/)
    expect(of('database-good')).toBeDefined()
    expect(of('authority-good')).toBeDefined()
    // a busy disk is slow, and that is told
    expect(of('folder-good') ?? of('disk-slow')).toBeDefined()
  })

  it('the agent is asked over its page and not cut off', async () => {
    const connects = async () => ((await installation.agentHealth()).uplink as { connects: number }).connects
    const before = await connects()
    const { of, failed } = await examine('agent', files().agent)
    expect(failed).toEqual([])
    expect(of('agent-connected')).toBeDefined()
    expect(of('sign-in-good')).toBeUndefined()
    expect(of('outbox-good')).toBeDefined()
    expect(await connects()).toBe(before)
  })

  it('speaks Chinese, and in lines', async () => {
    for (const program of ['collector', 'agent'] as const) {
      const child = startChild([
        'node',
        `${program}/main.ts`,
        'doctor',
        '--config',
        files()[program],
        '--lang',
        'zh-CN',
      ])
      await child.gone
      expect(child.exited()?.code).toBe(0)
      expect(child.output()).toMatch(/正常 {2}config/)
      expect(child.output()).toMatch(/项失败|一切正常/)
      expect(child.output()).not.toMatch(/undefined|\{\w+\}/)
    }
  })

  it('alone it changes nothing, signs in itself, and tells of a stopped collector', async () => {
    await installation.agent.stop()
    const quiet = await examine('agent', files().agent)
    expect(quiet.failed).toEqual([])
    expect(quiet.of('sign-in-good')).toBeDefined()
    await installation.collector.stop()
    const [collector, agent] = [join(installation.dir, 'collector'), installation.agentDir]
    const before = { ...below(collector), ...below(agent) }
    const alone = await examine('collector', files().collector)
    expect(alone.failed).toEqual([])
    expect(alone.of('port-free')).toBeDefined()
    const lonely = await examine('agent', files().agent)
    expect(lonely.failed).toEqual(['broker-unreachable'])
    expect({ ...below(collector), ...below(agent) }).toEqual(before)
    await installation.collector.start()
    await installation.agent.start()
  })
})

describe('with certificates', () => {
  it('an enrolled agent is found good, signs in with its own when it does not run, and compares clocks', async () => {
    await using site = await startEnrolledSite()
    const settings = join(site.dir, 'agent.yaml')
    const broker = { url: `mqtts://127.0.0.1:${site.link.port}` }
    writeFileSync(settings, stringify({ broker, dataDir: join(site.dir, 'agent'), health: { port: 0 } }))
    const traps = { host: '127.0.0.1', port: site.trapPort }
    await site.api.put('/api/v1/sites/hq/config/settings', { inputs: { traps } })
    await site.settled()
    const beside = await examine('agent', settings)
    expect(beside.failed).toEqual([])
    expect(beside.of('sign-in-not-tried')).toBeDefined()
    // the port it listens on came from the collector
    expect(beside.of('port-ours')?.text).toContain(`udp ${site.trapPort}`)
    await site.stopAgent()
    const alone = await examine('agent', settings)
    expect(alone.failed).toEqual([])
    for (const id of ['identity-good', 'sign-in-good']) expect(alone.of(id)).toBeDefined()
    expect(alone.of('clock-not-compared')).toBeUndefined()
    await site.stopCollector()
    expect((await examine('agent', settings)).failed).toEqual(['broker-unreachable'])
  })

  it('a broker-config Mosquitto is signed in to beside the collector, whose connection stays', async (context) => {
    const mosquitto = programOrSkip(context, 'mosquitto')
    const dir = mkdtempSync(join(tmpdir(), 'outrider-doctor-mosquitto-'))
    const [http, port] = (await freePorts(2)) as [number, number]
    const out = join(dir, 'mosquitto')
    const settings = join(dir, 'collector.yaml')
    const broker = { url: `mqtts://localhost:${port}`, certificate: 'own', crlFile: join(out, 'crl.pem') }
    writeFileSync(settings, stringify({ dataDir: join(dir, 'data'), http: { host: '127.0.0.1', port: http }, broker }))
    const write = ['node', 'collector/main.ts', 'broker-config', 'mosquitto', '--config', settings, '--out', out]
    const written = startChild([...write, '--host', 'localhost', '--listen', '127.0.0.1', '--port', String(port)])
    await written.gone
    expect(written.exited()?.code, written.output()).toBe(0)
    chmodSync(dir, 0o755)
    const wire = startChild([mosquitto, '-c', join(out, 'mosquitto.conf')])
    const collector = startChild(['node', 'collector/main.ts', 'run', '--config', settings])
    try {
      await collector.says(/connected to the broker/)
      const beside = await examine('collector', settings)
      expect(beside.failed, wire.output()).toEqual([])
      for (const id of ['broker-good', 'crl-good', 'authority-good']) expect(beside.of(id)).toBeDefined()
      expect(collector.output()).not.toMatch(/connection to the broker lost/)
      await collector.stop()
      expect((await examine('collector', settings)).failed).toEqual([])
      await wire.stop()
      expect((await examine('collector', settings)).failed).toEqual(['broker-unreachable'])
    } finally {
      await collector.stop()
      await wire.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  })
})

describe('on what is broken', () => {
  let dir: string
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outrider-doctor-'))
    mkdirSync(join(dir, 'data'), { mode: 0o700 })
  })
  afterEach(async () => {
    // who never answers does not see the end either
    for (const socket of sockets) socket.destroy()
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    rmSync(dir, { recursive: true, force: true })
  })
  const listen = async (server: Server) => {
    server.on('connection', (socket) => {
      socket.on('error', () => undefined)
      sockets.add(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    return (server.address() as AddressInfo).port
  }
  const silent = () => listen(createServer())
  const file = (settings: object) => {
    const path = join(dir, 'settings.yaml')
    writeFileSync(path, stringify({ dataDir: join(dir, 'data'), ...settings }))
    return path
  }
  const collectorWith = async (settings: object) => {
    const [http, plain] = (await freePorts(2)) as [number, number]
    const base = {
      http: { host: '127.0.0.1', port: http },
      broker: { embedded: { port: plain, tls: { enabled: false } } },
    }
    return file({ ...base, ...settings })
  }
  const agentWith = async (url: string, more: object = {}) => {
    const [health] = (await freePorts(1)) as [number]
    return file({ agent: { id: 'agent-hq-0001' }, broker: { url, password: 'x', ...more }, health: { port: health } })
  }

  it('a broker with a certificate of another authority gets no password', async () => {
    const { key, cert } = selfSigned('localhost', Date.now() + 300 * 86_400_000)
    const heard: Buffer[] = []
    const port = await listen(
      createTls({ key, cert }, (socket) =>
        socket.on('data', (bytes) => heard.push(Buffer.from(bytes))).on('error', () => undefined),
      ),
    )
    const other = selfSigned('localhost', Date.now() + 300 * 86_400_000).cert
    const url = `mqtts://localhost:${port}`
    expect((await examine('agent', await agentWith(url, { ca: other }))).failed).toEqual(['broker-not-trusted'])
    writeFileSync(join(dir, 'ca.pem'), other)
    const settings = await collectorWith({ broker: { url, username: 'c', password: 'x', caFile: join(dir, 'ca.pem') } })
    expect((await examine('collector', settings)).failed).toEqual(['broker-not-trusted'])
    expect(Buffer.concat(heard).length).toBe(0)
  })

  it('names that nobody knows, closed ports', async () => {
    expect((await examine('agent', await agentWith('mqtts://broker.invalid'))).failed).toEqual(['name-unknown'])
    const [closed] = (await freePorts(1)) as [number]
    const settings = await collectorWith({ broker: { url: `mqtt://127.0.0.1:${closed}` } })
    expect((await examine('collector', settings)).failed).toEqual(['broker-unreachable'])
  })

  it('ports that another program holds', async () => {
    const port = await silent()
    const settings = await collectorWith({ http: { host: '127.0.0.1', port } })
    const { failed, of } = await examine('collector', settings)
    expect(failed).toEqual(['port-taken'])
    if (process.platform === 'linux') expect(of('port-taken')?.text).toContain(`(${process.pid})`)
  })

  it('an expired certificate and one whose key is another', async () => {
    const old = selfSigned('localhost', Date.now() - 86_400_000)
    const other = selfSigned('localhost', Date.now() + 300 * 86_400_000)
    const [certFile, keyFile] = [join(dir, 'a.pem'), join(dir, 'a.key')]
    const [port] = (await freePorts(1)) as [number]
    const settings = await collectorWith({ http: { host: '127.0.0.1', port, tls: { certFile, keyFile } } })
    writeFileSync(certFile, old.cert)
    writeFileSync(keyFile, old.key, { mode: 0o600 })
    expect((await examine('collector', settings)).failed).toEqual(['certificate-expired'])
    writeFileSync(certFile, other.cert)
    expect((await examine('collector', settings)).failed).toEqual(['certificate-other-key'])
  })

  it('an Influx and a broker that never answer: told within the time, the rest not held up', async () => {
    const [influx, broker] = [await silent(), await silent()]
    const settings = await collectorWith({
      influx: { url: `http://127.0.0.1:${influx}`, token: 't' },
      broker: { url: `mqtts://127.0.0.1:${broker}` },
    })
    const { report, failed, ms } = await examine('collector', settings)
    expect(failed.sort()).toEqual(['check-timed-out', 'check-timed-out'])
    expect(
      report.checks
        .filter((c) => c.id === 'check-timed-out')
        .map((c) => c.check)
        .sort(),
    ).toEqual(['broker', 'influx'])
    expect(ms).toBeLessThan(25_000)
  })

  it('settings with an error are told as such', async () => {
    const path = file({ logg: {} })
    for (const program of ['collector', 'agent'] as const) {
      const { report } = await examine(program, path)
      expect(report.checks.map((c) => c.id)).toContain('config-bad')
      expect(report.checks.map((c) => c.text).join('\n')).toMatch(/settings\.yaml:\d+.*logg/)
    }
  })

  it.runIf(process.getuid?.() === 0 && process.platform === 'linux')('a folder that is mounted read-only', async () => {
    const data = join(dir, 'read-only')
    mkdirSync(data)
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', data]).status).toBe(0)
    try {
      const settings = await collectorWith({ dataDir: data })
      const { failed } = await examine('collector', settings)
      expect(failed).toContain('folder-not-writable')
    } finally {
      spawnSync('umount', [data])
    }
  })
})
