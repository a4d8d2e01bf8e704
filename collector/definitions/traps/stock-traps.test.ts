// Every shipped definition, pair by pair: its trap raises an alarm of the identity it says, the trap that ends it ends that
// very alarm, and a trap of another OID does neither.
import { describe, expect, it } from 'vitest'
import { knownAlarmTypes } from '#shared/domain/alarm-types.ts'
import type { Varbind } from '#shared/domain/device-event.ts'
import type { ReceivedEvent } from '../../ingest/evaluation.ts'
import type { Match } from '../../rules/event-matching.ts'
import type { DefinedRule } from '../../rules/rule.ts'
import { readStockRules } from '../../rules/rule-folder.ts'
import { createRules } from '../../rules/rules.ts'
import { createTrapDefinitions } from '../definitions.ts'

const definitions = createTrapDefinitions('/nowhere/traps.d')
const index = definitions.index()

let nextId = 0
function trap(trapOid: string, varbinds: Varbind[]): ReceivedEvent {
  const event = {
    kind: 'trap' as const,
    at: 0,
    device: 'd',
    source: '192.0.2.1',
    version: 'v2c' as const,
    confirmed: false,
    trapOid,
    user: '',
    varbinds,
  }
  const at = ++nextId * 1000
  return {
    ...{ id: nextId, agent: 'agent-one', site: 's', customer: 'c', device: 's.d', epoch: 'e', seq: nextId, at },
    receivedAt: at,
    event,
  }
}

function engine(rules: readonly DefinedRule[]) {
  const made = createRules({ places: { device: () => undefined, customerOf: () => 'c' }, language: 'en' })
  made.restore({ rules, states: [], series: [] })
  return (event: ReceivedEvent) =>
    made.evaluate({ now: event.at, newSeries: [], events: [event], samples: [], watermarks: [] }).signals
}

/** A trap that fits a match: every value that its conditions and names ask for, the same for the same varbind. */
function fitting(match: Match): ReceivedEvent {
  const values = new Map<string, string | number>()
  for (const { varbind } of Object.values(match.names ?? {})) values.set(varbind, 'part 7')
  for (const where of match.where ?? []) {
    const value = where.in?.[0] ?? (where.above !== undefined ? where.above + 1 : 4711)
    const sample = where.pattern === undefined ? value : /red|yellow|green|start|stop/.exec(where.pattern)?.[0]
    values.set(where.varbind ?? '', sample ?? value)
  }
  values.set('1.3.6.1.2.1.31.1.1.1.1', 'GigabitEthernet0/1')
  const varbinds = [...values].map(([oid, value]) => ({
    oid: `${oid}.1.7`,
    type: typeof value === 'number' ? 'Integer' : 'OctetString',
    value,
  }))
  return trap([match.trapOid].flat()[0] ?? '', varbinds)
}

describe('the shipped trap definitions', () => {
  it('can all be read', () => {
    expect(definitions.problems()).toEqual([])
    expect(index.definitions.length).toBeGreaterThan(400)
    const vendors = new Set(index.definitions.map((d) => d.vendor))
    for (const vendor of ['IETF', 'Cisco', 'Huawei', 'H3C', 'Juniper', 'HPE', 'Dell', 'APC', 'Fortinet', 'VMware'])
      expect(vendors).toContain(vendor)
  })

  it('are one per OID and rule id, with words in both languages', () => {
    const oids = index.definitions.map((d) => d.oid)
    expect(new Set(oids).size).toBe(oids.length)
    const all = [...readStockRules().rules, ...definitions.rules()].map((d) => d.rule.id)
    expect(all.filter((id, i) => all.indexOf(id) !== i)).toEqual([])
    for (const d of index.definitions) {
      expect(d.description['zh-CN'], d.name).toMatch(/\p{Script=Han}|\{\{/u)
      expect(d.description.en, d.name).not.toMatch(/\p{Script=Han}/u)
    }
  })

  it('open incidents only by alarm blocks, and not for warnings', () => {
    for (const { rule } of definitions.rules())
      if (rule.incident.open) expect(['major', 'critical'], rule.id).toContain(rule.severity)
  })

  it('share the words of polled faults', () => {
    const known = new Set(knownAlarmTypes())
    const used = new Set(definitions.rules().map((d) => d.rule.alarmType))
    expect([...used].filter((type) => known.has(type)).length).toBeGreaterThan(25)
  })

  const rules = definitions.rules()
  it.each(rules.map((d) => [d.rule.id, d] as const))('%s', (_, defined) => {
    const { condition, alarmType, severity } = defined.rule
    if (condition.type !== 'event-match') throw new Error('only event-match')
    const hear = engine([defined])
    for (const match of [condition.match].flat()) {
      for (const trapOid of [match.trapOid].flat()) {
        const raising = fitting({ ...match, trapOid })
        const [raised, ...more] = hear(raising)
        expect(more).toEqual([])
        expect(raised).toMatchObject({ kind: 'raise', alarmType, severity, device: 's.d' })
        for (const text of [raised?.resource, raised?.qualifier, raised?.text]) expect(text).not.toMatch(/\{\{|:$|: $/)
        expect(raised?.text).not.toBe('')
        const other = { ...raising, event: { ...raising.event, trapOid: `${trapOid}.99` } } as ReceivedEvent
        expect(hear(other)).toEqual([])
      }
    }
    for (const clear of [condition.clear ?? []].flat()) {
      const [raised] = hear(fitting([condition.match].flat()[0] as Match))
      const [cleared] = hear(fitting(clear))
      expect(cleared).toMatchObject({ kind: 'clear', alarmType })
      expect([cleared?.resource, cleared?.qualifier]).toEqual([raised?.resource, raised?.qualifier])
    }
    const ends = condition.clear !== undefined || defined.rule.clearAfter > 0
    expect(ends, 'nothing ever ends it').toBe(true)
  })
})

describe('real traps', () => {
  const hear = engine([...readStockRules().rules, ...definitions.rules()])
  const vb = (oid: string, value: string | number): Varbind => ({
    oid,
    type: typeof value === 'number' ? 'Integer' : 'OctetString',
    value,
  })
  const said = (oid: string, ...varbinds: Varbind[]) =>
    hear(trap(oid, varbinds)).map(
      (s) => `${s.kind} ${s.resource || '-'} ${s.alarmType}${s.qualifier && `/${s.qualifier}`}`,
    )

  it.each<[string, string, Varbind[], string[]]>([
    [
      'a link',
      '1.3.6.1.6.3.1.1.5.3',
      [vb('1.3.6.1.2.1.2.2.1.1.3', 3), vb('1.3.6.1.2.1.31.1.1.1.1.3', 'Gi0/3')],
      ['raise if:Gi0/3 link.down'],
    ],
    [
      'BGP by RFC 4273',
      '1.3.6.1.2.1.15.0.2',
      [vb('1.3.6.1.2.1.15.3.1.2.192.0.2.9', 1)],
      ['raise bgp:192.0.2.9 bgp.peer-down'],
    ],
    [
      'BGP by RFC 1657',
      '1.3.6.1.2.1.15.7.1',
      [vb('1.3.6.1.2.1.15.3.1.2.192.0.2.9', 6)],
      ['clear bgp:192.0.2.9 bgp.peer-down'],
    ],
    [
      'OSPF down',
      '1.3.6.1.2.1.14.16.2.2',
      [vb('1.3.6.1.2.1.14.10.1.1.10.0.0.2.0', '10.0.0.2'), vb('1.3.6.1.2.1.14.10.1.6.10.0.0.2.0', 1)],
      ['raise ospf:10.0.0.2 ospf.neighbour-down'],
    ],
    [
      'OSPF on its way',
      '1.3.6.1.2.1.14.16.2.2',
      [vb('1.3.6.1.2.1.14.10.1.1.10.0.0.2.0', '10.0.0.2'), vb('1.3.6.1.2.1.14.10.1.6.10.0.0.2.0', 7)],
      [],
    ],
    [
      'OSPF full',
      '1.3.6.1.2.1.14.16.2.2',
      [vb('1.3.6.1.2.1.14.10.1.1.10.0.0.2.0', '10.0.0.2'), vb('1.3.6.1.2.1.14.10.1.6.10.0.0.2.0', 8)],
      ['clear ospf:10.0.0.2 ospf.neighbour-down'],
    ],
    ['a UPS on battery, once', '1.3.6.1.2.1.33.2.1', [], ['raise - power.on-battery']],
    [
      'a UPS alarm added',
      '1.3.6.1.2.1.33.2.3',
      [vb('1.3.6.1.2.1.33.1.6.2.1.2.1', '1.3.6.1.2.1.33.1.6.3.8')],
      ['raise - power.overload'],
    ],
    [
      'a UPS alarm removed, v1 spelling',
      '1.3.6.1.2.1.33.2.0.4',
      [vb('1.3.6.1.2.1.33.1.6.2.1.2.1', '1.3.6.1.2.1.33.1.6.3.8')],
      ['clear - power.overload'],
    ],
    [
      'a UPS alarm that a rule judges',
      '1.3.6.1.2.1.33.2.3',
      [vb('1.3.6.1.2.1.33.1.6.2.1.2.1', '1.3.6.1.2.1.33.1.6.3.3')],
      ['raise - power.battery-low'],
    ],
    [
      'a Cisco fan',
      '1.3.6.1.4.1.9.9.13.3.0.4',
      [vb('1.3.6.1.4.1.9.9.13.1.4.1.2.1004', 'Fan 1'), vb('1.3.6.1.4.1.9.9.13.1.4.1.3.1004', 3)],
      ['raise fan:Fan 1 env.fan'],
    ],
    [
      'a Cisco fan, well again',
      '1.3.6.1.4.1.9.9.13.3.0.8',
      [vb('1.3.6.1.4.1.9.9.13.1.4.1.2.1004', 'Fan 1'), vb('1.3.6.1.4.1.9.9.13.1.4.1.3.1004', 1)],
      ['clear fan:Fan 1 env.fan'],
    ],
    [
      'a Huawei fan',
      '1.3.6.1.4.1.2011.5.25.219.2.6.5',
      [vb('1.3.6.1.2.1.47.1.1.1.1.7.67108875', 'FAN 1')],
      ['raise fan:FAN 1 env.fan'],
    ],
    [
      'an H3C board',
      '1.3.6.1.4.1.25506.2.6.2.0.16',
      [vb('1.3.6.1.2.1.47.1.1.1.1.7.30', 'Board 1'), vb('1.3.6.1.4.1.25506.2.6.1.1.1.1.19.30', 41)],
      ['raise module:Board 1 module.failed'],
    ],
    [
      'a Juniper power supply',
      '1.3.6.1.4.1.2636.4.1.1',
      [vb('1.3.6.1.4.1.2636.3.1.8.1.6.2.1.0.0', 'PEM 0')],
      ['raise part:PEM 0 module.failed'],
    ],
    [
      'an HPE power supply',
      '1.3.6.1.4.1.232.0.6050',
      [vb('1.3.6.1.4.1.232.6.2.9.3.1.1.0.2', 0), vb('1.3.6.1.4.1.232.6.2.9.3.1.2.0.2', 2)],
      ['raise power:0.2 env.power-supply'],
    ],
    [
      'an HPE disk',
      '1.3.6.1.4.1.232.0.3046',
      [vb('1.3.6.1.4.1.232.3.2.5.1.1.6.0.3', 3), vb('1.3.6.1.4.1.232.3.2.5.1.1.64.0.3', 'Port 1I Box 1 Bay 3')],
      ['raise disk:Port 1I Box 1 Bay 3 disk.failed'],
    ],
    [
      'a Dell disk',
      '1.3.6.1.4.1.674.10892.5.3.2.2.0.4345',
      [vb('1.3.6.1.4.1.674.10892.5.3.1.7.0', 'Disk 3')],
      ['raise disk:Disk 3 disk.failed'],
    ],
    [
      'a Dell disk that tells of something',
      '1.3.6.1.4.1.674.10892.5.3.2.2.0.4347',
      [vb('1.3.6.1.4.1.674.10892.5.3.1.7.0', 'Disk 3'), vb('1.3.6.1.4.1.674.10892.5.3.1.3.0', 4)],
      [],
    ],
    ['an APC UPS, v1', '1.3.6.1.4.1.318.0.5', [], ['raise - power.on-battery']],
    ['an APC UPS with its power back', '1.3.6.1.4.1.318.0.9', [], ['clear - power.on-battery']],
    [
      'a VPN tunnel',
      '1.3.6.1.4.1.12356.101.2.0.302',
      [vb('1.3.6.1.4.1.12356.101.12.3.4.0', 'to-branch')],
      ['raise tunnel:to-branch vpn.tunnel-down'],
    ],
    [
      'a PBX trunk',
      '1.3.6.1.4.1.6889.2.2.1.2.0.50',
      [vb('1.3.6.1.4.1.6889.2.2.1.2.1.25.0', 'Line 5')],
      ['raise trunk:Line 5 trunk.down'],
    ],
    [
      'an OceanStor fault',
      '1.3.6.1.4.1.2011.2.91.10.2.1.0.1',
      [
        vb('1.3.6.1.4.1.2011.2.91.10.3.1.1.11.0', 1),
        vb('1.3.6.1.4.1.2011.2.91.10.3.1.1.6.0', 2),
        vb('1.3.6.1.4.1.2011.2.91.10.3.1.1.7.0', '900'),
        vb('1.3.6.1.4.1.2011.2.91.10.3.1.1.2.0', 'disk 3'),
      ],
      ['raise - storage.alarm/900 disk 3'],
    ],
    [
      'a Fibre Channel sensor',
      '1.3.6.1.4.1.1588.2.1.1.1.0.2',
      [
        vb('1.3.6.1.4.1.1588.2.1.1.1.1.22.1.3.4', 2),
        vb('1.3.6.1.4.1.1588.2.1.1.1.1.22.1.2.4', 2),
        vb('1.3.6.1.4.1.1588.2.1.1.1.1.22.1.5.4', 'FAN #1'),
      ],
      ['raise sensor:FAN #1 env.fan'],
    ],
  ])('%s', (_, oid, varbinds, expected) => {
    // two rules of one alarm may both say that it is over
    expect([...new Set(said(oid, ...varbinds))]).toEqual(expected)
  })
})
