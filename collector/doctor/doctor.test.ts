import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type Finding, runChecks } from '#shared/doctor/doctor.ts'
import type { Machine } from '#shared/doctor/machine.ts'
import { tell } from '#shared/doctor/report.ts'
import { openHolidays } from '#shared/time/holidays.ts'
import { coded, fakeMachine, NOON } from '#test/support/fake-machine.ts'
import { selfSigned } from '#test/support/self-signed.ts'
import { toldBadly, wordProblems } from '#test/support/word-problems.ts'
import { readCollectorConfig } from '../config/config.ts'
import { type BrokerTrial, COLLECTOR_CHECKS, COLLECTOR_CHECKS_ALONE, type DoctorContext } from './doctor.ts'
import { COLLECTOR_WORDS } from './words.ts'

const DAY = 86_400_000
const SETTINGS = { dataDir: '/data', http: { host: '127.0.0.1' } }
const DATABASE = {
  ...{
    schema: '0005-influx',
    known: '0005-influx',
    newer: false,
    missing: 0,
    upgradeBytes: 100 * 2 ** 20,
    bytes: 2 ** 20,
  },
  ...{ checked: true, damage: null, lastAt: NOON - 1000, agentOffsets: [] },
}

interface Parts {
  readonly settings?: object
  readonly machine?: Partial<Machine>
  readonly database?: object | null
  readonly running?: boolean
  readonly broker?: BrokerTrial
  readonly authority?: { ca: string } | { problem: string }
}

function contextOf({ settings, machine, database = {}, running = false, broker, authority }: Parts): DoctorContext {
  const secrets = { env: () => undefined, file: () => 'secret' }
  const read = readCollectorConfig(stringify({ ...SETTINGS, ...settings }), 'collector.yaml', secrets)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return {
    ...{ config: read.value, machine: fakeMachine(machine), running, full: false },
    inspectDatabase: () => (database === null ? null : ({ ...DATABASE, ...database } as never)),
    tryBroker: async () => broker ?? { ok: true, ms: 5 },
    openAuthority: async () => authority ?? { ca: selfSigned('authority', NOON + 3000 * DAY).cert },
    holidays: () => openHolidays(),
  }
}

/** Findings of one check, by id. */
async function found(name: string, parts: Parts): Promise<Finding[]> {
  const check = [...COLLECTOR_CHECKS, ...COLLECTOR_CHECKS_ALONE].find((c) => c.name === name)
  if (check === undefined) throw new Error(name)
  const [result] = await runChecks([check], contextOf(parts))
  return [...(result?.findings ?? [])]
}
const ids = async (name: string, parts: Parts = {}) => (await found(name, parts)).map((f) => f.id)

const brokerAt = (url: string, more = {}) => ({ settings: { broker: { url, ...more } } })
const influxAt = { settings: { influx: { url: 'http://influx:8086', token: 'secret-token' } } }
const answering = (status: number, body = ''): Partial<Machine> => ({
  get: async () => ({ status, headers: {}, body }),
})
const failing = (code: string): Partial<Machine> => ({ get: () => Promise.reject(coded(code)) })
const shown = (distrust: string | null, notAfter = NOON + 400 * DAY): Partial<Machine> => ({
  handshake: async () => ({ ok: true, distrust, protocol: 'TLSv1.3', certificate: selfSigned('b', notAfter).cert }),
})
const pair = (notAfter: number, name = 'noc.example') => {
  const { cert, key } = selfSigned(name, notAfter)
  return { read: (path: string) => (path.endsWith('.crt') ? cert : key) }
}
const https = { settings: { http: { tls: { certFile: 'a.crt', keyFile: 'a.key' }, publicUrl: 'https://noc.example' } } }
const hook = (url: string) => ({
  settings: { notify: { channels: [{ kind: 'webhook', id: 'hook', url, secret: 's' }] } },
})
const disk = (freeBytes: number): Partial<Machine> => ({ disk: () => ({ freeBytes, totalBytes: 10 ** 12 }) })
const stat = (facts: object | null): Partial<Machine> => ({
  stat: (path) => (facts === null ? null : { ...fakeMachine().stat(path), ...facts }) as never,
})

describe("the collector's doctor", () => {
  it('finds nothing wrong where all is well', async () => {
    const results = await runChecks([...COLLECTOR_CHECKS, ...COLLECTOR_CHECKS_ALONE], contextOf({}))
    const all = results.flatMap((r) => r.findings)
    expect(all.map((f) => tell(f, COLLECTOR_WORDS, 'en')).filter((t) => t.status !== 'ok')).toEqual([])
    expect(results).toHaveLength(11)
  })

  it.each<[string, string, Parts, string]>([
    ['no folder yet', 'data folder', { machine: stat(null) }, 'folder-missing'],
    ['a file in its place', 'data folder', { machine: stat({ isDirectory: false }) }, 'folder-is-file'],
    [
      'a read-only folder',
      'data folder',
      { machine: { tryWrite: () => Promise.reject(coded('EROFS')) } },
      'folder-not-writable',
    ],
    ['a folder of another user', 'data folder', { machine: { uid: 0 } }, 'folder-other-user'],
    ['keys for everybody', 'data folder', { machine: stat({ mode: 0o644 }) }, 'file-open-to-others'],
    ['a full disk', 'data folder', { machine: disk(10 * 2 ** 20) }, 'disk-full'],
    ['little room', 'data folder', { machine: disk(2 ** 30) }, 'disk-low'],
    ['a slow disk', 'data folder', { machine: { tryWrite: async () => 900 } }, 'disk-slow'],
    ['no database', 'database', { database: null }, 'database-none'],
    ['a database that cannot be read', 'database', { database: { problem: 'SQLITE_CANTOPEN' } }, 'database-unreadable'],
    ['a newer database', 'database', { database: { newer: true, schema: '9999-later' } }, 'database-newer'],
    ['an older database', 'database', { database: { missing: 2 } }, 'database-older'],
    [
      'no room for the upgrade',
      'database',
      { database: { missing: 2 }, machine: disk(5 * 2 ** 20) },
      'database-no-room-to-upgrade',
    ],
    ['a damaged database', 'database', { database: { damage: 'row 5 missing' } }, 'database-damaged'],
    ['a large database', 'database', { database: { checked: false } }, 'database-not-checked'],
    ['a clock in the past', 'clock', { machine: { now: () => 0 } }, 'clock-before-release'],
    ['a clock behind the data', 'clock', { machine: { now: () => NOON - DAY } }, 'clock-behind-data'],
    ['a clock a year ahead', 'clock', { machine: { now: () => NOON + 365 * DAY } }, 'clock-far-ahead'],
    ['no time service', 'clock', { machine: { timeService: async () => 'not-synchronised' } }, 'clock-not-kept'],
    ['nobody to ask for the time', 'clock', { machine: { timeService: async () => 'unknown' } }, 'clock-no-service'],
    [
      'an agent with a wrong clock',
      'clock',
      { database: { agentOffsets: [{ agent: 'a', offsetMs: 99_000 }] } },
      'clock-of-agent',
    ],
    ['only addresses', 'dns', {}, 'names-none'],
    ['a name', 'dns', brokerAt('mqtt://broker.example'), 'name-good'],
    [
      ...(['a name nobody knows', 'dns'] as const),
      { ...brokerAt('mqtt://broker.example'), machine: { resolve: () => Promise.reject(coded('ENOTFOUND')) } },
      'name-unknown',
    ],
    ['a port of choice', 'ports', { settings: { http: { port: 0 } } }, 'port-any'],
    ['a taken port', 'ports', { machine: { bind: async () => 'EADDRINUSE' } }, 'port-taken'],
    ['a forbidden port', 'ports', { machine: { bind: async () => 'EACCES' } }, 'port-forbidden'],
    ['an address of another machine', 'ports', { machine: { bind: async () => 'EADDRNOTAVAIL' } }, 'port-no-address'],
    ['another trouble with a port', 'ports', { machine: { bind: async () => 'EMFILE' } }, 'port-problem'],
    ['our own collector', 'ports', { running: true, machine: { bind: async () => 'EADDRINUSE' } }, 'port-ours'],
    ['a collector on other ports', 'ports', { running: true }, 'port-not-served'],
    [
      'a collector that hangs',
      'ports',
      { running: true, machine: { bind: async () => 'EADDRINUSE', ...failing('ETIMEDOUT') } },
      'console-silent',
    ],
    [
      ...(['a collector without a broker', 'ports'] as const),
      {
        running: true,
        machine: {
          bind: async () => 'EADDRINUSE',
          ...answering(503, '{"reasons":[{"code":"broker","message":"no broker"}]}'),
        },
      },
      'console-not-ready',
    ],
    ['a console in the clear', 'certificates', { settings: { http: { host: '0.0.0.0' } } }, 'tls-none'],
    ['TLS by the own authority', 'certificates', { settings: { http: { tls: 'own' } } }, 'tls-own'],
    ['a good certificate', 'certificates', { ...https, machine: pair(NOON + 300 * DAY) }, 'certificate-good'],
    [
      'a certificate that ends soon',
      'certificates',
      { ...https, machine: pair(NOON + 3 * DAY) },
      'certificate-ends-soon',
    ],
    ['an expired certificate', 'certificates', { ...https, machine: pair(NOON - DAY) }, 'certificate-expired'],
    [
      'a certificate of the future',
      'certificates',
      { ...https, machine: pair(NOON + 900 * DAY) },
      'certificate-not-yet',
    ],
    [
      'a certificate for another name',
      'certificates',
      { ...https, machine: pair(NOON + 300 * DAY, 'other.example') },
      'certificate-other-name',
    ],
    ['no certificate', 'certificates', https, 'certificate-unreadable'],
    [
      ...(['the key of another certificate', 'certificates'] as const),
      {
        ...https,
        machine: {
          read: (p: string) => selfSigned('noc.example', NOON + 300 * DAY)[p.endsWith('.crt') ? 'cert' : 'key'],
        },
      },
      'certificate-other-key',
    ],
    ['no authority yet', 'authority', { machine: stat(null) }, 'authority-none'],
    ['an authority without its key', 'authority', { authority: { problem: 'the key is missing' } }, 'authority-closed'],
    [
      'an authority near its end',
      'authority',
      { authority: { ca: selfSigned('a', NOON + 100 * DAY).cert } },
      'authority-ends-soon',
    ],
    [
      'an authority at its end',
      'authority',
      { authority: { ca: selfSigned('a', NOON - DAY).cert } },
      'authority-ended',
    ],
    [
      ...(['a certificate of another in front of us', 'authority'] as const),
      { running: true, settings: { http: { tls: 'own' } }, machine: shown('SELF_SIGNED_CERT_IN_CHAIN') },
      'own-server-not-trusted',
    ],
    [
      ...(['no revocation list', 'authority'] as const),
      {
        ...brokerAt('mqtts://b', { crlFile: '/etc/crl.pem' }),
        machine: { stat: (path) => (path === '/etc/crl.pem' ? null : fakeMachine().stat(path)) },
      },
      'crl-missing',
    ],
    [
      'an old revocation list',
      'authority',
      { ...brokerAt('mqtts://b', { crlFile: '/etc/crl.pem' }), machine: stat({ changedAt: 0 }) },
      'crl-old',
    ],
    ['a fresh revocation list', 'authority', brokerAt('mqtts://b', { crlFile: '/etc/crl.pem' }), 'crl-good'],
    ['a broker in the clear', 'broker', brokerAt('mqtt://b'), 'broker-plain'],
    ['a good broker', 'broker', { ...brokerAt('mqtts://b'), machine: shown(null) }, 'broker-good'],
    [
      'no broker',
      'broker',
      { ...brokerAt('mqtt://b'), machine: { reach: async () => ({ ok: false, code: 'ECONNREFUSED' }) } },
      'broker-unreachable',
    ],
    [
      'a broker of a wrong authority',
      'broker',
      { ...brokerAt('mqtts://b'), machine: shown('SELF_SIGNED_CERT_IN_CHAIN') },
      'broker-not-trusted',
    ],
    [
      'a broker whose certificate ends',
      'broker',
      { ...brokerAt('mqtts://b'), machine: shown(null, NOON + DAY) },
      'server-certificate-ends-soon',
    ],
    [
      'a wrong password',
      'broker',
      { ...brokerAt('mqtt://b'), broker: { ok: false, step: 'sign-in', problem: 'no' } },
      'broker-refuses',
    ],
    [
      'no right to hear',
      'broker',
      { ...brokerAt('mqtt://b'), broker: { ok: false, step: 'subscribe', problem: 'no' } },
      'broker-no-subscription',
    ],
    [
      'no right to speak',
      'broker',
      { ...brokerAt('mqtt://b'), broker: { ok: false, step: 'publish', problem: 'no' } },
      'broker-no-publish',
    ],
    [
      'nothing comes back',
      'broker',
      { ...brokerAt('mqtt://b'), broker: { ok: false, step: 'receive', problem: 'no' } },
      'broker-no-receive',
    ],
    ['a good Influx', 'influx', { ...influxAt, machine: answering(200, '{"results":[]}') }, 'influx-good'],
    ['no Influx', 'influx', { ...influxAt, machine: failing('ECONNREFUSED') }, 'influx-unreachable'],
    ['a wrong token', 'influx', { ...influxAt, machine: answering(401) }, 'influx-refuses'],
    ['no bucket', 'influx', { ...influxAt, machine: answering(404) }, 'influx-no-bucket'],
    [
      'no database of 1.8',
      'influx',
      { ...influxAt, machine: answering(200, '{"results":[{"error":"database not found: outrider"}]}') },
      'influx-no-bucket',
    ],
    ['a sick Influx', 'influx', { ...influxAt, machine: answering(503) }, 'influx-unwell'],
    ['a good channel', 'channels', hook('https://hooks.example/a'), 'channel-good'],
    [
      'a silent channel',
      'channels',
      { ...hook('http://hooks.example'), machine: { reach: async () => ({ ok: false, code: 'ETIMEDOUT' }) } },
      'channel-unreachable',
    ],
    [
      'a channel with a wrong certificate',
      'channels',
      { ...hook('https://hooks.example'), machine: shown('CERT_HAS_EXPIRED') },
      'channel-not-trusted',
    ],
    ['no data of this year', 'holidays', { machine: { now: () => Date.UTC(2050, 5, 1) } }, 'holidays-missing'],
    [
      'none of the next in November',
      'holidays',
      { machine: { now: () => Date.UTC(2026, 10, 3) } },
      'holidays-next-missing',
    ],
    ['none of the next in spring', 'holidays', {}, 'holidays-this-year'],
    ['both years', 'holidays', { machine: { now: () => Date.UTC(2025, 5, 3) } }, 'holidays-good'],
  ])('sees %s', async (_what, check, parts, id) => {
    const findings = await found(check, parts)
    expect(findings.map((f) => f.id)).toContain(id)
    expect(findings.flatMap((finding) => toldBadly(finding, COLLECTOR_WORDS))).toEqual([])
  })

  it('is not held up by a network that never answers', async () => {
    const silent = (_: unknown, signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(coded('ABORT_ERR'))))
    const context = contextOf({ ...influxAt, machine: { get: (_url, options, signal) => silent(options, signal) } })
    const check = COLLECTOR_CHECKS.find((c) => c.name === 'influx')
    const [result] = await runChecks([{ ...(check as (typeof COLLECTOR_CHECKS)[number]), deadlineMs: 50 }], context)
    expect(result?.findings[0]?.id).toBe('check-timed-out')
  })

  it('has nothing to say about a broker and Influx that are not used', async () => {
    expect(await ids('broker')).toEqual(['broker-embedded'])
    expect(await ids('influx')).toEqual(['influx-none'])
    expect(await ids('channels')).toEqual(['channels-none'])
  })

  it('names what holds a port', async () => {
    const machine = { bind: async () => 'EADDRINUSE', holder: () => ({ pid: 12, name: 'nginx' }) }
    const [first] = await found('ports', { machine })
    expect(first && tell(first, COLLECTOR_WORDS, 'en').text).toContain('nginx (12)')
  })
})

describe('its words', () => {
  it('are complete in both languages', () => expect(wordProblems(COLLECTOR_WORDS)).toEqual([]))
  it('are all in use', () => {
    const folders = [join(import.meta.dirname, 'checks'), join(import.meta.dirname, '..', 'commands')]
    const text = folders.flatMap((dir) => readdirSync(dir).map((f) => readFileSync(join(dir, f), 'utf8'))).join('\n')
    expect(Object.keys(COLLECTOR_WORDS).filter((id) => !text.includes(`'${id}'`))).toEqual([])
  })
})
