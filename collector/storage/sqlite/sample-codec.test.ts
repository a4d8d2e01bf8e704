import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendSample, emptyChunk, MAX_SAMPLE_BYTES, readChunk } from './sample-codec.ts'

type Point = [at: number, value: number]

function roundTrip(points: readonly Point[]): { bytes: number; back: Point[]; widest: number } {
  const bytes = new Uint8Array(points.length * MAX_SAMPLE_BYTES + 1)
  const state = emptyChunk()
  let widest = 0
  for (const [at, value] of points) {
    const before = state.length
    appendSample(bytes, 1, state, at, value)
    widest = Math.max(widest, state.length - before)
  }
  const back: Point[] = []
  readChunk(bytes.subarray(1, 1 + state.length), (at, value) => back.push([at, value]))
  return { bytes: state.length, back, widest }
}

describe('sample codec', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ min: 0, max: 2 ** 64, noNaN: true }),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 100),
    fc.constantFrom(0, -0, 2 ** 53, -(2 ** 53), 2 ** 50, 2 ** 50 + 1, 0.1 + 0.2, 5e-324, Number.MAX_VALUE),
  )
  it('gives back exactly what was put in, in any order of times', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 44 - 1 }), value), { maxLength: 200 }), (points) => {
        const { back, widest } = roundTrip(points)
        expect(back.length).toBe(points.length)
        back.forEach(([at, v], i) => {
          expect(at).toBe(points[i]?.[0])
          expect(Object.is(v, points[i]?.[1])).toBe(true)
        })
        expect(widest).toBeLessThanOrEqual(MAX_SAMPLE_BYTES)
      }),
      { numRuns: 500 },
    )
  })

  it('takes at most 5 bytes for a polled counter with jitter, 3 for a steady gauge', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 48271) % 2147483647
      return seed / 2147483647
    }
    const counter: Point[] = []
    const gauge: Point[] = []
    let octets = 4_000_000_000_000
    for (let i = 0; i < 1440; i++) {
      const at = 1_790_000_000_000 + i * 60_000 + Math.floor(random() * 40)
      octets += Math.floor(random() * 800_000)
      counter.push([at, octets])
      gauge.push([at, 20 + Math.round(random() * 20) / 10])
    }
    expect(roundTrip(counter).bytes / counter.length).toBeLessThan(5)
    expect(roundTrip(gauge).bytes / gauge.length).toBeLessThan(3)
  })
})
