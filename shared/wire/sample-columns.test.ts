import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packBody } from './batch.ts'
import { decodeSamples, encodeSamples } from './sample-columns.ts'

const sample = fc.record({
  n: fc.integer({ min: 0, max: 2_000_000 }),
  at: fc.integer({ min: 1_500_000_000_000, max: 4_000_000_000_000 }),
  value: fc
    .oneof(fc.maxSafeNat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
    .map((v) => (Object.is(v, -0) ? 0 : v)),
})

describe('sample columns', () => {
  it('bring every sample back exactly', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 200 }), (samples) => {
        const got = decodeSamples(encodeSamples([], samples), samples.length)
        expect([...got.series]).toEqual(samples.map((s) => s.n))
        expect([...got.at]).toEqual(samples.map((s) => s.at))
        expect([...got.values]).toEqual(samples.map((s) => s.value))
      }),
    )
  })

  it('carries definitions', () => {
    const definition = {
      n: 7,
      device: 'sw',
      metric: 'if.in.octets',
      resource: 'if:Gi0/1',
      unit: 'By',
      kind: 'counter64' as const,
    }
    expect(decodeSamples(encodeSamples([definition], [{ n: 7, at: 1, value: 2 }]), 1).definitions).toEqual([definition])
  })

  it.each([
    ['not JSON', 'x', 1],
    ['null', 'null', 1],
    ['a missing column', '{"n":[1],"t":[1]}', 1],
    ['fewer entries than promised', '{"n":[1],"t":[1],"v":[1]}', 2],
    ['a text among values', '{"n":[1],"t":[1],"v":["1"]}', 1],
    ['a negative series', '{"n":[-1],"t":[1],"v":[1]}', 1],
    ['a bad definition', '{"d":[{"n":1}],"n":[1],"t":[1],"v":[1]}', 1],
  ])('refuses %s', (_what, body, count) => {
    expect(() => decodeSamples(Buffer.from(body), count)).toThrow(/./)
  })

  it('refuses to encode what JSON would turn into null', () => {
    expect(() => encodeSamples([], [{ n: 1, at: 1, value: Number.NaN }])).toThrow(/series 1/)
  })

  it('takes at most five bytes per sample for one poll of 48 ports with realistic counters', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 48271) % 2147483647
      return seed / 2147483647
    }
    const samples = Array.from({ length: 384 }, (_, i) => ({
      n: i,
      at: 1_790_000_000_000,
      value: i % 8 < 4 ? Math.floor(random() * 1e9) : i % 8 < 6 ? Math.floor(random() * 100) : 1,
    }))
    // random counters are the worst case for compression: no history helps
    expect(packBody(encodeSamples([], samples)).length / samples.length).toBeLessThan(6)
  })
})
