import { describe, expect, it } from 'vitest'
import { LIVE_HEARTBEAT_SECONDS } from '#shared/http/live.ts'
import { ageText, type Freshness, LATE_MS, staleness, wrongClock } from './freshness.ts'

const say = (status: Freshness['status'], silentMs: number, more: Partial<Freshness> = {}) =>
  staleness({ status, silentMs, wasHeard: true, isStopping: false, ...more })

describe('what is said about the connection', () => {
  it('nothing while signs of life come, or a break is too short for a word', () => {
    expect(say('live', 14_900)).toBeUndefined()
    expect(say('cut', 2_900)).toBeUndefined()
    expect(say('connecting', 2_900, { wasHeard: false })).toBeUndefined()
  })

  it('what happened, as far as it is known', () => {
    expect(say('cut', 95_000)).toBe('cut')
    expect(say('connecting', 95_000)).toBe('cut')
    expect(say('cut', 3_000, { isStopping: true })).toBe('stopping')
    expect(say('connecting', 8_000, { wasHeard: false })).toBe('never')
    expect(LATE_MS).toBe(LIVE_HEARTBEAT_SECONDS * 1000 + 6000)
    // a line that stands and brings nothing is no fresher than none
    expect(say('live', 21_100)).toBe('silent')
  })

  it('how old the data is, in seconds as long as they mean something', () => {
    expect([95_400, 0, 599_999].map(ageText)).toEqual(['95 s', '0 s', '599 s'])
    expect(ageText(725_000)).toBe('12m 05s')
  })

  it('by how much the clock of the computer is wrong, once it matters', () => {
    expect(wrongClock(29_000)).toBeUndefined()
    expect(wrongClock(-29_000)).toBeUndefined()
    expect(wrongClock(432_000)).toEqual({ way: 'ahead', by: '7m 12s' })
    expect(wrongClock(-7_200_000)).toEqual({ way: 'behind', by: '2h 00m' })
  })
})
