import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacketGuard } from './packet-guard.ts'

/** Fixed header and so many bytes of body. */
function packet(length: number): Buffer {
  const digits: number[] = []
  let rest = length
  do {
    digits.push((rest % 128) | (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.concat([Buffer.from([0x30, ...digits]), Buffer.alloc(length, 0xff)])
}

describe('packet guard', () => {
  it('passes packets up to the limit and stops the first above it, however the bytes are cut', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes, cuts) => {
        const limits = { first: 500, later: 2000 }
        const fits = createPacketGuard(limits)
        const bytes = Buffer.concat(sizes.map(packet))
        let passed = true
        let cut = 0
        for (let i = 0; i < bytes.length && passed; ) {
          const step = cuts[cut++ % cuts.length] as number
          passed = fits(bytes.subarray(i, i + step))
          i += step
        }
        expect(passed).toBe(sizes.every((n, i) => n <= (i === 0 ? limits.first : limits.later)))
      }),
    )
  })

  it('stops a length that never ends', () => {
    const fits = createPacketGuard({ first: 2 ** 40, later: 2 ** 40 })
    expect(fits(Buffer.from([0x10, 0x80, 0x80, 0x80]))).toBe(true)
    expect(fits(Buffer.from([0x80]))).toBe(false)
  })
})
