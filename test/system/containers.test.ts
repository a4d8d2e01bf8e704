// The containers without Docker: docker-compose reads the file in every profile; the Dockerfile's build command and its
// copies are carried out in folders, and the same entry points, commands and health checks run there, code read-only.
import { execFile, execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Agent } from '#shared/domain/inventory.ts'
import { installCommands } from '#shared/http/install-commands.ts'
import type { SampleResult } from '#shared/http/records.ts'
import { HERE, ROOT } from '../../packaging/places.ts'
import { createApiClient } from '../support/api-client.ts'
import { builtPrograms } from '../support/built-programs.ts'
import { type Child, startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import {
  composeServices,
  type Image,
  imageOf,
  layOut,
  readDockerfile,
  type Service,
  unescaped,
} from '../support/image.ts'
import { ADMIN_PASSWORD } from '../support/installation.ts'
import { programOrSkip } from '../support/programs.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)
const DATA = ['collector-data', 'demo-data', 'agent-data', 'settings', 'mosquitto-config', 'influx-secrets']
const VOLUMES = [...DATA, 'tmp', 'demo-tmp', 'prepare-tmp']
const IS_ROOT = process.getuid?.() === 0
/** Of `nobody`: any user but root. */
const USER = 65_534
const stages = readDockerfile(join(ROOT, 'Dockerfile'))

describe('docker-compose.yml', () => {
  const PROFILES = [[], ['production'], ['demo'], ['production', 'demo']]
  const EXPECTED = [
    ['collector'],
    ['collector', 'influxdb', 'mosquitto', 'prepare-production'],
    ['collector', 'demo', 'prepare-demo'],
    ['collector', 'demo', 'influxdb', 'mosquitto', 'prepare-demo', 'prepare-production'],
  ]

  it('is understood in every profile, without any variable', (context) => {
    const program = programOrSkip(context, 'docker-compose')
    const names = PROFILES.map((profiles) => Object.keys(composeServices(program, ROOT, profiles)).sort())
    expect(names).toEqual(EXPECTED)
  })

  it('gives no container more than it needs', (context) => {
    const services = Object.entries(
      composeServices(programOrSkip(context, 'docker-compose'), ROOT, ['production', 'demo']),
    )
    for (const [name, service] of services) {
      expect(service.read_only, name).toBe(true)
      expect(service.cap_drop, name).toEqual(['ALL'])
      expect(service.security_opt, name).toEqual(['no-new-privileges:true'])
      const user = service.build ? imageOf(stages, service.build.target).user : service.user
      expect(user, name).toMatch(/^[1-9]\d+:[1-9]\d+$/)
      if (service.build === undefined) expect(service.image, name).toMatch(/:\d+(\.\d+)+/)
      if (service.restart !== undefined) expect(health(service), name).not.toEqual([])
    }
  })

  it('has pinned what its images are made from', () => {
    for (const stage of stages)
      if (!stages.some((one) => one.name === stage.from)) expect(stage.from).toMatch(/:\d+(\.\d+)+-[a-z-]+$/)
  })
})

const health = (service: Service) => service.healthcheck?.test ?? imageOf(stages, service.build?.target ?? '').health

describe.skipIf(HERE === undefined)('the images, as folders', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-images-'))
  const image = (name: string) => join(dir, 'images', name)
  const volume = (name: string) => join(dir, 'volumes', name)
  const children: Child[] = []
  let api: ReturnType<typeof createApiClient>
  let ports: { http: number; broker: number; secure: number; health: number; traps: number; logs: number }
  // The certificate is by the collector's own authority; agents pin it, this test does not.
  const strictBefore = process.env.NODE_TLS_REJECT_UNAUTHORIZED

  beforeAll(async () => {
    chmodSync(dir, 0o755)
    const [http = 0, broker = 0, secure = 0, healthPort = 0, traps = 0, logs = 0] = await freePorts(6)
    ports = { http, broker, secure, health: healthPort, traps, logs }
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const built = await builtPrograms()
    for (const name of ['agent', 'collector', 'demo']) {
      layOut(imageOf(stages, name), built, image(name))
      execFileSync('chmod', ['-R', 'a-w,a+rX', image(name)])
    }
    for (const name of VOLUMES) {
      mkdirSync(volume(name), { recursive: true })
      if (IS_ROOT) chownSync(volume(name), USER, USER)
    }
    api = createApiClient(`https://127.0.0.1:${ports.http}`)
  }, 180_000)

  afterAll(async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = strictBefore ?? ''
    await Promise.all(children.map((child) => child.stop()))
    execFileSync('chmod', ['-R', 'u+w', dir])
    rmSync(dir, { recursive: true, force: true })
  })

  it('hold programs and what they read, not sources, tests or packages', () => {
    const top = (name: string) => readdirSync(join(image(name), 'usr/lib/outrider-collector')).sort()
    expect(top('collector')).toEqual(['collector', 'container', 'lib', 'node', 'node_modules', 'package.json', 'web'])
    expect(readdirSync(join(image('collector'), 'usr/lib/outrider-collector/node_modules'))).toEqual(['@fastify'])
    expect(readdirSync(join(image('agent'), 'usr/bin'))).toEqual(['outrider-agent'])
  })

  it('run the collector as its image says: healthy, with the console', async () => {
    const mounted = join(dir, 'collector.yaml')
    const shipped = parse(readFileSync(join(ROOT, 'docs/collector.docker.yaml'), 'utf8')) as { http: object }
    // Ports of its own, as a container has; everything else as it is mounted.
    const own = {
      http: { ...shipped.http, host: '127.0.0.1', port: ports.http },
      broker: { embedded: { host: '127.0.0.1', port: ports.broker, tls: { host: '127.0.0.1', port: ports.secure } } },
    }
    writeFileSync(mounted, stringify({ ...shipped, ...own }))
    const collector = start('collector', { OUTRIDER_ADMIN_PASSWORD: ADMIN_PASSWORD })
    await until(async () => (await check('collector')) === 0, {
      timeoutMs: 60_000,
      everyMs: 200,
      what: collector.output(),
    })
    expect(await (await fetch(`${api.base}/`)).text()).toContain('<div id="root">')
    expect(existsSync(join(volume('collector-data'), 'collector.db'))).toBe(true)
    await api.signIn('admin', ADMIN_PASSWORD)
  })

  it('take the demo over without being told: site, agent, samples; faults on request', async () => {
    const prepare = start('collector', {}, ['demo'])
    await prepare.gone
    expect(prepare.exited()?.code, prepare.output()).toBe(0)
    const added = async () => (await agents()).length === 1
    await until(added, { timeoutMs: 60_000, everyMs: 200, what: 'the collector to know the agent' })
    const demo = start('demo')
    await until(async () => (await agents())[0]?.presence === 'online', { timeoutMs: 60_000, what: demo.output() })
    await until(async () => (await check('demo')) === 0, {
      timeoutMs: 30_000,
      everyMs: 200,
      what: 'the demo to be healthy',
    })
    const path = '/api/v1/samples?device=demo.core-1&as=raw'
    const samples = () => api.get<SampleResult>(path).catch(() => undefined)
    await until(async () => (await samples())?.series.some((series) => series.points.length > 0), { timeoutMs: 60_000 })
    const list = start('demo', {}, ['list'])
    await list.gone
    expect(list.output()).toContain('link-down')
  })

  it('enrol an agent of this machine without any variable', async () => {
    const [healthPort] = (await freePorts(1)) as [number]
    const made = await command('token', 'make', '--site', 'demo', '--pre-approved')
    const token = made.match(/ot1\.\S+/)?.[0] as string
    const enrol = start('agent', {}, ['enrol', api.base, '--token', token, '--data', '/data'])
    await enrol.gone
    expect(enrol.exited()?.code, enrol.output()).toBe(0)
    const file = join(dir, 'local-agent.yaml')
    writeFileSync(file, stringify({ health: { port: healthPort } }))
    const agent = start('agent', {}, [...imageOf(stages, 'agent').command, '--config', file])
    try {
      await until(async () => /collector +connected$/m.test(await status(healthPort)), {
        timeoutMs: 30_000,
        what: agent.output(),
      })
    } finally {
      await agent.stop()
      for (const name of readdirSync(volume('agent-data')))
        rmSync(join(volume('agent-data'), name), { recursive: true })
    }
  })

  it('run the agent as its image says: it wants to be enrolled', async () => {
    const agent = start('agent')
    await agent.gone
    expect(agent.exited()?.code).toBe(2)
    expect(agent.output()).toContain('enrol')
  })

  it('become a production: Mosquitto by the generated configuration, an agent enrolled by the console’s words', async (context) => {
    programOrSkip(context, 'mosquitto')
    const [port] = (await freePorts(1)) as [number]
    const env = { OUTRIDER_NAMES: '127.0.0.1', OUTRIDER_MOSQUITTO_PORT: `${port}` }
    // Containers find each other by name; here they share an address.
    const mounted = parse(readFileSync(join(dir, 'collector.yaml'), 'utf8'))
    const here = { broker: { url: `mqtts://127.0.0.1:${port}` }, influx: { url: 'http://127.0.0.1:9' } }
    const sites = { customers: [{ id: 'acme', name: 'Acme Ltd' }], sites: [{ id: 'hq', customer: 'acme', name: 'HQ' }] }
    await Promise.all(children.splice(0).map((child) => child.stop()))
    const collector = start('collector', env)
    await until(async () => (await check('collector')) === 0, {
      timeoutMs: 60_000,
      everyMs: 200,
      what: collector.output(),
    })

    writeFileSync(join(dir, 'collector.yaml'), stringify({ ...mounted, ...here, ...sites }))
    const prepare = start('collector', { ...env, OUTRIDER_TEMPORARY: volume('prepare-tmp') }, ['production'])
    await prepare.gone
    expect(prepare.exited()?.code, prepare.output()).toBe(0)
    const secrets = ['token', 'password'].map((name) => readFileSync(join(volume('influx-secrets'), name), 'utf8'))
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/)

    const services = composeServices(programOrSkip(context, 'docker-compose'), ROOT, ['production'])
    const inside = (text: string) =>
      unescaped(text)
        .replaceAll('/mosquitto/config', volume('mosquitto-config'))
        .replaceAll('/influx/', `${volume('influx-secrets')}/`)
    const shell = (name: string) =>
      [...(services[name]?.entrypoint ?? []), ...(services[name]?.command ?? [])].map(inside)
    const mosquitto = startChild(asUser(shell('mosquitto')), { cwd: '/' })
    children.push(mosquitto)
    const influx = startChild(shell('influxdb').map((text) => text.replace('/entrypoint.sh influxd', 'env')))
    await influx.gone
    expect(influx.output()).toContain(`DOCKER_INFLUXDB_INIT_ADMIN_TOKEN=${secrets[0]}`)
    expect(influx.output()).toContain(`DOCKER_INFLUXDB_INIT_PASSWORD=${secrets[1]}`)

    await until(() => collector.output().includes('starts anew'), {
      timeoutMs: 30_000,
      what: 'the collector to follow',
    })
    await until(async () => (await check('collector')) === 0, {
      timeoutMs: 60_000,
      everyMs: 200,
      what: collector.output(),
    })
    const made = await command('token', 'make', '--site', 'hq', '--pre-approved')
    const token = made.match(/ot1\.\S+/)?.[0] as string
    const steps = installCommands({ url: `https://127.0.0.1:${ports.http}`, token, version: 'local' }).docker
    const [, joining] = (steps.find((step) => step.what === 'enrol')?.command ?? '').split('outrider-agent:local ')
    const enrol = start('agent', {}, (joining ?? '').split(' '))
    await enrol.gone
    expect(enrol.exited()?.code, enrol.output()).toBe(0)
    // Settings of its own, mounted, for a port that is free here.
    const file = join(dir, 'agent.yaml')
    writeFileSync(file, stringify({ health: { port: ports.health } }))
    const agent = start('agent', {}, [...imageOf(stages, 'agent').command, '--config', file])
    children.push(agent)
    await until(async () => /collector +connected$/m.test(await status()), { timeoutMs: 30_000, what: agent.output() })
    const [, id] = (await status()).match(/^agent +(\S+)/m) ?? []

    await command('agent', 'revoke', id as string, '--reason', 'the test is over')
    await until(async () => /not connected|refuses/.test(await status()), {
      timeoutMs: 10_000,
      what: 'the agent to be cut off',
    })
  })

  /** The agent's own words, whatever its exit code. */
  const status = (port = ports.health) =>
    run(join(image('agent'), 'usr/bin/outrider-agent'), ['status', '--port', `${port}`]).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    )

  /** A command of the collector, as `docker compose exec collector` gives it. */
  async function command(...args: string[]): Promise<string> {
    const file = ['--config', join(volume('tmp'), 'collector.yaml'), '--data', volume('collector-data')]
    const [program, ...rest] = asUser([join(image('collector'), 'usr/bin/outrider-collector'), ...args, ...file])
    return (await run(program as string, rest)).stdout
  }

  const agents = async () => (await api.get<{ items: Agent[] }>('/api/v1/agents').catch(() => ({ items: [] }))).items

  /** The container's process: entry point and command of its image, its volumes as folders, its user. */
  function start(name: string, env: Readonly<Record<string, string>> = {}, command?: readonly string[]): Child {
    const it = imageOf(stages, name)
    const child = startChild(asUser(placed(name, [...it.entrypoint, ...(command ?? it.command)])), {
      cwd: '/',
      env: { ...environment(name), ...env },
    })
    if (command === undefined) children.push(child)
    return child
  }

  function check(name: string): Promise<number> {
    const it: Image = imageOf(stages, name)
    const status = it.health[1] === 'status' ? ['--port', `${ports.health}`] : []
    const [program, ...args] = asUser(placed(name, [...it.health, ...status]))
    return run(program as string, args, { env: { ...process.env, ...environment(name) } }).then(
      () => 0,
      (error: { code?: number }) => error.code ?? 1,
    )
  }

  /** Paths of the container as paths of its folder; names of programs by its /usr/bin. */
  function placed(name: string, command: readonly string[]): string[] {
    return command.map((word) => {
      if (word === '/data') return volume(`${name}-data`)
      return word.startsWith('/usr/') ? join(image(name), word) : word
    })
  }

  function environment(name: string): Record<string, string> {
    return {
      PATH: `${join(image(name), 'usr/bin')}:/usr/bin:/bin`,
      HOME: '/nonexistent',
      NODE_TLS_REJECT_UNAUTHORIZED: '',
      OUTRIDER_SETTINGS: join(dir, 'collector.yaml'),
      OUTRIDER_ADDITIONS: volume('settings'),
      OUTRIDER_MOSQUITTO: volume('mosquitto-config'),
      OUTRIDER_INFLUX: volume('influx-secrets'),
      OUTRIDER_DATA: volume(`${name}-data`),
      OUTRIDER_TEMPORARY: volume(name === 'demo' ? 'demo-tmp' : 'tmp'),
      TMPDIR: volume(name === 'demo' ? 'demo-tmp' : 'tmp'),
      OUTRIDER_BROKER: `mqtt://127.0.0.1:${ports.broker}`,
      OUTRIDER_HEALTH: `${ports.health}`,
      OUTRIDER_TRAPS: `${ports.traps}`,
      OUTRIDER_LOGS: `${ports.logs}`,
    }
  }

  /** Another user than root, without capabilities or a way to get some: cap_drop and no-new-privileges. */
  function asUser(command: readonly string[]): string[] {
    if (!IS_ROOT) return [...command]
    const limits = ['--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs']
    return ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, ...limits, '--', ...command]
  }
})
