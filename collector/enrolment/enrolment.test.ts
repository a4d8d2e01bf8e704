import '#shared/seal/reflect-metadata.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AgentId } from '#shared/domain/identity.ts'
import { ENROLMENT_TOKEN, type EnrolmentAnswer, type EnrolmentGrant } from '#shared/http/enrolment.ts'
import { makeSealingKey } from '#shared/seal/seal.ts'
import { AuthorityUnavailable, createAuthority, type OpenAuthority } from '../authority/authority.ts'
import { masterKeyOf } from '../authority/master-key.ts'
import { createEnrolment, type Deps, type Enrolment, type Result } from './enrolment.ts'
import type { EnrolmentWrite, StoredEnrolment } from './enrolment-store.ts'
import { GRACE_MS, UNSEEN_MS } from './identities.ts'

const log = pino({ level: 'silent' })
const HOUR = 3_600_000
const SEALING_KEY = makeSealingKey().publicKey
const DAY = 24 * HOUR
const START = Date.parse('2026-11-22T09:00:00Z')
const SITE = { id: 'hq', customer: 'acme', name: 'Head office', timeZone: 'Asia/Shanghai' }
const FROM = { remoteAddress: '192.0.2.1', host: 'collector.test' }

let dir: string
let authority: OpenAuthority
/** Making keys takes longer than all the rest; what matters is that they differ. */
let requests: string[]

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-enrolment-'))
  authority = await createAuthority({
    ...{ dir, master: () => masterKeyOf('k'.repeat(32)), agentDays: 30, now: START - DAY, log },
  })
  requests = await Promise.all(Array.from({ length: 120 }, request))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function request(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return (await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm })).toString('pem')
}

/** The room over a store in memory that can fail; `audit` is what was said. */
function room(more: Partial<Deps> = {}) {
  const stored = { tokens: new Map(), requests: new Map(), identities: new Map(), certificates: new Map() }
  const audit: { action: string; subject: string; actor: string }[] = []
  const time = { now: START }
  const disk = { full: false, restoredAt: null as number | null }
  const write = (w: EnrolmentWrite): unknown => {
    if (w.kind === 'token') return stored.tokens.set(w.token.id, w.token)
    if (w.kind === 'request') return stored.requests.set(w.request.id, w.request)
    if (w.kind === 'identity') return stored.identities.set(w.identity.agent, w.identity)
    if (w.kind === 'certificate') return stored.certificates.set(w.certificate.serial, w.certificate)
    if (w.kind === 'forget-token') return stored.tokens.delete(w.id)
    if (w.kind === 'forget-request') return stored.requests.delete(w.id)
    return stored.certificates.delete(w.serial)
  }
  const deps: Deps = {
    authority,
    store: {
      enrolment: () =>
        ({
          ...Object.fromEntries(Object.entries(stored).map(([k, m]) => [k, [...m.values()]])),
          restoredAt: disk.restoredAt,
        }) as unknown as StoredEnrolment,
    },
    async commit(writes, entry) {
      await null
      if (disk.full) throw Object.assign(new Error('the disk is full'), { code: 'unavailable' })
      writes.forEach(write)
      if (entry) audit.push(entry)
    },
    site: (id) => (id === 'hq' || id === 'branch' ? { ...SITE, id } : undefined),
    siteOf: (agent) => (agent === 'agent-of-file' ? 'branch' : undefined),
    brokerUrl: (host) => `mqtts://${host}:8883`,
    commandKey: 'command key',
    seesUse: true,
    certificateMs: 30 * DAY,
    now: () => time.now,
    log,
    ...more,
  }
  const enrolment = createEnrolment(deps)
  enrolment.load()
  const token = async (draft: object = {}) => {
    const wish = { site: 'hq', validMinutes: 60, uses: 1, preApproved: true, note: '', ...draft }
    const made = value(await enrolment.makeToken(wish, 'admin'))
    return { ...made.row, text: made.token }
  }
  const ask = (text: string, csr: string) =>
    enrolment.ask({ token: text, csr, sealingKey: SEALING_KEY, host: 'box', program: 'x', addresses: [] }, FROM)
  /** An agent with its certificate's serial. */
  const enrolled = async (csr: string) => {
    const { answer } = value(await ask((await token()).text, csr))
    const { agent, certificate } = answer as EnrolmentGrant
    const { serial } = enrolment.identity(agent) as { serial: string }
    return { agent, serial, certificate }
  }
  const renew = (agent: string, csr: string) =>
    enrolment.renew(agent, Buffer.from(JSON.stringify({ version: 1, agent, csr })))
  /** As after a restart of the collector. */
  const again = (): Enrolment => {
    const other = createEnrolment(deps)
    other.load()
    return other
  }
  return { enrolment, token, ask, enrolled, renew, again, audit, time, disk, stored }
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.message)
  return result
}
const why = (result: Result<unknown>) => (result.ok ? 'ok' : (result.why ?? result.code))
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('tokens', () => {
  it('has 128 bits or more, is kept as a hash only and looks as agreed', async () => {
    const r = room()
    const { text } = await r.token()
    const [, , secret = ''] = ENROLMENT_TOKEN.exec(text) ?? []
    expect(Math.log2(36) * secret.length).toBeGreaterThan(128)
    expect(JSON.stringify(r.stored.tokens.size > 0 && [...r.stored.tokens.values()])).not.toContain(secret)
    expect(JSON.stringify(r.enrolment.tokens())).not.toContain(secret)
    expect(text.endsWith(authority.pin)).toBe(true)
  })

  it('says why a token does not hold to whoever has it whole, and one thing to all others', async () => {
    const r = room()
    const [csr, other] = requests as [string, string]
    const { text, id } = await r.token()
    const [head, , secret, pin] = text.split('.') as [string, string, string, string]
    const wrong = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`
    expect(why(await r.ask([head, id, wrong, pin].join('.'), csr))).toBe('unknown')
    expect(why(await r.ask([head, 'abcdefghij', secret, pin].join('.'), csr))).toBe('unknown')
    expect(await r.ask([head, id, wrong, pin].join('.'), csr)).toEqual(
      await r.ask([head, 'abcdefghij', secret, pin].join('.'), csr),
    )
    expect(why(await r.ask(text, csr))).toBe('ok')
    expect(why(await r.ask(text, other))).toBe('used')
    const late = await r.token({ validMinutes: 5 })
    r.time.now += 5 * 60_000
    expect(why(await r.ask(late.text, other))).toBe('expired')
    const taken = await r.token()
    await r.enrolment.revokeToken(taken.id, 'admin')
    expect(why(await r.ask(taken.text, other))).toBe('revoked')
    expect(r.enrolment.tokens().map((t) => t.state)).toEqual(['revoked', 'expired', 'used'])
  })

  it('lives no longer because the clock was set back', async () => {
    const r = room()
    const { text } = await r.token()
    r.time.now -= 365 * DAY
    expect(why(await r.ask(text, requests[0] as string))).toBe('expired')
  })

  it('is made for a site there is, and not while nothing can be signed', async () => {
    expect(why(await room().enrolment.makeToken(draft({ site: 'nowhere' }), 'admin'))).toBe('bad-request')
    const broken = room({ authority: { ...authority, problem: 'no key' } })
    expect(why(await broken.enrolment.makeToken(draft(), 'admin'))).toBe('unavailable')
  })

  it('grants exactly as often as it may with 100 requests at once', async () => {
    for (const uses of [1, 7]) {
      const r = room()
      const { text } = await r.token({ uses })
      const results = await Promise.all(requests.slice(0, 100).map((csr) => r.ask(text, csr)))
      expect(results.filter((x) => x.ok)).toHaveLength(uses)
      expect(results.filter((x) => why(x) === 'used')).toHaveLength(100 - uses)
      expect(r.stored.identities.size).toBe(uses)
      expect(r.stored.certificates.size).toBe(uses)
    }
  })

  it('gives one key its one answer again, and takes no second use for it', async () => {
    const r = room()
    const { text } = await r.token({ uses: 2 })
    const [csr] = requests as [string]
    const results = await Promise.all(Array.from({ length: 20 }, () => r.ask(text, csr)))
    const answers = results.map((x) => (value(x).answer as EnrolmentGrant).certificate)
    expect(new Set(answers).size).toBe(1)
    expect(r.enrolment.tokens()[0]?.used).toBe(1)
    // with another token the same key is no new agent
    expect(why(await r.ask((await r.token()).text, csr))).toBe('conflict')
  })

  it('is not used up by a sealing key that nothing can be sealed to', async () => {
    const r = room()
    const { text } = await r.token()
    const ask = { token: text, csr: requests[0] as string, host: 'box', program: 'x', addresses: [] }
    const low = Buffer.alloc(32)
    low[0] = 1
    for (const sealingKey of [
      Buffer.alloc(32).toString('base64'),
      low.toString('base64'),
      'A'.repeat(44),
      '?'.repeat(44),
    ])
      expect(why(await r.enrolment.ask({ ...ask, sealingKey }, FROM))).toBe('bad-request')
    expect(r.enrolment.tokens()).toMatchObject([{ used: 0 }])
    expect(why(await r.enrolment.ask({ ...ask, sealingKey: SEALING_KEY }, FROM))).toBe('ok')
  })

  it('costs no use when nothing could be written or signed', async () => {
    const r = room()
    const { text } = await r.token()
    r.disk.full = true
    await expect(r.ask(text, requests[0] as string)).rejects.toThrow('full')
    r.disk.full = false
    expect(r.enrolment.tokens()[0]).toMatchObject({ used: 0, state: 'open' })
    expect(why(await r.ask(text, requests[0] as string))).toBe('ok')
    const issueAgent = () => Promise.reject(new AuthorityUnavailable('no key'))
    const broken = room({ authority: { ...authority, issueAgent } })
    const waiting = await broken.token()
    await expect(broken.ask(waiting.text, requests[0] as string)).rejects.toThrow(AuthorityUnavailable)
    expect(broken.enrolment.tokens()[0]?.used).toBe(0)
  })

  it('property: whatever happens in whatever order, a token grants no more than its uses, and never when it does not hold', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), key: fc.nat(9) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40 * 60_000 }) }),
      fc.record({ do: fc.constant('revoke' as const) }),
      fc.record({ do: fc.constant('restart' as const) }),
      fc.record({ do: fc.constant('decide' as const), approve: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (steps, uses, preApproved) => {
          const r = room()
          let { enrolment } = r
          const { text, id } = await r.token({ uses, preApproved, validMinutes: 60 })
          const keys = new Set<number>()
          let isRevoked = false
          for (const s of steps) {
            if (s.do === 'wait') r.time.now += s.ms
            else if (s.do === 'restart') enrolment = r.again()
            else if (s.do === 'revoke') {
              isRevoked = true
              await enrolment.revokeToken(id, 'admin')
            } else if (s.do === 'decide') {
              const waiting = enrolment.requests().find((x) => x.state === 'waiting')
              const decision = s.approve
                ? { decision: 'approve' as const }
                : { decision: 'reject' as const, reason: 'no' }
              if (waiting) value(await enrolment.decide(waiting.id, decision, 'admin'))
            } else {
              const ask = { token: text, sealingKey: SEALING_KEY, host: 'box', program: 'x', addresses: [] }
              const result = await enrolment.ask({ ...ask, csr: requests[s.key] as string }, FROM)
              const holds = !isRevoked && r.time.now < START + HOUR
              if (result.ok) {
                keys.add(s.key)
                expect(holds).toBe(true)
              } else expect(holds && keys.size < uses).toBe(false)
            }
            expect(keys.size).toBeLessThanOrEqual(uses)
            expect(enrolment.tokens()[0]?.used).toBe(keys.size)
            expect(enrolment.agents().length).toBeLessThanOrEqual(keys.size)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('requests', () => {
  it('are decided once, and picked up only with their secret', async () => {
    const r = room()
    const { text } = await r.token({ preApproved: false })
    const waiting = value(await r.ask(text, requests[0] as string)).answer as Extract<
      EnrolmentAnswer,
      { state: 'waiting' }
    >
    expect(await r.enrolment.pickup(waiting.id, 'x'.repeat(32), FROM)).toEqual(
      await r.enrolment.pickup('no-such-request', 'x'.repeat(32), FROM),
    )
    const decided = await Promise.all(
      Array.from({ length: 10 }, () => r.enrolment.decide(waiting.id, { decision: 'approve' }, 'admin')),
    )
    expect(decided.map(why).sort()).toEqual([...Array(9).fill('conflict'), 'ok'])
    expect(r.stored.certificates.size).toBe(1)
    const picked = value(await r.again().pickup(waiting.id, waiting.pickup, FROM)).answer
    expect(picked).toMatchObject({
      state: 'granted',
      brokerUrl: 'mqtts://collector.test:8883',
      commandKey: 'command key',
    })
    expect(r.audit.map((e) => e.action)).toEqual(['create-enrolment-token', 'ask-enrolment', 'grant-enrolment'])
  })

  it('that were rejected, whose token was revoked or that nobody decided say so', async () => {
    const r = room()
    const { text, id } = await r.token({ preApproved: false, uses: 3 })
    const asked = []
    for (const csr of requests.slice(0, 3))
      asked.push(value(await r.ask(text, csr)).answer as Extract<EnrolmentAnswer, { state: 'waiting' }>)
    const [first, second, third] = asked as [(typeof asked)[0], (typeof asked)[0], (typeof asked)[0]]
    await r.enrolment.decide(first.id, { decision: 'reject', reason: 'wrong box' }, 'admin')
    const answerOf = async (x: typeof first) => value(await r.enrolment.pickup(x.id, x.pickup, FROM)).answer
    expect(await answerOf(first)).toEqual({ state: 'rejected', reason: 'wrong box' })
    r.time.now += 25 * HOUR
    await r.enrolment.sweep()
    expect(await answerOf(second)).toMatchObject({ state: 'rejected', reason: expect.stringMatching(/in time/) })
    expect(r.enrolment.requests().map((x) => x.state)).toEqual(['expired', 'expired', 'rejected'])
    await r.enrolment.revokeToken(id, 'admin')
    expect(await answerOf(third)).toMatchObject({ state: 'rejected' })
    r.time.now += 40 * DAY
    await r.enrolment.sweep()
    expect(r.enrolment.requests()).toEqual([])
    expect(r.enrolment.tokens()).toEqual([])
  })

  it('with a revoked token are rejected while they wait', async () => {
    const r = room()
    const { text, id } = await r.token({ preApproved: false })
    const waiting = value(await r.ask(text, requests[0] as string)).answer as Extract<
      EnrolmentAnswer,
      { state: 'waiting' }
    >
    await r.enrolment.revokeToken(id, 'admin')
    expect(why(await r.enrolment.decide(waiting.id, { decision: 'approve' }, 'admin'))).toBe('conflict')
  })

  it('show nothing that hides or turns round what stands beside it', async () => {
    const r = room()
    const { text } = await r.token({ preApproved: false })
    const ask = { token: text, csr: requests[0] as string, sealingKey: SEALING_KEY, program: 'x\u0000y' }
    value(await r.enrolment.ask({ ...ask, host: 'gate\u202eway\n\u001b[31m', addresses: ['10.0.0.1\r\n'] }, FROM))
    expect(r.enrolment.requests()[0]).toMatchObject({ host: 'gate way [31m', program: 'x y', addresses: ['10.0.0.1'] })
  })

  it('may replace an agent of the same site, whose certificates end then', async () => {
    const r = room()
    const old = await r.enrolled(requests[0] as string)
    const cut: string[] = []
    r.enrolment.onCut((agent) => cut.push(agent))
    const { text } = await r.token({ preApproved: false, uses: 2 })
    const first = value(await r.ask(text, requests[1] as string)).answer as Extract<
      EnrolmentAnswer,
      { state: 'waiting' }
    >
    expect(why(await r.enrolment.decide(first.id, { decision: 'approve', agent: 'agent-of-file' }, 'admin'))).toBe(
      'conflict',
    )
    value(await r.enrolment.decide(first.id, { decision: 'approve', agent: old.agent }, 'admin'))
    expect(r.enrolment.isAdmitted(old.agent, old.serial)).toBe(false)
    const { serial } = r.enrolment.identity(old.agent) as { serial: string }
    expect(serial).not.toBe(old.serial)
    expect(r.enrolment.isAdmitted(old.agent, serial)).toBe(true)
    expect(r.enrolment.revokedSerials().map((x) => x.serial)).toEqual([old.serial])
    expect(cut).toEqual([old.agent])
  })

  it('may take over an agent of the file, whose password connection ends then', async () => {
    const r = room()
    const cut: string[] = []
    r.enrolment.onCut((agent) => cut.push(agent))
    const { text } = await r.token({ site: 'branch', preApproved: false })
    const { answer } = value(await r.ask(text, requests[1] as string))
    const { id } = answer as Extract<EnrolmentAnswer, { state: 'waiting' }>
    value(await r.enrolment.decide(id, { decision: 'approve', agent: 'agent-of-file' }, 'admin'))
    expect(r.enrolment.identity('agent-of-file')).toMatchObject({ state: 'active' })
    expect(cut).toEqual(['agent-of-file'])
  })

  it('make ids of the site that are agent ids, however long or short the site is called', async () => {
    for (const id of ['a', 'a'.repeat(63), `${'b'.repeat(56)}-x`]) {
      const r = room({ site: () => ({ ...SITE, id }) })
      const { text } = await r.token({ site: id })
      const { agent } = value(await r.ask(text, requests[0] as string)).answer as EnrolmentGrant
      expect(AgentId.safeParse(agent).success).toBe(true)
      expect(agent.startsWith(`${id.slice(0, 57)}-`)).toBe(true)
    }
  })
})

describe('identities', () => {
  it('are admitted by their own certificates only, also after a restart', async () => {
    const r = room()
    const a = await r.enrolled(requests[0] as string)
    const b = await r.enrolled(requests[1] as string)
    for (const enrolment of [r.enrolment, r.again()]) {
      expect(enrolment.isAdmitted(a.agent, a.serial)).toBe(true)
      expect(enrolment.isAdmitted(a.agent, b.serial)).toBe(false)
      expect(enrolment.isAdmitted(b.agent, a.serial)).toBe(false)
      expect(enrolment.isAdmitted(a.agent, 'AA')).toBe(false)
      expect(enrolment.isAdmitted('nobody-there', a.serial)).toBe(false)
    }
    r.time.now += 31 * DAY
    expect(r.enrolment.isAdmitted(a.agent, a.serial)).toBe(false)
  })

  it('are renewed on a new key; the old one holds until the new one has been used for a while', async () => {
    const r = room()
    const { agent, serial } = await r.enrolled(requests[0] as string)
    r.enrolment.isAdmitted(agent, serial)
    r.time.now += 20 * DAY
    const renewed = await r.renew(agent, requests[1] as string)
    expect(renewed).toMatchObject({ kind: 'certificate', ca: authority.ca })
    const next = (r.enrolment.identity(agent) as { serial: string }).serial
    expect(next).not.toBe(serial)
    r.time.now += 2 * DAY
    await r.enrolment.sweep()
    // it never came to the agent, perhaps
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(true)
    expect(r.enrolment.isAdmitted(agent, next)).toBe(true)
    await settled()
    await r.enrolment.sweep()
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(true)
    r.time.now += GRACE_MS
    let lists = 0
    r.enrolment.onList(() => lists++)
    await r.enrolment.sweep()
    expect(lists).toBe(1)
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(false)
    expect(r.enrolment.isAdmitted(agent, next)).toBe(true)
    expect(r.enrolment.revokedSerials().map((x) => x.serial)).toEqual([serial])
    // its end takes it off the list
    r.time.now += 9 * DAY
    expect(r.enrolment.revokedSerials()).toEqual([])
    r.time.now += 8 * DAY
    await r.enrolment.sweep()
    expect([...r.stored.certificates.keys()]).toEqual([next])
  })

  it('keep the old certificate for a day where nobody tells which one is used', async () => {
    const r = room({ seesUse: false })
    const { agent, serial } = await r.enrolled(requests[0] as string)
    await r.renew(agent, requests[1] as string)
    r.time.now += UNSEEN_MS
    await r.enrolment.sweep()
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(true)
    r.time.now += GRACE_MS
    await r.enrolment.sweep()
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(false)
  })

  it('get one certificate for one key, however often it is asked for', async () => {
    const r = room()
    const { agent, certificate } = await r.enrolled(requests[0] as string)
    const answers = await Promise.all(Array.from({ length: 10 }, () => r.renew(agent, requests[1] as string)))
    expect(new Set(answers.map((a) => JSON.stringify(a))).size).toBe(1)
    expect(await r.renew(agent, requests[0] as string)).toMatchObject({ kind: 'certificate', certificate })
    expect(r.stored.certificates.size).toBe(2)
    expect(r.audit.filter((e) => e.action === 'renew-certificate')).toHaveLength(1)
  })

  it('are not renewed for another agent’s key, beyond measure, when they do not hold, or by noise', async () => {
    const r = room()
    const { agent } = await r.enrolled(requests[0] as string)
    const other = await r.enrolled(requests[1] as string)
    const refused = (x: unknown) => expect(x).toMatchObject({ kind: 'refused' })
    refused(await r.renew(agent, requests[1] as string))
    refused(await r.renew('nobody-there', requests[2] as string))
    refused(await r.renew(agent, (requests[2] as string).slice(0, 200)))
    for (const noise of ['', 'null', '{', '[]', '{"version":1}', 'x'.repeat(40_000)])
      expect(await r.enrolment.renew(agent, Buffer.from(noise))).toBeUndefined()
    // somebody else's name inside
    const forged = { version: 1, agent: other.agent, csr: requests[3] }
    expect(await r.enrolment.renew(agent, Buffer.from(JSON.stringify(forged)))).toBeUndefined()
    const many = []
    for (const csr of requests.slice(10, 20)) many.push(await r.renew(agent, csr))
    expect(many.filter((x) => x?.kind === 'certificate')).toHaveLength(4)
    for (const csr of requests.slice(40, 60)) {
      r.time.now += HOUR / 2
      many.push(await r.renew(agent, csr))
    }
    expect(many.filter((x) => x?.kind === 'certificate')).toHaveLength(11)
    value(await r.enrolment.revoke(other.agent, 'stolen', 'admin'))
    refused(await r.renew(other.agent, requests[20] as string))
    const broken = room({
      authority: { ...authority, issueAgent: () => Promise.reject(new AuthorityUnavailable('no key')) },
    })
    broken.stored.identities.set(agent, r.stored.identities.get(agent))
    expect(await createAndRenew(broken, agent)).toMatchObject({
      kind: 'refused',
      reason: expect.stringMatching(/no key/),
    })
  })

  it('are renewed later when the disk is full now', async () => {
    const r = room()
    const { agent, serial } = await r.enrolled(requests[0] as string)
    r.disk.full = true
    expect(await r.renew(agent, requests[1] as string)).toMatchObject({ kind: 'refused' })
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(true)
    r.disk.full = false
    expect(await r.renew(agent, requests[1] as string)).toMatchObject({ kind: 'certificate' })
    // nothing is half done after a revocation that could not be written either
    r.disk.full = true
    await expect(r.enrolment.revoke(agent, 'stolen', 'admin')).rejects.toThrow('full')
    r.disk.full = false
    expect(r.enrolment.identity(agent)?.state).toBe('active')
    value(await r.enrolment.revoke(agent, 'stolen', 'admin'))
  })

  it('keep the certificates they got after a backup was made that is in place now, until those must have ended', async () => {
    const r = room()
    const { agent } = await r.enrolled(requests[0] as string)
    const gone = await r.enrolled(requests[1] as string)
    value(await r.enrolment.revoke(gone.agent, 'stolen', 'admin'))
    expect(r.enrolment.isAdmitted(agent, 'ABCD')).toBe(false)
    r.disk.restoredAt = START
    const restored = r.again()
    expect(restored.isAdmitted(agent, 'ABCD')).toBe(true)
    expect(restored.isAdmitted('nobody-there', 'ABCD')).toBe(false)
    expect(restored.isAdmitted(gone.agent, 'ABCD')).toBe(false)
    expect(restored.isAdmitted(agent, gone.serial)).toBe(false)
    r.time.now += 31 * DAY
    expect(restored.isAdmitted(agent, 'ABCD')).toBe(false)
  })

  it('of a restored backup are made with no token from before it, which may have been used or revoked since', async () => {
    const r = room()
    const { text } = await r.token({ uses: 2 })
    r.time.now += HOUR / 4
    r.disk.restoredAt = r.time.now
    const restored = r.again()
    const ask = { token: text, csr: requests[0] as string, sealingKey: SEALING_KEY, host: 'b', program: 'x' }
    expect(why(await restored.ask({ ...ask, addresses: [] }, FROM))).toBe('revoked')
    r.time.now += 1
    const draft = { site: 'hq', validMinutes: 60, uses: 1, preApproved: true, note: '' }
    const { token } = value(await restored.makeToken(draft, 'admin'))
    expect(why(await restored.ask({ ...ask, token, addresses: [] }, FROM))).toBe('ok')
  })

  it('of a restored backup let in no unknown certificate of an agent that was enrolled anew since: it is what was replaced', async () => {
    const r = room()
    const { agent } = await r.enrolled(requests[0] as string)
    r.time.now += DAY
    r.disk.restoredAt = r.time.now
    const restored = r.again()
    expect(restored.isAdmitted(agent, 'ABCD')).toBe(true)
    r.time.now += HOUR
    value(await restored.revoke(agent, 'stolen', 'admin'))
    const made = value(
      await restored.makeToken({ site: 'hq', validMinutes: 60, uses: 1, preApproved: false, note: '' }, 'admin'),
    )
    const ask = { token: made.token, csr: requests[1] as string, sealingKey: SEALING_KEY, host: 'b', program: 'x' }
    const { answer } = value(await restored.ask({ ...ask, addresses: [] }, FROM))
    if (answer.state !== 'waiting') throw new Error(answer.state)
    value(await restored.decide(answer.id, { decision: 'approve', agent }, 'admin'))
    expect(restored.isAdmitted(agent, restored.identity(agent)?.serial ?? '')).toBe(true)
    expect(restored.isAdmitted(agent, 'ABCD')).toBe(false)
  })

  it('are followed by their renewals also where the clock was set back between', async () => {
    const r = room()
    r.time.now += 20 * DAY
    const { agent, serial } = await r.enrolled(requests[0] as string)
    r.enrolment.isAdmitted(agent, serial)
    await settled()
    r.time.now -= 20 * DAY
    expect(await r.renew(agent, requests[1] as string)).toMatchObject({ kind: 'certificate' })
    const next = (r.enrolment.identity(agent) as { serial: string }).serial
    expect(next).not.toBe(serial)
    // both are in use as long as it takes: it is never the newer one that ends
    for (let i = 0; i < 40; i++) {
      r.enrolment.isAdmitted(agent, next)
      await settled()
      r.time.now += DAY / 2
      await r.enrolment.sweep()
      expect(r.enrolment.isAdmitted(agent, next)).toBe(true)
    }
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(false)
    expect(r.again().identity(agent)?.serial).toBe(next)
  })

  it('that are revoked are cut off at once and for good', async () => {
    const r = room()
    const { agent, serial } = await r.enrolled(requests[0] as string)
    const cut: string[] = []
    r.enrolment.onCut((a) => cut.push(a))
    value(await r.enrolment.revoke(agent, 'stolen', 'admin'))
    expect(cut).toEqual([agent])
    for (const enrolment of [r.enrolment, r.again()]) {
      expect(enrolment.isAdmitted(agent, serial)).toBe(false)
      expect(enrolment.isTrusted(agent)).toBe(false)
      expect(enrolment.identity(agent)).toMatchObject({ state: 'revoked', reason: 'stolen' })
      expect(enrolment.revokedSerials()).toEqual([{ serial, at: START }])
    }
    expect(why(await r.enrolment.release(agent, 'sorry', 'admin'))).toBe('conflict')
    expect(why(await r.enrolment.revoke(agent, 'again', 'admin'))).toBe('conflict')
    expect(why(await r.enrolment.revoke('nobody-there', 'x', 'admin'))).toBe('not-found')
    expect(r.audit.at(-1)).toMatchObject({ action: 'revoke-agent', actor: 'admin', subject: `agent:${agent}` })
  })

  it('that are quarantined come back when they are released', async () => {
    const r = room()
    const { agent, serial } = await r.enrolled(requests[0] as string)
    let lists = 0
    r.enrolment.onList(() => lists++)
    value(await r.enrolment.quarantine(agent, 'two of it'))
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(false)
    expect(r.enrolment.revokedSerials().map((x) => x.serial)).toEqual([serial])
    expect(await r.renew(agent, requests[1] as string)).toMatchObject({ kind: 'refused' })
    value(await r.enrolment.release(agent, 'one was switched off', 'admin'))
    expect(r.enrolment.isAdmitted(agent, serial)).toBe(true)
    expect(r.enrolment.revokedSerials()).toEqual([])
    expect(lists).toBe(2)
    expect(r.audit.slice(-2).map((e) => `${e.action} by ${e.actor}`)).toEqual([
      'quarantine-agent by system',
      'release-agent by admin',
    ])
  })
})

function draft(more: object = {}) {
  return { site: 'hq', validMinutes: 60, uses: 1, preApproved: true, note: '', ...more }
}

function createAndRenew(r: ReturnType<typeof room>, agent: string) {
  const body = JSON.stringify({ version: 1, agent, csr: requests[30] })
  return r.again().renew(agent, Buffer.from(body))
}
