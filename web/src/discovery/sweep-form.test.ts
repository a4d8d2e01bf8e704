import { describe, expect, it } from 'vitest'
import { longestMs, NEW_SWEEP, reachOf, suggestedRanges, sweepOf, wrongSweep } from './sweep-form.ts'

describe('a sweep', () => {
  it('counts addresses while they are typed, without those left out, and says what it cannot read', () => {
    const reach = reachOf({ ranges: '10.0.0.0/24, 10.0.1.1-50\n10.0.0.9', exclude: '10.0.0.1-10' })
    expect(reach).toMatchObject({ addresses: 294, problems: [], tooMany: false })
    expect(reach.notes[0]).toMatch(/overlap/)
    expect(reachOf({ ranges: 'core-sw\n10.0.0.1', exclude: 'x' })).toMatchObject({
      addresses: 1,
      problems: [expect.stringMatching(/is a name/)],
      excludeProblems: [expect.stringMatching(/is a name/)],
    })
    expect(reachOf({ ranges: '10.0.0.0/16\n10.1.0.0/16', exclude: '' }).tooMany).toBe(true)
  })

  it('says how long it takes at most', () => {
    // ping, two sets asked twice, three ports: 8 packets
    expect(longestMs(NEW_SWEEP, 1000, 2)).toBe(84_000)
    expect(longestMs({ ...NEW_SWEEP, packetsPerSecond: '' }, 1000, 2)).toBeUndefined()
  })

  it('is sent as the API takes it', () => {
    const form = { ...NEW_SWEEP, ranges: '10.0.0.0/30\n', credentials: ['b', 'a'], timeoutSeconds: '0.5' }
    expect(sweepOf(form)).toEqual({
      ...{ ranges: ['10.0.0.0/30'], exclude: [], credentials: ['b', 'a'], packetsPerSecond: 100, timeoutMs: 500 },
      ...{ snmpPort: 161, tcpPorts: [22, 80, 443], ping: true },
    })
    expect([
      ...wrongSweep({ ...form, packetsPerSecond: '0', timeoutSeconds: 'x', snmpPort: '', tcpPorts: '22 99999' }),
    ]).toEqual(['packetsPerSecond', 'timeoutSeconds', 'snmpPort', 'tcpPorts'])
  })

  it('is suggested where devices are', () => {
    const addresses = ['10.1.0.1', '10.1.0.9', '10.2.0.1', 'robot-3', 'fe80::1']
    expect(suggestedRanges(addresses)).toEqual([
      { range: '10.1.0.0/24', devices: 2 },
      { range: '10.2.0.0/24', devices: 1 },
    ])
  })
})
