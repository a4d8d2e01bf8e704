import { afterAll, describe, expect, it } from 'vitest'
import { type Reply, type ScriptedRequest, startScriptedDevice } from '#test/support/scripted-device.ts'
import { createEngine } from '#test/support/virtual-site/engine.ts'
import { createOidTable } from '#test/support/virtual-site/oid-table.ts'
import type { UsmUser } from '#test/support/virtual-site/usm.ts'
import type { SnmpCredentials } from '../../devices/device.ts'
import { integer, octets, tlv } from './ber-writer.ts'
import { createSnmpClient } from './snmp.ts'

const NAME = '1.3.6.1.2.1.1.5.0'
const IF = '1.3.6.1.2.1.2.2.1'
const USER = {
  user: 'watcher',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'authentic-1',
  privProtocol: 'aes',
  privKey: 'private-12',
} as const satisfies UsmUser

const cleanup: (() => unknown)[] = []
// at the end: what waits for a time-out waits beside others
afterAll(async () => {
  for (const undo of cleanup.splice(0)) await undo()
})

describe('SNMP v3', () => {
  const auths = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
  const privs = ['des', 'aes', 'aes256b', 'aes256r'] as const
  const levels: UsmUser[] = [
    { user: 'watcher', level: 'noAuthNoPriv' },
    ...auths.map((authProtocol) => ({ ...USER, level: 'authNoPriv' as const, authProtocol })),
    ...privs.flatMap((privProtocol) => auths.map((authProtocol) => ({ ...USER, authProtocol, privProtocol }))),
  ]

  it.each(levels.map((u) => [u.level, u.authProtocol ?? '', u.level === 'authPriv' ? u.privProtocol : '', u] as const))(
    'reads with %s %s %s',
    async (_level, _auth, _priv, user) => {
      const { client } = await deviceWith({ user })
      expect(await client.get([NAME], never())).toEqual({
        outcome: 'ok',
        value: [expect.objectContaining({ oid: NAME })],
      })
    },
  )

  it('reads columns of all types in the order asked', async () => {
    const { client } = await deviceWith({})
    const answer = await client.columns([`${IF}.2`, `${IF}.10`, '1.3.6.1.2.1.31.1.1.1.6'], never())
    expect(answer.outcome).toBe('ok')
    const columns = answer.outcome === 'ok' ? answer.value : new Map()
    expect(columns.get(`${IF}.2`).size).toBe(30)
    expect(columns.get(`${IF}.10`).get('30')).toMatchObject({ type: 'Counter32', value: 30 })
    expect(columns.get('1.3.6.1.2.1.31.1.1.1.6').get('2')).toMatchObject({ type: 'Counter64', value: 2 ** 40 })
    expect(columns.get('1.3.6.1.2.1.31.1.1.1.6').get('1')).toMatchObject({ value: 2n ** 63n })
  })

  it('keeps its session: one request for one answer once the engine is known', async () => {
    const { client, device } = await deviceWith({})
    await client.get([NAME], never())
    const before = device.requests.length
    await client.get([NAME], never())
    await client.get([NAME], never())
    expect(device.requests.length - before).toBe(2)
  })

  it('meets a rebooted engine within the same question', async () => {
    const engine = { boots: 3, time: 500_000 }
    const { client } = await deviceWith({ engine })
    expect((await client.get([NAME], never())).outcome).toBe('ok')
    Object.assign(engine, { boots: 4, time: 3 })
    expect((await client.get([NAME], never())).outcome).toBe('ok')
  })

  it('meets an engine that lost its boot counter, and one with another id', async () => {
    const engine = { boots: 30, time: 500_000, id: 'first' }
    const { client } = await deviceWith({ engine })
    expect((await client.get([NAME], never())).outcome).toBe('ok')
    Object.assign(engine, { boots: 1, time: 20 })
    expect((await client.get([NAME], never())).outcome).toBe('ok')
    Object.assign(engine, { boots: 1, time: 20, id: 'second' })
    expect((await client.get([NAME], never())).outcome).toBe('ok')
  })

  it('keeps two devices apart that carry the same engine id', async () => {
    const a = await deviceWith({ engine: { boots: 9, time: 900_000, id: 'cloned' } })
    const b = await deviceWith({ engine: { boots: 2, time: 10, id: 'cloned' } })
    for (let i = 0; i < 3; i++) {
      expect((await a.client.get([NAME], never())).outcome).toBe('ok')
      expect((await b.client.get([NAME], never())).outcome).toBe('ok')
    }
    expect(a.device.requests.length).toBe(b.device.requests.length)
  })

  it.each<[string, Partial<SnmpCredentials>]>([
    ['auth key', { authKey: 'something else' }],
    ['user', { user: 'nobody' }],
    ['privacy key', { privKey: 'something else' }],
    ['level', { level: 'authNoPriv' }],
    ['empty key', { authKey: '' }],
  ])('says auth, or at worst nothing, for a wrong %s', async (_what, wrong) => {
    const { client } = await deviceWith({ credentials: wrong })
    const answer = await client.get([NAME], never())
    expect(['auth', 'parse', 'timeout']).toContain(answer.outcome)
    if (wrong.privKey === undefined && wrong.authKey !== '')
      expect(answer).toMatchObject({
        outcome: 'auth',
        detail: expect.stringMatching(/^(Wrong Digest|Unknown User Name|Unsupported Security Level)$/),
      })
    expect(JSON.stringify(answer)).not.toContain('something else')
  })

  describe('hostile answers', () => {
    const v2cAnswer = (reply: Reply) => reply.encode([[NAME, octets('forged')]], { version: 1, community: 'public' })
    const unauthenticated = (raw: Buffer, flags: number) =>
      tlv(
        0x30,
        integer(3),
        tlv(0x30, integer(messageId(raw)), integer(65507), octets(Buffer.from([flags])), integer(3)),
        octets(
          tlv(0x30, octets('engine'), integer(1), integer(1), octets('watcher'), octets(Buffer.alloc(24)), octets('')),
        ),
        tlv(
          0x30,
          octets('engine'),
          octets(''),
          tlv(0xa2, integer(1), integer(0), integer(0), tlv(0x30, tlv(0x30, oidOfName(), octets('forged')))),
        ),
      )

    const cases: [string, (r: ScriptedRequest, reply: Reply, honest: Buffer | undefined) => void, string[]][] = [
      ['a v2c answer', (_r, reply) => reply.bytes(v2cAnswer(reply)), ['parse']],
      ['an unauthenticated answer', (r, reply) => reply.bytes(unauthenticated(r.raw, 0)), ['parse']],
      ['an answer with a wrong digest', (r, reply) => reply.bytes(unauthenticated(r.raw, 1)), ['auth', 'parse']],
      ['privacy without authentication', (r, reply) => reply.bytes(unauthenticated(r.raw, 2)), ['parse']],
      ['garbage', (_r, reply) => reply.bytes(Buffer.from('not SNMP at all')), ['parse']],
      ['an empty datagram', (_r, reply) => reply.bytes(Buffer.alloc(0)), ['parse']],
      ['half an answer', (_r, reply, h) => h && reply.bytes(h.subarray(0, h.length / 2)), ['parse']],
      ['an answer from elsewhere', (_r, reply, h) => h && reply.bytesFromElsewhere(h), ['wrong-source']],
      ['silence', () => undefined, ['timeout']],
      [
        'an altered answer',
        (_r, reply, h) => {
          if (h === undefined) return
          h[h.length - 1] = (h[h.length - 1] as number) ^ 1
          reply.bytes(h)
        },
        ['auth', 'parse'],
      ],
      ['its own request', (r, reply) => reply.bytes(r.raw), ['parse', 'auth']],
    ]

    it.concurrent.each(cases)('%s has an outcome at once or after the time-out', async (_name, hostile, outcomes) => {
      const timeoutMs = outcomes.includes('timeout') ? 80 : 3000
      const { client } = await deviceWith({ script: hostile, timeoutMs })
      const answer = await client.get([NAME], never())
      expect(outcomes).toContain(answer.outcome)
      expect((await client.columns([`${IF}.2`], AbortSignal.timeout(300))).outcome).not.toBe('ok')
    })

    it.concurrent.each(cases)('%s after a good answer has an outcome too', async (_name, hostile, outcomes) => {
      let good = true
      const { client } = await deviceWith({
        script: (r, reply, honest) => (good ? honest && reply.bytes(honest) : hostile(r, reply, honest)),
        timeoutMs: outcomes.includes('timeout') ? 500 : 3000,
      })
      expect((await client.get([NAME], never())).outcome).toBe('ok')
      good = false
      expect(outcomes).toContain((await client.get([NAME], never())).outcome)
      good = true
      expect((await client.get([NAME], never())).outcome).toBe('ok')
    })

    it('does not believe a user without keys who is answered with the auth flag', async () => {
      const user = { user: 'watcher', level: 'noAuthNoPriv' } as const
      let n = 0
      const { client } = await deviceWith({
        user,
        script: (r, reply, honest) =>
          ++n < 3 ? honest && reply.bytes(honest) : reply.bytes(unauthenticated(r.raw, n % 2 === 0 ? 1 : 3)),
        timeoutMs: 80,
      })
      expect((await client.get([NAME], never())).outcome).toBe('ok')
      expect((await client.get([NAME], never())).outcome).toBe('parse')
    })
  })

  it('ends with its signal and with close', async () => {
    const { client } = await deviceWith({ script: () => undefined, timeoutMs: 10_000 })
    expect((await client.get([NAME], AbortSignal.timeout(30))).outcome).toBe('timeout')
    const waiting = client.get([NAME], never())
    setTimeout(() => client.close(), 20)
    expect((await waiting).outcome).toBe('cancelled')
  })
})

type Script = (request: ScriptedRequest, reply: Reply, honest: Buffer | undefined) => void

async function deviceWith(o: {
  user?: UsmUser
  credentials?: Partial<SnmpCredentials>
  engine?: { boots: number; time: number; id?: string }
  script?: Script
  timeoutMs?: number
}) {
  const user = o.user ?? USER
  const state = o.engine ?? { boots: 1, time: 100 }
  const table = createOidTable([
    [NAME, { type: 'OctetString', value: 'core' }],
    ...Array.from({ length: 30 }, (_, i) => [`${IF}.2.${i + 1}`, { type: 'OctetString', value: `eth${i}` }] as const),
    ...Array.from({ length: 30 }, (_, i) => [`${IF}.10.${i + 1}`, { type: 'Counter32', value: i + 1 }] as const),
    ['1.3.6.1.2.1.31.1.1.1.6.1', { type: 'Counter64', value: 2n ** 63n }],
    ['1.3.6.1.2.1.31.1.1.1.6.2', { type: 'Counter64', value: 2n ** 40n }],
  ])
  const engineOf = (id: string) =>
    createEngine({
      engineId: Buffer.concat([Buffer.from('80001f8804', 'hex'), Buffer.from(id)]),
      communities: [],
      users: [user],
      table: () => table,
      boots: () => state.boots,
      engineTime: () => state.time,
      maxBytes: 1472,
    })
  const engines = new Map<string, ReturnType<typeof createEngine>>()
  const device = await startScriptedDevice((request, reply) => {
    const id = state.id ?? 'engine'
    const engine = engines.get(id) ?? engineOf(id)
    engines.set(id, engine)
    const honest = engine.answer(request.raw)
    if (o.script) o.script(request, reply, honest)
    else if (honest) reply.bytes(honest)
  })
  const client = createSnmpClient({
    address: device.address,
    port: device.port,
    timeoutMs: o.timeoutMs ?? 2000,
    retries: 0,
    maxRepetitions: 25,
    credentials: { version: 'v3', ...user, ...o.credentials },
  })
  cleanup.push(
    () => device.close(),
    () => client.close(),
  )
  return { client, device }
}

/** The msgID of a v3 message: first integer of the header data. */
function messageId(raw: Buffer): number {
  const at = raw.indexOf(Buffer.from([0x02, 0x01, 0x03, 0x30])) + 5
  return raw.readUIntBE(at + 2, raw[at + 1] as number)
}

function oidOfName(): Buffer {
  return tlv(0x06, Buffer.from([0x2b, 6, 1, 2, 1, 1, 5, 0]))
}

function never(): AbortSignal {
  return new AbortController().signal
}
