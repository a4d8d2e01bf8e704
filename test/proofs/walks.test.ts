// The short form of the proof: the answers written for the tests of profiles, over UDP.
import { describe, expect, it } from 'vitest'
import { readProfiles } from '../../agent/inputs/snmp-poll/profile-files.ts'
import { createOidTable } from '../support/virtual-site/oid-table.ts'
import { seeded } from './proof-kind.ts'
import { hostileWalks } from './walks/hostile-walks.ts'
import { pollWalk } from './walks/poll-walk.ts'
import { figuresOf, pollFolder, walkFolder } from './walks.ts'

const { profiles } = await readProfiles()
const progress = () => undefined

describe('walks', () => {
  it('are matched and read rightly', async () => {
    const reports = await pollFolder(walkFolder(), profiles, { progress })
    expect(reports.flatMap(({ name, wrong }) => wrong.map((one) => `${name}: ${one}`))).toEqual([])
    const figures = figuresOf(reports)
    const unknown = reports.filter(({ name }) => name.startsWith('generic')).length
    expect(figures).toMatchObject({
      matched: figures.withObjectId - unknown,
      crashes: 0,
      failedPolls: 0,
      falseAlarms: 0,
    })
    expect(figures.checkedValues).toBeGreaterThan(500)
  })

  it('of devices with bad manners end in time', async () => {
    const context = { random: seeded(7), progress, brisk: true, seed: 7, rounds: 1 }
    expect(await hostileWalks(walkFolder(), profiles, context)).toMatchObject({
      ok: true,
      endless: { outcomes: ['ok'], leftOut: { 'table-limit': 1 } },
      repeating: { outcomes: ['parse'] },
    })
  })

  it('of a device nobody knows are read by the generic profile, which says so', async () => {
    const table = createOidTable([
      ['1.3.6.1.2.1.1.1.0', { type: 'OctetString', value: 'Something 1000' }],
      ['1.3.6.1.2.1.1.2.0', { type: 'OID', value: '1.3.6.1.4.1.99999.3.1' }],
      ['1.3.6.1.2.1.1.3.0', { type: 'TimeTicks', value: 4711 }],
      ['1.3.6.1.2.1.1.5.0', { type: 'OctetString', value: 'thing-1' }],
      ['1.3.6.1.2.1.2.2.1.2.7', { type: 'OctetString', value: 'eth0' }],
      ['1.3.6.1.2.1.2.2.1.8.7', { type: 'Integer', value: 1 }],
    ])
    const { identity, outcomes, recorder } = await pollWalk({ table, profiles, address: '127.0.23.1' })
    expect(outcomes).toEqual(['ok', 'ok'])
    expect(identity).toMatchObject({
      profile: 'generic',
      profileReason: 'no profile for sysObjectID 1.3.6.1.4.1.99999.3.1',
      sysName: 'thing-1',
    })
    expect(recorder.latest('sys.uptime')).toBe(47.11)
    expect(recorder.definitions.map(({ resource }) => resource)).toContain('if:eth0')
  })
})
