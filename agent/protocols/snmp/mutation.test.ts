// Damaged answers, many of them: the client answers with an outcome each time, soon, and nothing is thrown.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { POLL_OUTCOMES } from '#shared/domain/poll-outcome.ts'
import { encodeMessage, type ScriptedDevice, startScriptedDevice, value } from '#test/support/scripted-device.ts'
import { createEngine } from '#test/support/virtual-site/engine.ts'
import { createOidTable } from '#test/support/virtual-site/oid-table.ts'
import { decodeResponse } from './community-decode.ts'
import { encodeRequest } from './community-encode.ts'
import { createSnmpClient } from './snmp.ts'
import type { SnmpClient } from './snmp-client.ts'
import { refuseV3 } from './v3-header.ts'

const COLUMN = '1.3.6.1.2.1.2.2.1.2'

/** Flips, cuts, repeats and inserts, as a function from message to message. */
const damage = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('set' as const), at: fc.nat(400), byte: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400), byte: fc.constant(0) }),
      fc.record({ kind: fc.constant('insert' as const), at: fc.nat(400), byte: fc.integer({ min: 0, max: 255 }) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(400), byte: fc.constant(0) }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((steps) => (message: Buffer) => {
    let out = Buffer.from(message)
    for (const { kind, at, byte } of steps) {
      const i = out.length === 0 ? 0 : at % out.length
      if (kind === 'set' && out.length > 0) out[i] = byte
      else if (kind === 'cut') out = out.subarray(0, i)
      else if (kind === 'insert') out = Buffer.concat([out.subarray(0, i), Buffer.from([byte]), out.subarray(i)])
      else out = Buffer.concat([out.subarray(0, i), out.subarray(i + 1)])
    }
    return out
  })

describe('decoder', () => {
  const sample = sampleAnswer()

  it('reads the undamaged sample', () => {
    const decoded = decodeResponse(sample)
    expect(decoded.ok && decoded.response.varbinds.length).toBe(4)
  })

  it('never throws, whatever the damage, with or without hints', () => {
    const hints = [{ oid: '1.3.6.1.2.1', bytes: [0x2b, 6, 1, 2, 1] }]
    fc.assert(
      fc.property(damage, (spoil) => {
        const bytes = spoil(sample)
        const plain = decodeResponse(bytes)
        const hinted = decodeResponse(bytes, hints)
        expect(hinted.ok).toBe(plain.ok)
        if (plain.ok && hinted.ok) expect(hinted.response).toEqual({ ...plain.response, indexes: expect.any(Array) })
      }),
      { numRuns: 50_000 },
    )
  })

  it('never throws for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(typeof decodeResponse(bytes).ok).toBe('boolean')
        expect(['string', 'object']).toContain(typeof refuseV3(bytes, 'authPriv'))
      }),
      { numRuns: 20_000 },
    )
  })

  it('reads back every request it writes', () => {
    const arc = fc.integer({ min: 0, max: 0xffffffff })
    const oid = fc.array(arc, { minLength: 1, maxLength: 20 }).map((arcs) => `1.3.${arcs.join('.')}`)
    fc.assert(
      fc.property(
        fc.array(oid, { maxLength: 60 }),
        fc.integer({ min: 0, max: 0x7fffffff }),
        fc.string({ maxLength: 200 }),
        (oids, id, community) => {
          const request = { kind: 'get-bulk' as const, oids, maxRepetitions: 200 }
          const decoded = decodeResponse(encodeRequest(1, community, id, request))
          const text = Buffer.from(community).toString()
          expect(
            decoded.ok && { ...decoded.response, indexes: [], varbinds: decoded.response.varbinds.map((v) => v.oid) },
          ).toEqual({
            ...{ version: 1, community: text, pdu: 0xa5, id, errorStatus: 0, errorIndex: 200, indexes: [] },
            varbinds: oids,
          })
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('client of a device that damages its answers', () => {
  let spoil: (message: Buffer) => Buffer = (m) => m
  const devices: ScriptedDevice[] = []
  const clients: SnmpClient[] = []

  beforeAll(async () => {
    const community = await startScriptedDevice((request, reply) => {
      reply.bytes(spoil(reply.encode(request.oids.map((o) => [`${o}.1`, value.text('eth0')]))))
    })
    const user = { user: 'watcher', level: 'authNoPriv', authProtocol: 'sha', authKey: 'authentic-1' } as const
    const engine = createEngine({
      engineId: Buffer.from('80001f880401', 'hex'),
      communities: [],
      users: [user],
      table: () => createOidTable([[`${COLUMN}.1`, { type: 'OctetString', value: 'eth0' }]]),
      boots: () => 1,
      engineTime: () => 100,
      maxBytes: 1472,
    })
    const v3 = await startScriptedDevice((request, reply) => {
      const answer = engine.answer(request.raw)
      if (answer) reply.bytes(spoil(answer))
    })
    devices.push(community, v3)
    const common = { address: '127.0.0.1', timeoutMs: 4, retries: 0, maxRepetitions: 10 }
    clients.push(
      createSnmpClient({ ...common, port: community.port, credentials: { version: 'v2c', community: 'public' } }),
      createSnmpClient({ ...common, port: v3.port, credentials: { version: 'v3', ...user } }),
    )
  })

  afterAll(async () => {
    for (const client of clients) client.close()
    for (const device of devices) await device.close()
  })

  it.each([
    ['v2c', 0],
    ['v3', 1],
  ])('has an outcome each time (%s)', async (_version, which) => {
    const client = clients[which] as SnmpClient
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        spoil = how
        const answer = await client.columns([COLUMN], new AbortController().signal)
        expect(POLL_OUTCOMES).toContain(answer.outcome)
      }),
      { numRuns: 250 },
    )
    spoil = (m) => m
  })
})

function sampleAnswer(): Buffer {
  const varbinds = [
    ['1.3.6.1.2.1.1.1.0', value.text('some system description')],
    ['1.3.6.1.2.1.2.2.1.10.1000001', value.counter32(4_000_000_000)],
    ['1.3.6.1.2.1.31.1.1.1.6.7', value.counter64([0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['1.3.6.1.2.1.4.20.1.1.10.0.0.1', value.ip([10, 0, 0, 1])],
  ] as const
  return encodeMessage(varbinds, { id: 123_456_789 })
}
