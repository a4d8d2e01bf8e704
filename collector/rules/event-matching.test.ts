import { describe, expect, it } from 'vitest'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { compileMatch, Match, varbindOf } from './event-matching.ts'

const OID = '1.3.6.1.4.1.9.1'
type Varbinds = readonly (readonly [string, string | number | null])[]

const received = (event: Record<string, unknown>): ReceivedEvent =>
  ({ id: 1, agent: 'a', site: 's', device: 's.d', at: 0, event: { device: 'd', at: 0, ...event } }) as never
const trap = (trapOid: string, varbinds: Varbinds = []) =>
  received({ kind: 'trap', trapOid, varbinds: varbinds.map(([oid, value]) => ({ oid, type: 'x', value })) })
const log = (message: string, more = {}) => received({ kind: 'log', message, ...more })

function matcher(...raw: Record<string, unknown>[]) {
  return compileMatch(raw.map((one) => Match.parse(one)))
}
const says = (raw: Record<string, unknown>, event: ReceivedEvent) => matcher(raw)(event) !== undefined

describe('a trap', () => {
  it('is found by its OID, one of several, everything below one, or any', () => {
    expect(says({ kind: 'trap', trapOid: OID }, trap(OID))).toBe(true)
    expect(says({ kind: 'trap', trapOid: OID }, trap(`${OID}.1`))).toBe(false)
    expect(says({ kind: 'trap', trapOid: ['1.2', OID] }, trap(OID))).toBe(true)
    expect(says({ kind: 'trap', trapOid: `${OID}.*` }, trap(`${OID}.7.1`))).toBe(true)
    expect(says({ kind: 'trap', trapOid: `${OID}.*` }, trap(`${OID}7`))).toBe(false)
    expect(says({ kind: 'trap', trapOid: `${OID}.*` }, trap(OID))).toBe(false)
    expect(says({ kind: 'trap' }, trap('1.2.3'))).toBe(true)
    expect(says({ kind: 'trap-raw' }, trap(OID))).toBe(false)
  })

  const where = (w: Record<string, unknown>, ...varbinds: Varbinds) =>
    says({ kind: 'trap', where: [{ varbind: `${OID}.5`, ...w }] }, trap(OID, varbinds))

  it('is told by values of its varbinds: in, not in, above, below, pattern', () => {
    expect(where({ in: [1, 'two'] }, [`${OID}.5.3`, 1])).toBe(true)
    expect(where({ in: [1, 'two'] }, [`${OID}.5`, '1'])).toBe(true)
    expect(where({ in: [1, 'two'] }, [`${OID}.5.3`, 3])).toBe(false)
    expect(where({ notIn: [2] }, [`${OID}.5.3`, 2])).toBe(false)
    expect(where({ notIn: [2] }, [`${OID}.5.3`, 3])).toBe(true)
    expect(where({ above: 10 }, [`${OID}.5`, 10])).toBe(false)
    expect(where({ above: 10 }, [`${OID}.5`, '10.5'])).toBe(true)
    expect(where({ below: 10 }, [`${OID}.5`, 10])).toBe(false)
    expect(where({ below: 10 }, [`${OID}.5`, 9])).toBe(true)
    expect(where({ above: 1, below: 3 }, [`${OID}.5`, 4])).toBe(false)
    for (const nothing of ['', ' ', 'abc', null]) expect(where({ below: 10 }, [`${OID}.5`, nothing])).toBe(false)
    expect(where({ pattern: '^fan \\d$' }, [`${OID}.5`, 'fan 3'])).toBe(true)
    expect(where({ pattern: '^fan \\d$' }, [`${OID}.5`, 'fan x'])).toBe(false)
  })

  it('without the varbind fits only what is not in a list', () => {
    expect(where({ notIn: [2] })).toBe(true)
    for (const w of [{ in: [1] }, { above: 1 }, { below: 1 }, { pattern: '.' }]) expect(where(w)).toBe(false)
    // a longer number is another OID
    expect(where({ in: [1] }, [`${OID}.51`, 1])).toBe(false)
  })

  it('needs all of its conditions', () => {
    const both = {
      kind: 'trap',
      where: [
        { varbind: `${OID}.5`, in: [1] },
        { varbind: `${OID}.6`, in: [1] },
      ],
    }
    expect(says(both, trap(OID, [[`${OID}.5`, 1]]))).toBe(false)
    expect(
      says(
        both,
        trap(OID, [
          [`${OID}.5`, 1],
          [`${OID}.6`, 1],
        ]),
      ),
    ).toBe(true)
  })

  it('gives its values names: value with label, index, last number, extracted parts', () => {
    const names = {
      state: { varbind: `${OID}.5`, labels: { 2: 'down' } },
      index: { varbind: `${OID}.5`, take: 'index' },
      last: { varbind: `${OID}.5`, take: 'last' },
      slot: { varbind: `${OID}.6`, extract: '(?P<slot>\\d+)/(?P<number>\\d+)' },
      absent: { varbind: `${OID}.9` },
      empty: { varbind: `${OID}.7` },
      long: { varbind: `${OID}.8` },
    }
    const parts = matcher({ kind: 'trap', names })(
      trap(OID, [
        [`${OID}.5.1.7`, 2],
        [`${OID}.6.0`, 'slot 3/14 failed'],
        [`${OID}.7.0`, null],
        [`${OID}.8.0`, 'x'.repeat(300)],
      ]),
    )
    expect(parts).toEqual({
      ...{ state: 'down', index: '1.7', last: '7', slot: '3.14', empty: '', long: 'x'.repeat(256) },
    })
    expect(matcher({ kind: 'trap', names })(trap(OID, [[`${OID}.5.1`, 9]]))).toMatchObject({ state: '9' })
    expect(matcher({ kind: 'trap', names })(trap(OID, [[`${OID}.6`, 'whole']]))).toMatchObject({ slot: 'whole' })
    expect(matcher({ kind: 'trap' })(trap(OID))).toEqual({})
  })

  it('finds the varbind at an OID or below it, also written with a star', () => {
    const { event } = trap(OID, [
      [`${OID}.51`, 'no'],
      [`${OID}.5.2`, 'yes'],
    ])
    const of = (oid: string) => varbindOf(event as Extract<DeviceEvent, { kind: 'trap' }>, oid)?.value
    expect([of(`${OID}.5`), of(`${OID}.5.*`), of(`${OID}.5.2`), of(`${OID}.7`)]).toEqual([
      'yes',
      'yes',
      'yes',
      undefined,
    ])
  })
})

describe('other events', () => {
  it('checks are found by input and outcome', () => {
    const check = received({ kind: 'check', input: 'icmp', resource: '', outcome: 'timeout', before: 'ok' })
    expect(says({ kind: 'check' }, check)).toBe(true)
    expect(says({ kind: 'check', input: 'icmp', outcome: ['refused', 'timeout'] }, check)).toBe(true)
    expect(says({ kind: 'check', input: 'tcp' }, check)).toBe(false)
    expect(says({ kind: 'check', outcome: 'refused' }, check)).toBe(false)
    expect(matcher({ kind: 'check' })(check)).toEqual({})
  })

  it('words of the agent are found by code and by what they say', () => {
    const agent = received({ kind: 'agent', code: 'outbox-full', message: 'outbox of 7 MB is full' })
    expect(says({ kind: 'agent', code: ['other', 'outbox-full'] }, agent)).toBe(true)
    expect(says({ kind: 'agent', code: 'other' }, agent)).toBe(false)
    expect(says({ kind: 'agent', contains: 'empty' }, agent)).toBe(false)
    expect(says({ kind: 'agent', without: ['is full', 'x'] }, agent)).toBe(false)
    expect(matcher({ kind: 'agent', pattern: 'of (?P<size>\\d+) MB' })(agent)).toEqual({ size: '7' })
  })

  it('a storm is found by its kind; the first of several matches that fits gives its parts', () => {
    expect(says({ kind: 'storm' }, received({ kind: 'storm', count: 3 }))).toBe(true)
    const two = matcher({ kind: 'log', pattern: 'never' }, { kind: 'log', pattern: '(?P<who>\\w+) went' })
    expect(two(log('ann went home'))).toEqual({ who: 'ann' })
    expect(two(log('nothing'))).toBeUndefined()
  })
})

describe('a log line', () => {
  it('is told by severity, name, program, words, fields and pattern, all of them', () => {
    const line = log('%LINK-3-UPDOWN: state=down port="Gi0/1" cause', {
      severity: 3,
      mnemonic: 'LINK-3-UPDOWN',
      app: 'ifd',
    })
    const yes = (m: Record<string, unknown>) => says({ kind: 'log', ...m }, line)
    expect(
      yes({ atMostSeverity: 3, mnemonic: 'LINK-*', app: ['x', 'if*'], contains: 'state', fields: { state: 'down' } }),
    ).toBe(true)
    expect(yes({ atMostSeverity: 2 })).toBe(false)
    expect(says({ kind: 'log', atMostSeverity: 7 }, log('no severity'))).toBe(false)
    expect(yes({ mnemonic: 'SYS-*' })).toBe(false)
    expect(yes({ app: 'sshd' })).toBe(false)
    expect(says({ kind: 'log', app: 'x' }, log('m'))).toBe(false)
    expect(says({ kind: 'log', mnemonic: '*' }, log('m'))).toBe(true)
    expect(yes({ contains: ['nope', 'cause'] })).toBe(true)
    expect(yes({ contains: ['nope', 'neither'] })).toBe(false)
    expect(yes({ without: ['nope', 'cause'] })).toBe(false)
    expect(yes({ without: ['nope'] })).toBe(true)
    expect(yes({ fields: { state: ['up', 'do*'], port: 'Gi0/1' } })).toBe(true)
    expect(yes({ fields: { state: 'down', port: 'Gi0/2' } })).toBe(false)
    expect(yes({ fields: { absent: '?*' } })).toBe(false)
    expect(yes({ pattern: 'never', fields: { state: 'down' } })).toBe(false)
  })

  it('is told by named parts of its pattern, else by its fields', () => {
    const match = (w: Record<string, unknown>) => ({
      ...{ kind: 'log', pattern: 'load (?P<load>\\d+)', where: [w] },
    })
    expect(says(match({ group: 'load', above: 80 }), log('load 90 state=hot'))).toBe(true)
    expect(says(match({ group: 'load', above: 80 }), log('load 70 state=hot'))).toBe(false)
    expect(says(match({ group: 'state', in: ['hot'] }), log('load 70 state=hot'))).toBe(true)
    expect(says(match({ group: 'state', in: ['hot'] }), log('load 70 state=cold'))).toBe(false)
    expect(says(match({ group: 'state', in: ['hot'] }), log('no word of it'))).toBe(false)
    expect(matcher(match({ group: 'load', above: 80 }))(log('load 90'))).toEqual({ load: '90' })
    expect(
      says(
        {
          kind: 'log',
          where: [
            { group: 'a', in: ['1'] },
            { group: 'b', in: ['2'] },
          ],
        },
        log('a=1 b=3'),
      ),
    ).toBe(false)
  })
})

describe('what cannot be a match', () => {
  it('is refused: OIDs in words, where of nothing or of two, broken patterns', () => {
    const bad = [
      { kind: 'trap', trapOid: 'linkDown' },
      { kind: 'trap', trapOid: '1.3.*.4' },
      { kind: 'trap', where: [{ in: [1] }] },
      { kind: 'trap', where: [{ varbind: OID, group: 'g', in: [1] }] },
      { kind: 'log', pattern: '(' },
      { kind: 'log', pattern: '(?=x)' },
      { kind: 'trap', trapOid: [] },
      { kind: 'nothing' },
    ]
    for (const one of bad) expect(Match.safeParse(one).success, JSON.stringify(one)).toBe(false)
    expect(Match.safeParse({ kind: 'log', where: [{ group: 'g', in: [1] }] }).success).toBe(true)
  })
})
