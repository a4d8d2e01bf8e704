import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createPage } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EnrolmentAsk } from '#shared/http/enrolment.ts'
import { seal } from '#shared/seal/seal.ts'
import { systemClock } from '#shared/time/clock.ts'
import { type FakeCollector, type FakeCollectorOptions, startFakeCollector } from '#test/support/fake-collector.ts'
import { createTestAuthority } from '#test/support/test-authority.ts'
import { isPair } from '../identity/certificate.ts'
import { openerOf, readIdentity } from '../identity/identity.ts'
import { createOutbox } from '../outbox/outbox.ts'
import { type EnrolCommand, enrol } from './enrol.ts'
import { status } from './status.ts'

const DAY = 86_400_000
let dir: string
let data: string
let fake: FakeCollector
let lines: string[]

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'enrol-'))
  data = join(dir, 'data')
  lines = []
})
afterEach(async () => {
  vi.restoreAllMocks()
  await fake?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const start = async (options?: FakeCollectorOptions) => {
  fake = await startFakeCollector(options)
}
const run = (options: EnrolCommand = {}, url = fake.url()) =>
  enrol(url, {
    ...{ token: fake.token, data, lang: 'en', sleep: () => Promise.resolve(), out: (line) => lines.push(line) },
    ...options,
  })
const said = () => lines.join('\n')
const identity = () => {
  const read = readIdentity(data)
  if (read.kind !== 'good') throw new Error(JSON.stringify(read))
  return read.identity
}
const everythingOnDisk = () =>
  readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

describe('enrol', () => {
  it('makes an identity from a token: files for this user alone, the token nowhere', async () => {
    await start()
    expect(await run({ name: 'router-room' })).toBe(0)
    const made = identity()
    expect(made).toMatchObject({ agent: 'acme-hq-agent', brokerUrl: 'mqtts://127.0.0.1:8883', ca: fake.authority.ca })
    expect(isPair(made.pair.key, made.pair.certificate)).toBe(true)
    const [ask] = fake.asks
    expect(ask).toMatchObject({ host: 'router-room', token: fake.token })
    expect(openerOf(made)(seal(ask?.sealingKey ?? '', 'community', 'test'), 'test')).toBe('community')
    expect(statSync(join(data, 'identity')).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(join(data, 'identity')))
      expect(statSync(join(data, 'identity', name)).mode & 0o777, name).toBe(0o600)
    expect(readdirSync(data)).toEqual(['identity'])
    expect(everythingOnDisk()).not.toContain('s'.repeat(28))
    expect(said()).toMatch(
      /Enrolled as acme-hq-agent for site Acme HQ \(acme-hq\)[\s\S]*fingerprint {2}([0-9a-f]{2}:){31}/,
    )
    expect(said()).toContain(`outrider-agent run --data ${data}`)
  })

  it('waits for a person, shows the fingerprint once, and goes on after Ctrl-C without another use', async () => {
    await start()
    let ask: EnrolmentAsk | undefined
    let approved = false
    fake.onAsk = (_, response, body) => {
      ask = EnrolmentAsk.parse(JSON.parse(body))
      fake.asks.push(ask)
      const retrySeconds = 5
      fake.answer(response, 202, {
        state: 'waiting',
        id: 'request-1',
        pickup: 'p'.repeat(32),
        fingerprint: 'x',
        retrySeconds,
      })
    }
    fake.onPickup = async (request, response, body) => {
      fake.pickups.push(`${request.url} ${body}`)
      if (fake.pickups.length === 2) response.writeHead(502).end('bad gateway')
      else if (approved) fake.answer(response, 200, await fake.grant(ask as EnrolmentAsk))
      else
        fake.answer(response, 202, {
          state: 'waiting',
          id: 'request-1',
          pickup: 'p'.repeat(32),
          fingerprint: 'x',
          retrySeconds: 5,
        })
    }
    const pauses: number[] = []
    const ctrlC = async (ms: number) => {
      pauses.push(ms)
      if (pauses.length === 5) throw new Error('interrupted')
    }
    expect(await run({ sleep: ctrlC })).toBe(6)
    expect(pauses).toEqual([5000, 5000, 10_000, 5000, 5000])
    expect(said().match(/Waiting for approval/g)).toHaveLength(2)
    expect(said()).toMatch(/does not answer now \(HTTP 502/)
    expect(existsSync(join(data, 'identity'))).toBe(false)
    expect(everythingOnDisk()).not.toContain('s'.repeat(28))
    approved = true
    lines = []
    expect(await run()).toBe(0)
    expect(fake.asks).toHaveLength(1)
    expect(said()).toMatch(/^Going on with the request/)
    expect(identity().agent).toBe('acme-hq-agent')
  })

  it('says now and then that it still waits', async () => {
    await start()
    let ask: EnrolmentAsk | undefined
    const waiting = { state: 'waiting', id: 'request-1', pickup: 'p'.repeat(32), fingerprint: 'x', retrySeconds: 10 }
    fake.onAsk = (_, response, body) => {
      ask = EnrolmentAsk.parse(JSON.parse(body))
      fake.answer(response, 202, waiting)
    }
    let passed = 0
    const now = () => Date.now() + passed
    fake.onPickup = async (_, response) => {
      fake.date = now()
      if (passed < 700_000) fake.answer(response, 200, waiting)
      else fake.answer(response, 200, await fake.grant(ask as EnrolmentAsk))
    }
    const sleep = async (ms: number) => {
      passed += ms
    }
    expect(await run({ now, sleep })).toBe(0)
    expect(lines.filter((line) => line.startsWith('Still'))).toEqual([
      'Still waiting for approval (5 min).',
      'Still waiting for approval (10 min).',
    ])
    expect(said().match(/Waiting for approval/g)).toHaveLength(1)
  })

  it('takes a collector behind a proxy that the system trusts, and of its authorities only the pinned one', async () => {
    const authority = await createTestAuthority('pinned')
    const proxy = await createTestAuthority('known everywhere')
    const held = await proxy.issueServer(['127.0.0.1'], Date.now())
    await start({ authority, held })
    expect(await run()).toBe(5)
    const usual = getCACertificates('default')
    setDefaultCACertificates([...usual, proxy.ca])
    try {
      fake.onAsk = async (_, response, body) => {
        const grant = await fake.grant(EnrolmentAsk.parse(JSON.parse(body)))
        fake.answer(response, 201, { ...grant, ca: `${grant.ca}${proxy.ca}` })
      }
      expect(await run()).toBe(0)
    } finally {
      setDefaultCACertificates(usual)
    }
    expect(identity().ca).toBe(authority.ca)
  })

  it('asks again on the same key when the answer was lost', async () => {
    await start()
    const grantAsUsual = fake.onAsk
    fake.onAsk = (request, _, body) => {
      fake.asks.push(JSON.parse(body))
      request.socket.destroy()
    }
    expect(await run()).toBe(4)
    fake.onAsk = grantAsUsual
    expect(await run()).toBe(0)
    const keys = fake.asks.map((ask) => ask.sealingKey)
    expect(keys[1]).toBe(keys[0])
  })

  it.each([
    ['unknown', 'does not know this token'],
    ['expired', 'has expired'],
    ['used', 'has been used'],
    ['revoked', 'was revoked'],
  ])('tells of a token that is %s', async (why, text) => {
    await start()
    const error = { code: 'forbidden', message: 'no', details: [{ path: 'token', message: why }] }
    fake.onAsk = (_, response) => fake.answer(response, 403, { error })
    expect(await run()).toBe(3)
    expect(said()).toContain(text)
    expect(readdirSync(data)).toEqual([])
  })

  it('says it in Chinese', async () => {
    await start()
    fake.onAsk = (_, response) =>
      fake.answer(response, 403, {
        error: { code: 'forbidden', message: 'no', details: [{ path: 'token', message: 'used' }] },
      })
    expect(await run({ lang: 'zh-CN' })).toBe(3)
    expect(said()).toBe('令牌已被使用：请向操作员索取新令牌。')
  })

  it('refuses half a token, a foreign scheme and plain HTTP to another machine without asking anybody', async () => {
    await start()
    expect(await run({ token: 'ot1.short' })).toBe(3)
    expect(await run({}, 'ftp://127.0.0.1/')).toBe(2)
    expect(await run({}, 'http://192.0.2.1:8080')).toBe(5)
    expect(said()).toContain('http:// is for addresses of this machine only')
    expect(fake.paths).toEqual([])
  })

  it('takes plain HTTP on this machine, and still only the pinned authority', async () => {
    await start({ plain: true })
    expect(await run()).toBe(0)
    rmSync(data, { recursive: true })
    const other = await createTestAuthority()
    fake.onAsk = async (_, response, body) => {
      const grant = await fake.grant(EnrolmentAsk.parse(JSON.parse(body)))
      fake.answer(response, 201, { ...grant, ca: other.ca })
    }
    expect(await run()).toBe(5)
    expect(said()).toContain('its authority is not the one of the token')
    expect(existsSync(join(data, 'identity'))).toBe(false)
  })

  it('sends nothing to a server with another authority, or a self-signed one', async () => {
    const other = await createTestAuthority()
    const imposter = await other.issueServer(['127.0.0.1'], Date.now())
    for (const certificate of [`${imposter.certificate}${other.ca}`, imposter.certificate]) {
      await start({ held: { certificate, key: imposter.key } })
      expect(await run()).toBe(5)
      expect(said()).toContain('This is not the collector the token was made for')
      expect(fake.paths).toEqual([])
      await fake.stop()
      lines = []
    }
  })

  it('refuses the right authority for another name, or with an expired certificate', async () => {
    const authority = await createTestAuthority()
    const elsewhere = await authority.issueServer(['elsewhere.example'], Date.now())
    await start({ authority, held: { certificate: `${elsewhere.certificate}${authority.ca}`, key: elsewhere.key } })
    expect(await run()).toBe(5)
    expect(said()).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
    await fake.stop()
    const old = await authority.odd({
      commonName: '127.0.0.1',
      usage: 'server',
      notBefore: Date.now() - 9 * DAY,
      notAfter: Date.now() - DAY,
    })
    await start({ authority, held: { certificate: `${old.certificate}${authority.ca}`, key: old.key } })
    expect(await run()).toBe(5)
    expect(said()).toContain('CERT_HAS_EXPIRED')
    expect(fake.paths).toEqual(['GET /healthz'])
  })

  it('tells of a clock that is a year off before the token is used', async () => {
    await start()
    const now = () => Date.now() - 365 * DAY
    expect(await run({ now })).toBe(8)
    expect(said()).toContain(`It says ${new Date(now()).toISOString().slice(0, 10)}`)
    expect(said()).toContain(`the collector says ${new Date().toISOString().slice(0, 10)}`)
    expect(fake.asks).toEqual([])
    expect(await run()).toBe(0)
  })

  it('tells of that clock too when TLS fails for it', async () => {
    const authority = await createTestAuthority()
    const ahead = Date.now() + 365 * DAY
    const future = { commonName: '127.0.0.1', usage: 'server', notBefore: ahead - DAY, notAfter: ahead + DAY } as const
    const held = await authority.odd(future)
    await start({ authority, held: { certificate: `${held.certificate}${authority.ca}`, key: held.key } })
    fake.date = ahead
    expect(await run()).toBe(8)
    expect(said()).toContain(`the collector says ${new Date(ahead).toISOString().slice(0, 10)}`)
    expect(fake.asks).toEqual([])
  })

  it('takes no certificate on another key, of another name, or for the past', async () => {
    await start()
    const grants: ((ask: EnrolmentAsk) => Promise<object>)[] = [
      async (ask) => ({
        ...(await fake.grant(ask)),
        certificate: (await fake.authority.issueClient('acme-hq-agent', 0)).certificate,
      }),
      async (ask) => ({ ...(await fake.grant(ask)), agent: 'another-agent' }),
      async (ask) => ({ ...(await fake.grant(ask)), brokerUrl: 'mqtt://127.0.0.1:1883' }),
      async (ask) => ({ ...(await fake.grant(ask)), commandKey: 'c2VjcmV0' }),
      async (ask) => ({ ...(await fake.grant(ask)), certificate: 'garbage' }),
    ]
    for (const grant of grants) {
      fake.onAsk = async (_, response, body) =>
        fake.answer(response, 201, await grant(EnrolmentAsk.parse(JSON.parse(body))))
      expect(await run()).toBe(5)
    }
    expect(lines.flatMap((line) => /trusted: (.*)\. Nothing/.exec(line)?.[1] ?? [])).toEqual([
      'other-key',
      'other-name',
      'its broker is not reached over TLS: mqtt://127.0.0.1:1883',
      'its command key cannot be read',
      'unreadable',
    ])
    expect(existsSync(join(data, 'identity'))).toBe(false)
  })

  it('ends in words for garbage, a huge answer, 5xx and a wrong page', async () => {
    await start()
    const answers: [number, string, number, RegExp][] = [
      [200, '<html>', 4, /not an Outrider collector: HTTP 200, not JSON/],
      [200, '{"state":"odd"}', 4, /not an Outrider collector/],
      [200, 'x'.repeat(300_000), 4, /not an Outrider collector: TOO_LARGE/],
      [503, 'down', 4, /cannot do it now: HTTP 503/],
      [
        429,
        '{"error":{"code":"too-many-requests","message":"slow\\u001b[2J down"}}',
        4,
        /cannot do it now: slow \[2J down/,
      ],
      [403, '{"error":{"code":"forbidden","message":"not here","action":"use TLS"}}', 4, /not here \(use TLS\)/],
      [409, '{"error":{"code":"conflict","message":"a used key"}}', 4, /did not take the request: a used key/],
      [404, '{"error":{"code":"not-found","message":"no such page"}}', 4, /not an Outrider collector: no such page/],
    ]
    for (const [status, body, code, text] of answers) {
      lines = []
      fake.onAsk = (_, response) => void response.writeHead(status).end(body)
      expect(await run(), body.slice(0, 40)).toBe(code)
      expect(said()).toMatch(text)
    }
  })

  it('tells when a person said no, and begins anew with the next token', async () => {
    await start()
    const usual = fake.onAsk
    fake.onAsk = (_, response, body) => {
      fake.asks.push(JSON.parse(body))
      fake.answer(response, 201, { state: 'rejected', reason: 'not our machine' })
    }
    expect(await run()).toBe(7)
    expect(said()).toContain('not approved: not our machine')
    expect(readdirSync(data)).toEqual([])
    fake.onAsk = usual
    expect(await run()).toBe(0)
    expect(fake.asks[1]?.sealingKey).not.toBe(fake.asks[0]?.sealingKey)
  })

  it('keeps an identity unless told to replace it', async () => {
    await start()
    expect(await run()).toBe(0)
    const before = identity()
    expect(await run()).toBe(2)
    expect(said()).toContain('has the identity of acme-hq-agent already')
    expect(identity()).toEqual(before)
    fake.onAsk = async (_, response, body) =>
      fake.answer(response, 201, await fake.grant(EnrolmentAsk.parse(JSON.parse(body)), { agent: 'acme-hq-agent-2' }))
    expect(await run({ replace: true })).toBe(0)
    expect(identity().agent).toBe('acme-hq-agent-2')
  })

  it('goes on without the token, and cannot begin without it', async () => {
    await start()
    const { token, ...without } = { token: undefined, data, lang: 'en', out: (line: string) => void lines.push(line) }
    expect(await enrol(fake.url(), without)).toBe(2)
    expect(said()).toContain('Give --token TOKEN')
    expect(token).toBeUndefined()
    let ask: EnrolmentAsk | undefined
    fake.onAsk = (_, response, body) => {
      ask = EnrolmentAsk.parse(JSON.parse(body))
      fake.answer(response, 202, {
        state: 'waiting',
        id: 'r',
        pickup: 'p'.repeat(32),
        fingerprint: 'x',
        retrySeconds: 1,
      })
    }
    const ctrlC = async () => {
      throw new Error('interrupted')
    }
    await run({ sleep: ctrlC })
    fake.onPickup = async (_, response) => fake.answer(response, 200, await fake.grant(ask as EnrolmentAsk))
    expect(await enrol(fake.url(), { ...without, sleep: () => Promise.resolve() })).toBe(0)
  })

  it('takes dataDir from agent.yaml and says where the file contradicts what was granted', async () => {
    await start()
    const file = join(dir, 'agent.yaml')
    const errors: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line))
    writeFileSync(file, 'dataDir: ./site\nbroker: {url: "mqtt://b", password: pw}\nhealth: {port: 0}\n')
    const { data: _, ...options } = { data, config: file, token: fake.token }
    expect(await enrol(fake.url(), { ...options, lang: 'en', out: (line) => void lines.push(line) })).toBe(2)
    expect(readIdentity(join(dir, 'site')).kind).toBe('good')
    expect(errors.map((line) => line.split(': ')[1])).toEqual(['broker.url', 'broker.password'])
    expect(said()).toContain(`${file} contradicts it`)
  })

  it('does not touch the folder of an agent that runs', async () => {
    await start()
    const onFatal = (error: Error) => {
      throw error
    }
    const log = pino({ level: 'silent' })
    const outbox = createOutbox({ dir: join(data, 'outbox'), limits: {}, clock: systemClock(), log, onFatal })
    await outbox.start()
    outbox.eventLine('{"kind":"agent","at":1,"device":null,"code":"t","message":"1"}')
    const { epoch } = outbox.state()
    expect(await run()).toBe(1)
    expect(said()).toContain('The agent is running')
    expect(fake.paths).toEqual([])
    await outbox.stop()
    lines = []
    expect(await run()).toBe(0)
    expect(said()).toMatch(/sent under the new identity \(1 records\)/)
    const after = createOutbox({ dir: join(data, 'outbox'), limits: {}, clock: systemClock(), log, onFatal })
    await after.start()
    expect(after.state().epoch).not.toBe(epoch)
    expect(after.state().lanes.event).toMatchObject({ oldest: 1, newest: 1, acknowledged: 0 })
    await after.stop()
  })

  it('shows the certificate of an agent that does not run, whoever answers on its port', async () => {
    await start()
    const page = createPage((_, response) => response.end('{"agent":"acme-lab-agent"}'))
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve))
    const file = join(dir, 'agent.yaml')
    expect(await run()).toBe(0)
    writeFileSync(file, `health: {port: ${(page.address() as { port: number }).port}}\n`)
    const errors: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line))
    expect(await status({ config: file, data, port: '1' })).toBe(1)
    await new Promise((resolve) => page.close(resolve))
    expect(await status({ config: file, data, port: '1' })).toBe(1)
    const certificate = /certificate until \d{4}-\d\d-\d\d \d\d:\d\d UTC, renewed from/
    const key = /key ([0-9a-f]{2}:){31}/
    expect(errors).toEqual([
      ...[expect.stringMatching(/^Another agent answers .*: acme-lab-agent/), expect.stringMatching(certificate)],
      ...[expect.stringMatching(key), expect.stringMatching(/^No agent answers/)],
      ...[expect.stringMatching(certificate), expect.stringMatching(key)],
    ])
  })

  it('says that a data folder cannot be written before the token is used', async () => {
    await start()
    writeFileSync(data, 'a file')
    expect(await run()).toBe(6)
    expect(fake.paths).toEqual([])
  })
})

describe('a server that says nothing', () => {
  let silent: Server | undefined
  afterEach(() => void silent?.close())

  it('is given up', async () => {
    await start()
    silent = createServer()
    await new Promise<void>((resolve) => silent?.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    expect(await run({ timeoutMs: 300 }, `https://127.0.0.1:${port}`)).toBe(4)
    expect(said()).toContain('does not answer in time')
    fake.onAsk = () => undefined
    expect(await run({ timeoutMs: 300 })).toBe(4)
  })

  it('is told apart from nobody there', async () => {
    await start()
    expect(await run({}, 'https://127.0.0.1:1')).toBe(4)
    expect(said()).toMatch(/cannot be reached at .*ECONNREFUSED/)
  })
})
