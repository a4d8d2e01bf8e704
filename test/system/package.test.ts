// What is given away, as it is given away: the executable and the Debian packages of this machine are built, installed
// into a clean root, and bring a sample from a device to the API. Prints sizes and times.
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import type { Agent } from '#shared/domain/inventory.ts'
import type { MadeEnrolmentToken } from '#shared/http/enrolment.ts'
import { type InstallStep, installCommands } from '#shared/http/install-commands.ts'
import type { SampleResult } from '#shared/http/records.ts'
import { AGENT_MAIN, bundleAgent } from '../../packaging/bundle.ts'
import { buildDeb } from '../../packaging/deb.ts'
import { buildExecutable } from '../../packaging/executable.ts'
import { licencesOf } from '../../packaging/licences.ts'
import { buildOffline } from '../../packaging/offline.ts'
import { hasOwnPages } from '../../packaging/page-size.ts'
import {
  ARCHITECTURES,
  type Architecture,
  DEBIAN_ARCHITECTURE,
  HERE,
  MACHINE,
  VERSION,
} from '../../packaging/places.ts'
import { type Runtime, runtimeFor } from '../../packaging/runtime.ts'
import { agentTree } from '../../packaging/trees.ts'
import { createApiClient } from '../support/api-client.ts'
import { builtPrograms } from '../support/built-programs.ts'
import { type Child, startChild } from '../support/child.ts'
import { type CleanRoot, createCleanRoot } from '../support/clean-root.ts'
import { freePorts } from '../support/free-ports.ts'
import { ADMIN_PASSWORD, SITE_ID } from '../support/installation.ts'
import { requireProgram } from '../support/programs.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, type VirtualSite } from '../support/virtual-site/virtual-site.ts'

const run = promisify(execFile)
const usable = requireProgram('dpkg-deb') !== undefined && HERE !== undefined
const says = (what: string) => process.stderr.write(`  package: ${what}\n`)
const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const megabytes = (path: string) => `${(statSync(path).size / 1e6).toFixed(1)} MB`

describe.skipIf(!usable)('packages (program dpkg-deb)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-packages-'))
  const deb = (program: string) => join(dir, `${program}_${VERSION}_${DEBIAN_ARCHITECTURE[HERE as Architecture]}.deb`)
  const shim = (name: string, text: string) => {
    mkdirSync(join(dir, 'shims'), { recursive: true })
    writeFileSync(join(dir, 'shims', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
  let runtime: Runtime
  let executable: string
  let root: CleanRoot
  let site: VirtualSite
  const children: Child[] = []

  beforeAll(async () => {
    // a commit made while this runs gives its time to what is made after it
    process.env.SOURCE_DATE_EPOCH ??= '1767225600'
    runtime = await runtimeFor(HERE as Architecture)
    const built = await builtPrograms()
    executable = join(built, 'outrider-agent/usr/bin/outrider-agent')
    for (const program of ['outrider-agent', 'outrider-collector'] as const) {
      const tree = join(built, program)
      buildDeb({ program, architecture: HERE as Architecture, tree, out: deb(program), quick: true })
      says(`${program}.deb ${megabytes(deb(program))} (quickly compressed)`)
    }
    says(`executable ${megabytes(executable)}`)
    root = createCleanRoot()
    shim('apt', `shift; exec dpkg ${root.dpkgOptions().join(' ')} --install "$@"`)
    shim('sudo', `[ "$1" = -u ] || exec "$@"; shift 2; exec ${root.userCommand()} "$@"`)
    shim('systemctl', `echo "$@" > ${join(dir, 'systemctl.log')}`)
    site = createVirtualSite({ devices: [{ id: 'access-1', model: 'access-switch' }], network: '127.0.41' })
    await site.start()
  }, 180_000)

  afterAll(async () => {
    await Promise.all(children.map((child) => child.stop()))
    await site?.stop()
    root?.remove()
    rmSync(dir, { recursive: true, force: true })
  })

  it('are the same bytes when made again', async () => {
    const again = join(dir, 'again')
    mkdirSync(again)
    const inside = await bundleAgent(join(dir, 'agent'))
    buildExecutable(join(dir, 'agent'), runtime, join(again, 'outrider-agent'))
    agentTree(join(again, 'tree'), join(again, 'outrider-agent'), licencesOf(inside, runtime))
    const architecture = HERE as Architecture
    const out = join(again, 'outrider-agent.deb')
    buildDeb({ program: 'outrider-agent', architecture, tree: join(again, 'tree'), out, quick: true })
    expect(hashOf(join(again, 'outrider-agent'))).toBe(hashOf(executable))
    expect(hashOf(out)).toBe(hashOf(deb('outrider-agent')))
  })

  it('install into a clean root: users, data folders, settings', () => {
    root.dpkg('--install', deb('outrider-collector'))
    type('linux', 'get')
    for (const program of ['outrider-agent', 'outrider-collector'])
      expect(statSync(root.path(`/var/lib/${program}`)).mode & 0o777).toBe(0o700)
    const passwd = readFileSync(root.path('/etc/passwd'), 'utf8')
    expect(passwd).toContain('outrider-agent:')
    expect(passwd).toContain('outrider-collector:')
    // Only root can give the file to the service's group; then others may not read it.
    const mode = process.getuid?.() === 0 ? 0o640 : 0o644
    expect(statSync(root.path('/etc/outrider/agent.yaml')).mode & 0o777).toBe(mode)
    expect(root.dpkg('--status', 'outrider-agent')).toContain('Status: install ok installed')
  })

  it('give the service no more than low ports and ping', async (context) => {
    expect(root.unit('outrider-agent', 'AmbientCapabilities')).toEqual(['CAP_NET_BIND_SERVICE CAP_NET_RAW'])
    expect(root.unit('outrider-agent', 'CapabilityBoundingSet')).toEqual(['CAP_NET_BIND_SERVICE CAP_NET_RAW'])
    expect(root.unit('outrider-collector', 'CapabilityBoundingSet')).toEqual([''])
    const analyze = requireProgram('systemd-analyze')
    if (analyze === undefined) return context.skip('program systemd-analyze is not installed')
    for (const program of ['outrider-agent', 'outrider-collector']) {
      const file = root.path(`/usr/lib/systemd/system/${program}.service`)
      const text = readFileSync(file, 'utf8')
      const verified = join(dir, `${program}.service`)
      writeFileSync(verified, root.placed(text))
      const { stderr } = await run(analyze, ['verify', '--man=no', '--recursive-errors=no', verified])
      expect(stderr.split('\n').filter((line) => line.includes(program))).toEqual([])
      await run(analyze, ['security', '--offline=true', '--threshold=30', '--no-pager', file])
    }
  })

  it('have programs that know their commands without any Node on the machine', async () => {
    const env = { PATH: '/usr/bin:/bin' }
    const agent = root.path('/usr/bin/outrider-agent')
    const version = await run(agent, ['version'], { env })
    expect(version.stdout).toContain(`outrider-agent/${VERSION}`)
    expect((await run(agent, ['check-config', '--example'], { env })).stdout).toContain('devices:')
    const collector = await run(root.path('/usr/bin/outrider-collector'), ['version'], { env })
    expect(collector.stdout.trim()).toBe(VERSION)
    const [device] = site.asAgentDevices()
    const { address = '', snmp } = device ?? {}
    const community = snmp !== undefined && 'community' in snmp ? `${snmp.community}` : 'public'
    const tried = await run(agent, ['try-device', address, '--port', `${snmp?.port}`, '--community', community], {
      env,
    })
    expect(tried.stdout).toMatch(/cisco|generic/)
    // the thread that reads MIBs is the packaged program itself
    const mibs = join(dir, 'mibs')
    mkdirSync(mibs)
    writeFileSync(join(mibs, 'ACME-MIB'), MIB)
    const output = join(dir, 'traps.d')
    const compiled = await run(root.path('/usr/bin/outrider-collector'), ['mib', 'compile', mibs, '-o', output], {
      env,
    })
    expect(compiled.stdout).toContain('1 with traps: 1 traps')
  })

  it('bring a sample from a device to the API', async () => {
    // The collector's certificate is by its own authority; the agent pins it, this test does not.
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    onTestFinished(() => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = before ?? ''
    })
    const [http, broker, secure, health] = (await freePorts(4)) as [number, number, number, number]
    const collectorFile = root.path('/etc/outrider/collector.yaml')
    const shipped = readFileSync(collectorFile, 'utf8')
    const settings = {
      http: { host: '127.0.0.1', port: http, tls: 'own' },
      broker: { embedded: { host: '127.0.0.1', port: broker, tls: { host: '127.0.0.1', port: secure } } },
      enrolment: { names: ['127.0.0.1'] },
      customers: [{ id: 'acme', name: 'Acme Ltd' }],
      sites: [{ id: SITE_ID, customer: 'acme', name: 'Head office', timeZone: 'Asia/Shanghai' }],
    }
    writeFileSync(collectorFile, `${root.placed(shipped)}\n${stringify(settings)}`)
    const collector = start('outrider-collector', { OUTRIDER_ADMIN_PASSWORD: ADMIN_PASSWORD })
    const api = createApiClient(`https://127.0.0.1:${http}`)
    await until(
      () =>
        fetch(`${api.base}/readyz`).then(
          (r) => r.ok,
          () => false,
        ),
      {
        timeoutMs: 60_000,
        what: `the collector:\n${collector.output().slice(-3000)}`,
      },
    )
    expect(await (await fetch(`${api.base}/`)).text()).toContain('<div id="root">')
    expect((await fetch(`${api.base}/docs/`)).status).toBe(200)
    await api.signIn('admin', ADMIN_PASSWORD)

    const agentFile = root.path('/etc/outrider/agent.yaml')
    const agentSettings = {
      health: { port: health },
      devices: site.asAgentDevices({ intervalMs: 1000, timeoutMs: 1000 }),
      inputs: { traps: { host: '127.0.0.1', port: LOW_PORT } },
    }
    writeFileSync(agentFile, `${root.placed(readFileSync(agentFile, 'utf8'))}\n${stringify(agentSettings)}`)
    const wish = { site: SITE_ID, preApproved: true }
    const { token } = await api.post<MadeEnrolmentToken>('/api/v1/enrolment-tokens', wish)
    const joining = performance.now()
    type('linux', 'enrol', { url: api.base, token })
    says(`enrolment ${Math.round(performance.now() - joining)} ms`)
    expect(type('linux', 'start')).toBe('')
    expect(readFileSync(join(dir, 'systemctl.log'), 'utf8').trim()).toBe('enable --now outrider-agent')
    const began = performance.now()
    const agent = start('outrider-agent')
    await until(
      async () => (await api.get<{ items: Agent[] }>('/api/v1/agents')).items.some((row) => row.presence === 'online'),
      { timeoutMs: 30_000, everyMs: 5, what: `the agent to be online:\n${agent.output()}` },
    )
    says(`executable start to first hello ${Math.round(performance.now() - began)} ms`)
    const samples = () => api.get<SampleResult>(`/api/v1/samples?device=${SITE_ID}.access-1&as=raw`)
    await until(async () => (await samples().catch(() => undefined))?.series.some((s) => s.points.length > 0), {
      timeoutMs: 30_000,
      what: `a sample:\n${agent.output().slice(-2000)}`,
    })
    const report = await run(root.path('/usr/bin/outrider-agent'), ['status', '--port', `${health}`])
    expect(report.stdout).toMatch(/collector +connected/)
    says(`just started, ${report.stdout.match(/memory.*/)?.[0]}`)
    expect(readdirSync(root.path('/var/lib/outrider-agent')).length).toBeGreaterThan(0)
  })

  it('install from the offline bundle without dpkg', async () => {
    const name = `outrider-agent-${VERSION}`
    const out = join(dir, `${name}-linux-${MACHINE[HERE as Architecture]}.tar.gz`)
    buildOffline({ architecture: HERE as Architecture, executable, deb: deb('outrider-agent'), out, quick: true })
    says(`offline bundle ${megabytes(out)} (quickly compressed)`)
    const elsewhere = join(dir, 'elsewhere')
    const [get] = installCommands({ url: '', token: '', version: VERSION }).offline
    shim('sudo', `ROOT=${elsewhere} exec "$@"`)
    await run('sh', ['-c', get?.command ?? ''], {
      cwd: dir,
      env: { ...process.env, PATH: `${join(dir, 'shims')}:${process.env.PATH}` },
    })
    const { stdout } = await run(join(elsewhere, 'usr/bin/outrider-agent'), ['version'])
    expect(stdout).toContain(VERSION)
    const unit = readFileSync(join(elsewhere, 'etc/systemd/system/outrider-agent.service'), 'utf8')
    expect(unit).toBe(readFileSync(root.path('/usr/lib/systemd/system/outrider-agent.service'), 'utf8'))
    expect(statSync(join(elsewhere, 'etc/outrider/agent.yaml')).mode & 0o777).toBe(0o640)
    const inside = readdirSync(join(dir, name)).sort()
    expect(inside).toEqual(expect.arrayContaining(['README.md', 'README.zh-CN.md', 'install.sh', 'service', 'usr']))
  })

  it('are made for the other processor too', async (context) => {
    const other = ARCHITECTURES.find((architecture) => architecture !== HERE) as Architecture
    const foreign = await runtimeFor(other).catch((error: Error) => {
      if (process.env.OUTRIDER_REQUIRE_PROGRAMS === '1') throw error
      return context.skip(`the runtime for ${other} cannot be fetched: ${error.message.split('\n')[0]}`)
    })
    const out = join(dir, 'foreign')
    buildExecutable(join(dir, 'agent'), foreign, out)
    const file = readFileSync(out)
    expect(file.readUInt16LE(18)).toBe({ x64: 62, arm64: 183 }[other])
    // Kernels with pages of 16 and 64 KB exist for arm64 only.
    if (other === 'arm64') expect(hasOwnPages(file)).toBe(true)
    // The program is inside, and the runtime was told so.
    expect(file.includes(readFileSync(join(dir, 'agent', AGENT_MAIN)))).toBe(true)
    expect(file.includes('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1')).toBe(true)
    says(`executable for ${other} ${megabytes(out)}`)
    const emulator = { x64: 'qemu-x86_64', arm64: 'qemu-aarch64' }[other]
    if (existsSync(`/usr/bin/${emulator}`)) expect((await run(emulator, [out, 'version'])).stdout).toContain(VERSION)
  })

  it('keep data and settings when removed, and take both along when purged', async () => {
    await Promise.all(children.splice(0).map((child) => child.stop()))
    root.dpkg('--remove', 'outrider-agent', 'outrider-collector')
    expect(existsSync(root.path('/usr/bin/outrider-agent'))).toBe(false)
    expect(existsSync(root.path('/var/lib/outrider-agent'))).toBe(true)
    expect(existsSync(root.path('/etc/outrider/agent.yaml'))).toBe(true)
    root.dpkg('--purge', 'outrider-agent', 'outrider-collector')
    for (const path of ['/var/lib/outrider-agent', '/var/lib/outrider-collector', '/etc/outrider'])
      expect(existsSync(root.path(path)), path).toBe(false)
  })

  /** Types what the console says, on a machine whose root is the clean one; returns what it printed. */
  function type(way: 'linux', what: InstallStep['what'], wish = { url: 'https://127.0.0.1', token: 'none' }): string {
    const step = installCommands({ ...wish, version: VERSION })[way].find((one) => one.what === what)
    const env = {
      ...process.env,
      ...STRICT,
      PATH: `${join(dir, 'shims')}:${root.path('/usr/bin')}:${process.env.PATH}`,
    }
    const command = root.placed(step?.command ?? '')
    return execFileSync('sh', ['-c', command], { cwd: dir, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  function start(program: 'outrider-agent' | 'outrider-collector', env: Readonly<Record<string, string>> = {}): Child {
    const command = root.placed(root.unit(program, 'ExecStart')[0] as string).split(' ')
    const fixed = Object.fromEntries(
      root.unit(program, 'Environment').map((line) => line.split('=') as [string, string]),
    )
    const cwd = root.path(root.unit(program, 'WorkingDirectory')[0] as string)
    mkdirSync(cwd, { recursive: true })
    const child = startChild(root.asService(program, command), { cwd, env: { ...fixed, ...STRICT, ...env } })
    children.push(child)
    return child
  }
})

/** Below 1024: only a service with the capability may take it. */
const LOW_PORT = process.getuid?.() === 0 ? 843 : 20_843

/** For the programs themselves. */
const STRICT = { NODE_TLS_REJECT_UNAUTHORIZED: '' }

const MIB = `ACME-MIB DEFINITIONS ::= BEGIN
IMPORTS TRAP-TYPE FROM RFC-1215 enterprises FROM RFC1155-SMI;
acme OBJECT IDENTIFIER ::= { enterprises 99999 }
doorOpened TRAP-TYPE ENTERPRISE acme DESCRIPTION "A door was opened" ::= 1
END
`
