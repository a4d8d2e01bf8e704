import { describe, expect, it } from 'vitest'
import { createBootClocks } from './boot-clock.ts'

const T = 1_790_000_000_000
const DAY = 86_400_000

/** A reading of boot `b` whose wall clock is wrong by `skew`; the boot began at T. */
const reading = (since: number, skew = 0, boot = 'b') => ({ boot, mono: since, wall: T + since + skew })
const received = (since: number) => ({ wall: T + since, mono: 1000 + since })

describe('corrected time', () => {
  it('believes a clock that is right', () => {
    const c = createBootClocks([])
    c.learn('a', reading(5000, 300), received(5000))
    expect(c.correct('a', reading(1000, 300), reading(5000, 300), received(5000))).toBe(T + 1300)
  })

  it('corrects a clock that is days off, also for what waited for hours', () => {
    const c = createBootClocks([])
    const hour = 3_600_000
    c.learn('a', reading(6 * hour, 3 * DAY), received(6 * hour))
    const at = c.correct('a', reading(hour, 3 * DAY), reading(6 * hour, 3 * DAY), received(6 * hour))
    expect(at).toBe(T + hour)
  })

  it('is not misled by a message that was long on the way', () => {
    const c = createBootClocks([])
    c.learn('a', reading(1000, DAY), received(1000))
    c.learn('a', reading(2000, DAY), received(30_000))
    const at = c.correct('a', reading(2000, DAY), reading(2000, DAY), received(30_000))
    expect(Math.abs(at - (T + 2000))).toBeLessThan(100)
  })

  it('keeps the distance between two records, however long the messages took that brought them', () => {
    const c = createBootClocks([])
    c.learn('a', reading(0, DAY), received(0))
    const took = [0, 3000, 5000, 700, 9000, 40, 2500]
    const at = took.map((delay, i) => {
      const sent = reading(1_800_000 + i * 60_000, DAY)
      const came = received(1_800_000 + i * 60_000 + delay)
      c.learn('a', sent, came)
      return c.correct('a', reading(1000 + i * 60_000, DAY), sent, came)
    })
    expect(at).toEqual(took.map((_, i) => T + 1000 + i * 60_000))
  })

  it('follows a crystal that drifts, in steps of a second', () => {
    const c = createBootClocks([])
    const slow = 0.9998
    const wrong = Array.from({ length: 2000 }, (_, i) => {
      const sent = reading(i * 10_000 * slow, DAY)
      c.learn('a', sent, received(i * 10_000))
      return i * 10_000 - (c.correct('a', sent, sent, received(i * 10_000)) - T)
    })
    expect(Math.max(...wrong)).toBeLessThanOrEqual(1002)
    expect(Math.min(...wrong)).toBeGreaterThanOrEqual(0)
  })

  it('keeps the offset of an older boot over restarts of both sides', () => {
    const first = createBootClocks([])
    first.learn('a', reading(1000, -DAY), received(1000))
    const rows = first.changed(T)
    expect(rows).toEqual([{ agent: 'a', boot: 'b', offsetMs: T, seenAt: T }])
    expect(first.changed(T)).toEqual([])
    const later = createBootClocks(rows)
    const now = { boot: 'c', mono: 10, wall: T + 50_000 }
    later.learn('a', now, received(50_000))
    expect(later.correct('a', reading(2000, -DAY), now, received(50_000))).toBe(T + 2000)
  })

  it('takes an unknown older boot to be as wrong as the present one', () => {
    const c = createBootClocks([])
    const now = { boot: 'c', mono: 10, wall: T + 50_000 + DAY }
    c.learn('a', now, received(50_000))
    expect(c.correct('a', reading(2000, DAY, 'never-seen'), now, received(50_000))).toBe(T + 2000)
  })

  describe('of a boot that was never heard', () => {
    const hour = 3_600_000
    const now = { boot: 'c', mono: hour, wall: T + 9 * hour + DAY }
    const heard = received(9 * hour)
    const clocks = () => {
      const c = createBootClocks([])
      c.learn('a', now, heard)
      return c
    }

    it('believes it as it is when it cannot have been as wrong as the present one', () => {
      const c = clocks()
      expect(c.correct('a', reading(2 * hour, 0, 'x'), now, heard, T + hour)).toBe(T + 2 * hour)
    })

    it('begins where the one before it ended when its clock says what cannot be, and counts as it counted', () => {
      const c = clocks()
      const at = [0, 60_000, 120_000].map((ms, i) =>
        c.correct('a', reading(2 * hour + ms, -2 * hour, 'x'), now, heard, T + hour + i * 60_000),
      )
      expect(at).toEqual([T + hour, T + hour + 60_000, T + hour + 120_000])
    })

    it('is not misled when its clock is set', () => {
      const c = clocks()
      const at = [DAY, -DAY, 0].map((skew, i) =>
        c.correct('a', reading(2 * hour + i * 60_000, skew, 'x'), now, heard, T + hour),
      )
      expect(at).toEqual([0, 1, 2].map((i) => T + 2 * hour + i * 60_000))
    })

    it('goes on the same after a restart of the collector', () => {
      const c = clocks()
      c.correct('a', reading(2 * hour, DAY, 'x'), now, heard, T + hour)
      const later = createBootClocks(c.changed(T))
      later.learn('a', now, heard)
      expect(later.correct('a', reading(3 * hour, -DAY, 'x'), now, heard, T + 2 * hour)).toBe(T + 3 * hour)
    })

    it('does not push out the present one, however many they are', () => {
      const c = clocks()
      for (let i = 0; i < 100; i++) c.correct('a', reading(2 * hour, DAY, `x${i}`), now, heard, T + hour)
      const slow = received(9 * hour + 60_000)
      c.learn('a', { ...now, mono: now.mono + 1 }, slow)
      expect(c.correct('a', now, now, slow)).toBe(T + 9 * hour)
    })
  })

  it('never says later than now, whatever is claimed', () => {
    const c = createBootClocks([])
    for (const mono of [-1e300, 1e300, 0, 1e15]) {
      const wild = { boot: 'b', mono, wall: 1e300 }
      c.learn('a', wild, received(0))
      const at = c.correct('a', { ...wild, mono: mono + 1e16 }, wild, received(0))
      expect(at).toBeGreaterThan(T - 6 * 365 * DAY)
      expect(at).toBeLessThanOrEqual(T + 2000)
    }
  })

  it('learns anew when our own clock is set', () => {
    const c = createBootClocks([])
    c.learn('a', reading(1000), received(1000))
    const set = { wall: T + 2000 + DAY, mono: 3000 }
    c.learn('a', reading(2000), set)
    expect(c.correct('a', reading(2000), reading(2000), set)).toBe(T + 2000 + DAY)
  })

  it('takes the offsets of boots that are over along when our own clock is set', () => {
    const c = createBootClocks([])
    c.learn('a', reading(1000, DAY), received(1000))
    const now = { boot: 'c', mono: 10, wall: T + 50_000 }
    c.learn('a', now, received(50_000))
    c.changed(T)
    const set = { wall: T + 60_000 - 3_600_000, mono: 61_000 }
    const sent = { boot: 'c', mono: 10_010, wall: T + 60_000 }
    c.learn('a', sent, set)
    expect(c.correct('a', reading(2000, DAY), sent, set)).toBe(T + 2000 - 3_600_000)
    expect(c.changed(T).map(({ boot, offsetMs }) => [boot, offsetMs])).toContainEqual(['b', T - 3_600_000])
  })
})
