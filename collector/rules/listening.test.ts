import { describe, expect, it } from 'vitest'
import { createListening } from './listening.ts'

const NEVER = Number.NEGATIVE_INFINITY

describe('from when silence means something', () => {
  it('is the last sample, or when we began to listen to an agent that said no beginning', () => {
    const l = createListening()
    expect(l.since('a', 500, 1000, 0)).toBe(500)
    l.heard('a', 300)
    l.heard('a', 700)
    expect(l.since('a', 100, 1000, 0)).toBe(300)
    expect(l.since('a', 500, 1000, 0)).toBe(500)
    expect(l.since('a', NEVER, 1000, 0)).toBe(300)
    expect(l.since('b', NEVER, 1000, 0)).toBe(NEVER)
  })

  it('is not before what was lost', () => {
    const l = createListening()
    l.lost('a', 800)
    l.lost('a', 600)
    expect(l.since('a', 500, 1000, 0)).toBe(800)
    expect(l.since('a', 900, 1000, 0)).toBe(900)
  })

  it('is not while the agent did not run; what was silent long before it began anew was silent', () => {
    const l = createListening()
    l.measured('a', 0, 1000)
    l.started('a', 5000)
    l.measured('a', 5000, 6000)
    expect(l.since('a', 900, 6000, 200)).toBe(5000)
    expect(l.since('a', 800, 6000, 200)).toBe(800)
    expect(l.since('a', 900, 4999, 200)).toBe(900)
    expect(l.since('a', 900, 5000, 200)).toBe(5000)
    expect(l.since('a', 5500, 6000, 200)).toBe(5500)
    expect(l.since('a', 5000, 6000, 200)).toBe(5000)
    l.heard('a', 3000)
    expect(l.since('a', NEVER, 6000, 200)).toBe(3000)
  })

  it('goes on over several beginnings; one that is told twice is one', () => {
    const l = createListening()
    l.started('a', 20_000)
    l.started('a', 24_999)
    l.started('a', 10_000)
    l.measured('a', 10_000, 12_000)
    l.measured('a', 20_000, 21_000)
    expect(l.since('a', 11_900, 30_000, 1000)).toBe(20_000)
    l.started('a', 25_000)
    expect(l.since('a', 20_500, 30_000, 1000)).toBe(25_000)
    expect(l.since('a', 19_000, 30_000, 5000)).toBe(25_000)
    expect(l.since('b', 5, 30_000, 0)).toBe(5)
  })

  it('remembers so many beginnings and not more', () => {
    const l = createListening()
    for (let n = 0; n < 65; n++) l.started('a', n * 10_000)
    // the first is forgotten, the second is not
    expect(l.since('a', -1, 9_999, 0)).toBe(-1)
    expect(l.since('a', -1, 10_000, 0)).toBe(10_000)
  })
})
