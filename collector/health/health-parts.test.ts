import { describe, expect, it } from 'vitest'
import type { HealthFacts } from './health-facts.ts'
import { createHistory } from './health-history.ts'
import { healthParts } from './health-parts.ts'

const DAY = 86_400_000
const NOW = 100 * DAY
const WELL: HealthFacts = {
  ...{ at: NOW, version: '1.0.0', startedAt: NOW - 10 * DAY, reasons: [], loopLagMs: 12, waitingBytes: 0, backlog: 3 },
  memory: { usedBytes: 2e8, limitBytes: 4e9 },
  disk: { freeBytes: 200e9, totalBytes: 500e9 },
  database: { bytes: 3e9, walBytes: 4e6 },
  commits: { p95Ms: 9, maxMs: 40, longestTurnMs: 60 },
  samples: { journalBytes: 1e6, headBytes: 1e6 },
  retention: { rawDays: 30, hourDays: 1095, eventDays: 400 },
  backup: { at: NOW - DAY, bytes: 3e9 },
  ...{ recordsPerSecond: 120, agents: { online: 3, unknown: 0, never: 1 }, dropped: {}, lostAtAgents: 0 },
  clockOffsets: [...['a', 'b', 'c'].map((agent, i) => ({ agent, ms: 20 * i }))],
  quarantine: { rows: 9, bytes: 9, recent: 0 },
  ...{ notifications: { queued: 1, failed: 0 }, failing: [], commandsPending: 0, consoles: 2, influx: undefined },
  certificates: [{ of: 'agents', notAfter: NOW + 60 * DAY }],
}
const wrong = (change: Partial<HealthFacts>) =>
  healthParts({ ...WELL, ...change })
    .filter((one) => one.state !== 'ok')
    .map((one) => [one.id, one.state, one.advice])

describe('health', () => {
  it('is well, and says so of every part', () => {
    expect(wrong({})).toEqual([])
    const ids = healthParts(WELL).map((one) => one.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(
      expect.arrayContaining(['disk', 'writer', 'broker', 'agents', 'backup', 'certificates', 'clock']),
    )
    expect(healthParts(WELL).every((one) => one.advice === null)).toBe(true)
  })

  it.each<[string, Partial<HealthFacts>, unknown[]]>([
    [
      'a full disk',
      { disk: { freeBytes: 1e8, totalBytes: 5e11 } },
      [
        ['disk', 'bad', 'disk-full'],
        ['database', 'warning', 'no-room-to-upgrade'],
      ],
    ],
    ['a disk that gets full', { disk: { freeBytes: 30e9, totalBytes: 500e9 } }, [['disk', 'warning', 'disk-low']]],
    ['a large disk with little of it free', { disk: { freeBytes: 90e9, totalBytes: 5e12 } }, []],
    ['a store that cannot write', { reasons: ['storage'] }, [['writer', 'bad', 'cannot-store']]],
    ['slow commits', { commits: { p95Ms: 400, maxMs: 900, longestTurnMs: 0 } }, [['writer', 'warning', 'writer-slow']]],
    ['no broker', { reasons: ['broker'] }, [['broker', 'bad', 'broker-gone']]],
    ['a silent agent', { agents: { online: 2, unknown: 1, never: 0 } }, [['agents', 'warning', 'agents-silent']]],
    ['all agents silent', { agents: { online: 0, unknown: 3, never: 0 } }, [['agents', 'bad', 'agents-all-silent']]],
    ['no agents yet', { agents: { online: 0, unknown: 0, never: 2 } }, []],
    ['no backup', { backup: null }, [['backup', 'warning', 'backup-none']]],
    ['no backup on the first day', { backup: null, startedAt: NOW - 1000 }, []],
    ['an old backup', { backup: { at: NOW - 9 * DAY, bytes: 1 } }, [['backup', 'warning', 'backup-old']]],
    ['what was dropped', { dropped: { 'link.too-large': 2 } }, [['dropped', 'warning', 'dropped']]],
    [
      'a channel that fails',
      { failing: [{ channel: 'sms', since: NOW - 60_000 }] },
      [['notifications', 'warning', 'channel-failing']],
    ],
    [
      'a channel that fails for long',
      { failing: [{ channel: 'sms', since: NOW - 2e6 }] },
      [['notifications', 'bad', 'channel-failing']],
    ],
    [
      'a certificate that ends',
      { certificates: [{ of: 'console', notAfter: NOW + DAY }] },
      [['certificates', 'bad', 'certificate-ends']],
    ],
    [
      'a certificate that has ended',
      { certificates: [{ of: 'console', notAfter: NOW - 1 }] },
      [['certificates', 'bad', 'certificate-ended']],
    ],
    [
      'InfluxDB that does not answer',
      { influx: { isUp: false, lagMs: 0, waiting: 9 } },
      [['influx', 'bad', 'influx-gone']],
    ],
  ])('names %s', (_, change, expected) => {
    expect(wrong(change)).toEqual(expected)
  })

  it('knows our own clock from that of one agent', () => {
    const offsets = (...ms: number[]) => ({ clockOffsets: ms.map((one, i) => ({ agent: `agent-${i}`, ms: one })) })
    expect(wrong(offsets(-7000, -7100, -6900))).toEqual([['clock', 'warning', 'clock-own']])
    expect(wrong(offsets(-7e6, -7e6, -7e6))).toEqual([['clock', 'bad', 'clock-own']])
    expect(wrong(offsets(10, 20, 90_000))).toEqual([['clock', 'warning', 'clock-agent']])
    expect(wrong(offsets(30, 9000))).toEqual([])
    expect(wrong(offsets())).toEqual([])
  })
})

describe('the last hour', () => {
  it('keeps peaks in few points, and so many moments', () => {
    const history = createHistory(10)
    for (let at = 0; at < 20; at++) history.add(at, { a: at === 15 ? 99 : at, total: at * 10 })
    expect(history.trend('a', 5)).toEqual([
      [11, 11],
      [13, 13],
      [15, 99],
      [17, 17],
      [19, 19],
    ])
    expect(history.trend('b', 5)).toEqual([])
    expect(history.grown('total', 200)).toBe(100)
    // a total that began anew
    expect(history.grown('total', 7)).toBe(7)
  })
})
