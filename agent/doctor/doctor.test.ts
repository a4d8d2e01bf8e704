import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Finding, runChecks } from '#shared/doctor/doctor.ts'
import type { Machine } from '#shared/doctor/machine.ts'
import { tell } from '#shared/doctor/report.ts'
import { coded, fakeMachine, NOON } from '#test/support/fake-machine.ts'
import { selfSigned } from '#test/support/self-signed.ts'
import { toldBadly, wordProblems } from '#test/support/word-problems.ts'
import { readAgentConfig } from '../config/config.ts'
import { AGENT_CHECKS, type AgentDoctorContext } from './doctor.ts'
import { type RunningAgent, readRunningAgent } from './running-agent.ts'
import { AGENT_WORDS } from './words.ts'

const HOUR = 3_600_000
const AGENT = 'agent-hq-0001'
const OUTBOX = { bytes: 2 ** 20, schema: 1, known: 1, newer: false, waiting: { event: 3 }, damaged: 0 }
const DEVICE = { id: 'sw', address: 'sw.example', icmp: {} }

interface Parts {
  readonly settings?: object
  readonly machine?: Partial<Machine>
  readonly connection?: object | Error
  readonly running?: object | 'silent'
  readonly outbox?: object | null
  readonly trial?: Awaited<ReturnType<AgentDoctorContext['trySignIn']>>
  readonly ping?: { by: string; problem?: string }
  readonly collectorUrl?: string
  readonly devices?: boolean
  readonly onSignIn?: () => void
}

function contextOf(parts: Parts): AgentDoctorContext {
  const settings = {
    ...{ agent: { id: AGENT }, broker: { url: 'mqtts://broker.example', password: 'secret' }, dataDir: '/data' },
    ...parts.settings,
  }
  const secrets = { env: () => undefined, file: () => 'secret' }
  const read = readAgentConfig(stringify(settings), { file: 'agent.yaml', secrets })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const { outbox = {}, running } = parts
  const url = read.value.broker.url
  return {
    ...{ config: read.value, machine: fakeMachine(parts.machine), devices: parts.devices ?? false },
    ...{ collectorUrl: parts.collectorUrl, running: typeof running === 'object' ? reportOf(running) : running },
    connection: parts.connection instanceof Error ? parts.connection : { url, username: AGENT, ...parts.connection },
    inspectOutbox: () => (outbox === null ? null : ({ ...OUTBOX, ...outbox } as never)),
    async trySignIn() {
      parts.onSignIn?.()
      return parts.trial ?? { ok: true, ms: 5 }
    },
    ping: async () => parts.ping ?? { by: 'fping' },
  }
}

function reportOf(more: { uplink?: object; outbox?: object; dropped?: object }): RunningAgent {
  const uplink = {
    connected: true,
    streaming: true,
    refused: null,
    lastProblem: null,
    clockOffsetMs: 0,
    ...more.uplink,
  }
  const report = {
    ...{ agent: AGENT, program: 'outrider-agent/0.2.0', backlog: { event: 0 }, dropped: more.dropped ?? {} },
    ...{ outbox: { problem: null, ...more.outbox }, uplink, later: 'unknown fields are no trouble' },
  }
  const read = readRunningAgent(JSON.stringify(report), AGENT)
  if (read === undefined) throw new Error('not a report')
  return read
}

async function found(name: string, parts: Parts): Promise<Finding[]> {
  const check = AGENT_CHECKS.find((c) => c.name === name)
  if (check === undefined) throw new Error(name)
  const [result] = await runChecks([check], contextOf(parts))
  return [...(result?.findings ?? [])]
}

/** The agent's certificate, valid for a year up to then. */
const certified = (notAfter: number) => {
  const { cert, key } = selfSigned(AGENT, notAfter)
  return { connection: { cert, key, ca: cert } }
}
const shown = (distrust: string): Partial<Machine> => ({
  handshake: async () => ({ ok: true, distrust, protocol: 'TLSv1.3', certificate: '' }),
})
const traps = { settings: { inputs: { traps: {} } } }
const logs = { settings: { inputs: { files: [{ path: '/var/log/syslog' }] } } }
const taken = (name?: string): Partial<Machine> => ({
  bind: async () => 'EADDRINUSE',
  holder: () => (name === undefined ? null : { pid: 77, name }),
})
const disk = (freeBytes: number): Partial<Machine> => ({ disk: () => ({ freeBytes, totalBytes: 10 ** 12 }) })
const stat = (facts: object | null): Partial<Machine> => ({
  stat: (path) => (facts === null ? null : { ...fakeMachine().stat(path), ...facts }) as never,
})
const dated = (ms: number): Partial<Machine> => ({
  get: async () => ({ status: 200, headers: { date: new Date(ms).toUTCString() }, body: '' }),
})
const plain = { settings: { broker: { url: 'mqtt://192.0.2.1', password: 'secret' } } }

describe("the agent's doctor", () => {
  it('finds nothing wrong where all is well', async () => {
    const results = await runChecks(AGENT_CHECKS, contextOf({ ...certified(NOON + 8000 * HOUR), ...traps }))
    const all = results.flatMap((r) => r.findings)
    expect(all.map((f) => tell(f, AGENT_WORDS, 'en')).filter((t) => t.status !== 'ok')).toEqual([])
    expect(all.map((f) => f.id)).toEqual(
      expect.arrayContaining(['identity-good', 'sign-in-good', 'port-free', 'ping-good']),
    )
  })

  it.each<[string, string, Parts, string]>([
    ['a password', 'identity', {}, 'identity-password'],
    ['an identity that cannot be read', 'identity', { connection: new Error('agent.pem is empty') }, 'identity-bad'],
    ['a certificate that is none', 'identity', { connection: { cert: 'x', key: 'y' } }, 'identity-bad'],
    [
      'the key of another',
      'identity',
      { connection: { cert: selfSigned('a', NOON).cert, key: selfSigned('a', NOON).key } },
      'identity-other-key',
    ],
    ['an expired certificate', 'identity', certified(NOON - HOUR), 'identity-expired'],
    [
      'a clock a year back',
      'identity',
      { ...certified(NOON + HOUR), machine: { now: () => NOON - 9000 * HOUR } },
      'identity-not-yet',
    ],
    ['a renewal that did not come', 'identity', certified(NOON + 300 * HOUR), 'identity-ends-soon'],
    [
      'keys for everybody',
      'identity',
      { ...certified(NOON + 8000 * HOUR), machine: stat({ mode: 0o644 }) },
      'file-open-to-others',
    ],
    [
      'a name nobody knows',
      'broker',
      { machine: { resolve: () => Promise.reject(coded('EAI_AGAIN')) } },
      'name-unknown',
    ],
    ['a name', 'broker', {}, 'name-good'],
    [
      'a closed port',
      'broker',
      { ...plain, machine: { reach: async () => ({ ok: false, code: 'ECONNREFUSED' }) } },
      'broker-unreachable',
    ],
    [
      'a port without TLS',
      'broker',
      { machine: { handshake: async () => ({ ok: false, code: 'EPROTO', message: '' }) } },
      'broker-unreachable',
    ],
    ['a broker in the clear', 'broker', plain, 'broker-plain'],
    ['a broker of another authority', 'broker', { machine: shown('SELF_SIGNED_CERT_IN_CHAIN') }, 'broker-not-trusted'],
    ['a broker with an old certificate', 'broker', { machine: shown('CERT_HAS_EXPIRED') }, 'broker-certificate-time'],
    ['a good sign-in', 'broker', {}, 'sign-in-good'],
    [
      'a refused sign-in',
      'broker',
      { trial: { ok: false, step: 'sign-in', problem: 'Not authorized' } },
      'sign-in-refused',
    ],
    [
      'no right to hear',
      'broker',
      { trial: { ok: false, step: 'subscribe', problem: 'no' } },
      'broker-no-subscription',
    ],
    ['an agent without a page', 'broker', { running: 'silent' }, 'sign-in-not-tried'],
    ['a running agent', 'broker', { running: {} }, 'agent-connected'],
    ['a running agent without a link', 'broker', { running: { uplink: { connected: false } } }, 'agent-not-connected'],
    ['a silent collector', 'broker', { running: { uplink: { streaming: false } } }, 'collector-silent'],
    ['a collector that refuses', 'broker', { running: { uplink: { refused: 'a clone' } } }, 'collector-refuses'],
    ['a clock in the past', 'clock', { machine: { now: () => 0 } }, 'clock-before-release'],
    ['a clock that is off by acks', 'clock', { running: { uplink: { clockOffsetMs: -90_000 } } }, 'clock-off'],
    [
      'a clock a year off',
      'clock',
      { collectorUrl: 'https://c:8080', machine: dated(NOON - 8760 * HOUR) },
      'clock-off',
    ],
    ['a clock as the collector', 'clock', { collectorUrl: 'https://c:8080', machine: dated(NOON) }, 'clock-good'],
    ['nobody to compare with', 'clock', {}, 'clock-not-compared'],
    [
      ...(['a collector that does not answer', 'clock'] as const),
      { collectorUrl: 'https://c', machine: { get: () => Promise.reject(coded('ETIMEDOUT')) } },
      'clock-not-compared',
    ],
    ['no time service', 'clock', { machine: { timeService: async () => 'not-synchronised' } }, 'clock-not-kept'],
    ['nobody to ask for the time', 'clock', { machine: { timeService: async () => 'unknown' } }, 'clock-no-service'],
    ['no folder yet', 'disk', { machine: stat(null) }, 'folder-missing'],
    ['a file in its place', 'disk', { machine: stat({ isDirectory: false }) }, 'folder-is-file'],
    ['a good disk', 'disk', {}, 'folder-good'],
    [
      'a read-only folder',
      'disk',
      { machine: { tryWrite: () => Promise.reject(coded('EROFS')) } },
      'folder-not-writable',
    ],
    ['another user', 'disk', { machine: { uid: 0 } }, 'folder-other-user'],
    ['a slow card', 'disk', { machine: { tryWrite: async () => 400 } }, 'disk-slow'],
    ['a full disk', 'disk', { machine: disk(2 ** 20) }, 'disk-full'],
    ['less room than the quota', 'disk', { machine: disk(2 ** 30) }, 'disk-low'],
    [
      'an outbox that is nearly full already',
      'disk',
      { machine: disk(2 ** 30), outbox: { bytes: 1500 * 2 ** 20 } },
      'disk-good',
    ],
    ['no outbox', 'outbox', { outbox: null }, 'outbox-none'],
    ['an outbox that cannot be read', 'outbox', { outbox: { problem: 'SQLITE_CANTOPEN' } }, 'outbox-unreadable'],
    ['an outbox of a newer version', 'outbox', { outbox: { newer: true, schema: 2 } }, 'outbox-newer'],
    ['a good outbox', 'outbox', {}, 'outbox-good'],
    ['a long backlog', 'outbox', { outbox: { waiting: { event: 200_000 } } }, 'outbox-behind'],
    ['damaged stores', 'outbox', { outbox: { damaged: 2 } }, 'outbox-damaged-kept'],
    ['an agent that cannot write', 'outbox', { running: { outbox: { problem: 'disk full' } } }, 'outbox-problem'],
    ['records that were dropped', 'outbox', { running: { dropped: { 'quota:event': 5 } } }, 'outbox-dropped'],
    ['nothing to listen to', 'ports', { settings: { health: { port: 0 } } }, 'ports-none'],
    ['a port of choice', 'ports', { settings: { inputs: { traps: { port: 0 } } } }, 'port-any'],
    ['a low port', 'ports', { ...traps, machine: { bind: async () => 'EACCES' } }, 'port-forbidden'],
    [
      'our own service on a low port that its user may not open in a shell',
      'ports',
      { ...traps, running: {}, machine: { bind: async () => 'EACCES', holder: () => ({ pid: null, name: '' }) } },
      'port-ours',
    ],
    [
      'an address of another machine',
      'ports',
      { ...traps, machine: { bind: async () => 'EADDRNOTAVAIL' } },
      'port-problem',
    ],
    ['snmptrapd', 'ports', { ...traps, machine: taken('snmptrapd') }, 'port-taken-by-daemon'],
    ['somebody on the port', 'ports', { ...traps, machine: taken() }, 'port-taken'],
    ['our own agent', 'ports', { ...traps, running: {}, machine: taken('node') }, 'port-ours'],
    [
      'rsyslog beside a running agent',
      'ports',
      { settings: { inputs: { syslog: { tcp: {} } } }, running: {}, machine: taken('rsyslogd') },
      'port-taken-by-daemon',
    ],
    ['an agent that does not listen', 'ports', { ...traps, running: {} }, 'port-not-served'],
    ['small buffers', 'ports', { ...traps, machine: { sysctl: () => '212992' } }, 'buffer-small'],
    ['log files', 'log files', logs, 'logs-good'],
    ['a log file that is not there', 'log files', { ...logs, machine: { unreadable: () => 'ENOENT' } }, 'log-missing'],
    ['a log file of others', 'log files', { ...logs, machine: { unreadable: () => 'EACCES' } }, 'log-unreadable'],
    ['ping alone', 'ping', { ping: { by: 'ping' } }, 'ping-good'],
    [
      ...(['ping alone for many', 'ping'] as const),
      {
        ping: { by: 'ping' },
        settings: { devices: Array.from({ length: 60 }, (_, i) => ({ id: `d${i}`, address: '192.0.2.1', icmp: {} })) },
      },
      'ping-slow',
    ],
    ['no right to ping', 'ping', { ping: { by: 'tcp' }, machine: { sysctl: () => '1\t0' } }, 'ping-by-tcp'],
    ['no way to ping', 'ping', { ping: { by: 'tcp', problem: 'no way' } }, 'ping-broken'],
    ['devices not asked for', 'devices', { settings: { devices: [DEVICE] } }, 'devices-not-asked'],
    ['devices with names', 'devices', { devices: true, settings: { devices: [DEVICE] } }, 'devices-good'],
    [
      ...(['a device with an unknown name', 'devices'] as const),
      {
        devices: true,
        settings: { devices: [DEVICE] },
        machine: { resolve: () => Promise.reject(coded('ENOTFOUND')) },
      },
      'device-unknown-name',
    ],
  ])('sees %s', async (_what, check, parts, id) => {
    const findings = await found(check, parts)
    expect(findings.map((f) => f.id)).toContain(id)
    expect(findings.flatMap((finding) => toldBadly(finding, AGENT_WORDS))).toEqual([])
  })

  it('never signs in while an agent runs: the broker would cut that one off', async () => {
    let signIns = 0
    const onSignIn = () => signIns++
    for (const running of [{}, { uplink: { connected: false } }, 'silent'] as const)
      await found('broker', { running, onSignIn })
    expect(signIns).toBe(0)
    await found('broker', { onSignIn })
    expect(signIns).toBe(1)
  })

  it('does not sign in to a broker that is not trusted, and gives it no password', async () => {
    let signIns = 0
    await found('broker', { machine: shown('SELF_SIGNED_CERT_IN_CHAIN'), onSignIn: () => signIns++ })
    expect(signIns).toBe(0)
  })

  it('names the program that holds a port, and what to do with it', async () => {
    const [first] = await found('ports', { ...traps, machine: taken('snmptrapd') })
    const told = first && tell(first, AGENT_WORDS, 'zh-CN')
    expect(told?.text).toContain('snmptrapd (77)')
    expect(told?.next).toContain('systemctl disable --now snmptrapd')
  })

  it('takes no page of another agent or of anything else for its own', () => {
    expect(readRunningAgent('<html>', AGENT)).toBeUndefined()
    expect(readRunningAgent('{}', AGENT)).toBeUndefined()
    expect(readRunningAgent(JSON.stringify({ ...reportOf({}), agent: 'agent-other' }), AGENT)).toBeUndefined()
  })
})

describe('its words', () => {
  it('are complete in both languages', () => expect(wordProblems(AGENT_WORDS)).toEqual([]))
  it('are all in use', () => {
    const folders = [join(import.meta.dirname, 'checks'), join(import.meta.dirname, '..', 'commands')]
    const text = folders.flatMap((dir) => readdirSync(dir).map((f) => readFileSync(join(dir, f), 'utf8'))).join('\n')
    expect(Object.keys(AGENT_WORDS).filter((id) => !text.includes(`'${id}'`))).toEqual([])
  })
})
