import { X509Certificate } from 'node:crypto'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HeldCertificate } from '#collector/authority/authority.ts'
import { systemClock } from '#shared/time/clock.ts'
import { createMemoryOutbox, type MemoryOutbox } from '#test/support/memory-outbox.ts'
import { createTestAuthority, type TestAuthority } from '#test/support/test-authority.ts'
import { createTlsSide } from '#test/support/tls-side.ts'
import { until } from '#test/support/until.ts'
import type { BrokerConnection, LinkOutcome } from './broker-connection.ts'
import { createUplink, type Uplink } from './uplink.ts'

const AGENT = 'agent-test-01'

describe('uplink over TLS', () => {
  let authority: TestAuthority
  let side: Awaited<ReturnType<typeof createTlsSide>>
  let outbox: MemoryOutbox
  let uplink: Uplink | undefined
  let own: HeldCertificate
  const outcomes: LinkOutcome[] = []
  const answers: string[] = []

  const connection = (other: Partial<BrokerConnection> = {}) => ({
    ...{
      url: `mqtts://127.0.0.1:${side.port}`,
      username: AGENT,
      ca: authority.ca,
      cert: own.certificate,
      key: own.key,
    },
    ...other,
  })
  const start = (connect: () => BrokerConnection) => {
    uplink = createUplink({
      ...{ connection: connect, agentId: AGENT, outbox, clock: systemClock(), random: () => 0.01 },
      about: { program: 'test/1', host: 'here', startedAt: 1, commandKey: '', instance: 'instance-1' },
      configVersion: () => 7,
      dropped: () => ({}),
      onCommand: () => undefined,
      onIdentity: (payload) => void answers.push(Buffer.from(payload).toString()),
      onLink: (outcome) => void outcomes.push(outcome),
      log: pino({ level: 'silent' }),
    })
    uplink.start()
    return uplink
  }

  beforeEach(async () => {
    authority = await createTestAuthority()
    own = await authority.issueClient(AGENT, 0)
    outbox = createMemoryOutbox()
    outcomes.length = 0
    answers.length = 0
    side = await createTlsSide(AGENT, authority, await authority.issueServer(['127.0.0.1', 'localhost'], 0))
  })
  afterEach(async () => {
    await uplink?.stop()
    await side.close()
  })
  const put = (n: number) => {
    for (let i = 0; i < n; i++) outbox.eventLine(`{"kind":"agent","at":1,"device":null,"code":"t","message":"${i}"}`)
  }

  it('signs in with its certificate, by address and by name, and tells instance and configuration', async () => {
    put(5)
    const made = start(() => connection())
    await until(() => outbox.state().lanes.event.acknowledged === 5)
    expect(outcomes).toEqual(['accepted'])
    expect(side.hellos[0]).toMatchObject({ instance: 'instance-1', config: 7 })
    await made.stop()
    start(() => connection({ url: `mqtts://localhost:${side.port}` }))
    await until(() => side.hellos.length === 2)
  })

  it('carries questions and answers about the identity', async () => {
    const made = start(() => connection())
    expect(made.publish('identity', 'too early')).toBe(false)
    await until(() => made.facts().connected)
    expect(made.publish('identity', 'question')).toBe(true)
    await until(() => side.identity.length === 1)
    side.say('answer')
    await until(() => answers.length === 1)
    expect([...side.identity, ...answers]).toEqual(['question', 'answer'])
  })

  it('goes over to another certificate without losing or repeating a record', async () => {
    let used = own
    const next = await authority.issueClient(AGENT, 0)
    const made = start(() => connection({ cert: used.certificate, key: used.key }))
    await until(() => side.hellos.length === 1)
    const pouring = setInterval(() => put(2), 5)
    await until(() => side.committed() > 30)
    used = next
    made.reconnect()
    made.reconnect()
    await until(() => side.serials.length === 2)
    await until(() => side.committed() > 100)
    clearInterval(pouring)
    const { newest } = outbox.state().lanes.event
    await until(() => outbox.state().lanes.event.acknowledged === newest)
    expect(side.committed()).toBe(newest)
    expect(new Set(side.serials).size).toBe(2)
    expect(outcomes).toEqual(['accepted', 'accepted'])
  })

  it('says when the broker refuses the certificate: of another authority, or withdrawn', async () => {
    const other = await (await createTestAuthority()).issueClient(AGENT, 0)
    const made = start(() => connection({ cert: other.certificate, key: other.key }))
    await until(() => outcomes.length >= 2)
    expect(made.facts().lastProblem).toMatch(/does not take the certificate of this agent|ECONNRESET|closed/)
    await made.stop()
    side.withdrawn.add(new X509Certificate(own.certificate).serialNumber)
    const seen = outcomes.length
    start(() => connection())
    await until(() => outcomes.length >= seen + 2)
    expect(new Set(outcomes)).toEqual(new Set(['refused']))
    expect(side.hellos).toEqual([])
  })

  it.each([
    ['another authority', async () => ({ ca: (await createTestAuthority()).ca })],
    ['another name', async () => ({ url: `mqtts://127.0.0.2:${side.port}` })],
  ])('does not speak to a broker of %s', async (_, other) => {
    const changed = await other()
    if ('url' in changed) {
      await side.close()
      side = await createTlsSide(AGENT, authority, await authority.issueServer(['elsewhere.example'], 0))
    }
    const made = start(() => connection('ca' in changed ? changed : {}))
    await until(() => outcomes.length >= 2)
    expect(new Set(outcomes)).toEqual(new Set(['unreachable']))
    expect(made.facts().lastProblem).toMatch(/certificate/i)
    expect(side.hellos).toEqual([])
  })

  it('tells of the clock when the certificate of the broker is over', async () => {
    const { certificate, key } = await authority.odd({
      commonName: '127.0.0.1',
      usage: 'server',
      notAfter: Date.now() - 1_000,
    })
    await side.close()
    side = await createTlsSide(AGENT, authority, { certificate, key, notAfter: 0 })
    const made = start(() => connection())
    await until(() => outcomes.length >= 1)
    expect(outcomes[0]).toBe('unreachable')
    expect(made.facts().lastProblem).toContain(
      `clock of this machine is wrong, it says ${new Date().toISOString().slice(0, 10)}`,
    )
  })

  it('does not speak TLS 1.1', async () => {
    await side.close()
    side = await createTlsSide(AGENT, authority, await authority.issueServer(['127.0.0.1'], 0), {
      ...{ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    })
    const made = start(() => connection())
    await until(() => outcomes.length >= 1)
    expect(outcomes).not.toContain('accepted')
    expect(made.facts().lastProblem).toMatch(/protocol version|unsupported protocol/i)
    expect(side.serials).toEqual([])
  })
})
