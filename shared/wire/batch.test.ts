import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Batch, type BatchHeader, bodyHash, decodeBatch, encodeBatch, packBody, unpackBody } from './batch.ts'
import { MAX_INFLATED_BYTES, MAX_MESSAGE_BYTES } from './limits.ts'

const clock = { boot: 'b', mono: 1, wall: 2 }
function batchOf(body: Uint8Array, header: Partial<BatchHeader> = {}): Batch {
  const base: BatchHeader = {
    agent: 'agent-0001',
    epoch: 'e1',
    lane: 'event',
    first: 1,
    count: 1,
    hash: bodyHash(body),
    committed: clock,
    sent: clock,
  }
  return { header: { ...base, ...header }, body }
}

describe('batch', () => {
  it('comes back as it was sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), fc.integer({ min: 1, max: 4096 }), (raw, count) => {
        const sent = batchOf(packBody(raw), { count })
        const got = decodeBatch(encodeBatch(sent))
        if (!got.ok) throw new Error(got.reason)
        expect(got.batch.header).toEqual(sent.header)
        expect(unpackBody(got.batch.body).equals(Buffer.from(raw))).toBe(true)
      }),
    )
  })

  it('never throws on damaged bytes and never accepts a body that was altered', () => {
    const good = encodeBatch(batchOf(packBody(Buffer.from('{"kind":"agent"}'))))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(good)
        bytes[at] = (bytes[at] as number) ^ change
        const got = decodeBatch(bytes)
        if (got.ok) expect(bodyHash(got.batch.body)).toBe(got.batch.header.hash)
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeBatch(bytes)).toMatchObject({ ok: false, reason: expect.any(String) })
      }),
    )
  })

  it.each([
    ['a payload of 10 MB', () => Buffer.alloc(10 * 1024 * 1024), /limit/],
    ['another version', () => withByte(2, 9), /wire version 9/],
    ['a header length beyond the message', () => withByte(4, 0x7f), /header length/],
    ['something else', () => Buffer.from('{"hello":1}'), /not an Outrider batch/],
  ])('refuses %s and says why', (_what, payload, reason) => {
    const got = decodeBatch(payload())
    expect(got).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
  })

  it('keeps the header of a batch whose body is wrong, so that the stream can go on past it', () => {
    const got = decodeBatch(encodeBatch(batchOf(packBody(Buffer.from('x')), { hash: '0'.repeat(32) })))
    expect(got).toMatchObject({ ok: false, header: { first: 1, count: 1 } })
  })

  it('does not inflate a bomb', () => {
    const bomb = packBody(Buffer.alloc(MAX_INFLATED_BYTES + 1))
    expect(bomb.length).toBeLessThan(MAX_MESSAGE_BYTES)
    expect(() => unpackBody(bomb)).toThrow()
  })

  it('carries a gap without a body', () => {
    const empty = new Uint8Array()
    const got = decodeBatch(
      encodeBatch(batchOf(empty, { hash: '0'.repeat(32), count: 100_000, gap: { reason: 'quota' } })),
    )
    expect(got).toMatchObject({ ok: true, batch: { header: { count: 100_000, gap: { reason: 'quota' } } } })
  })
})

function withByte(at: number, value: number): Buffer {
  const bytes = encodeBatch(batchOf(packBody(Buffer.from('x'))))
  bytes[at] = value
  return bytes
}
