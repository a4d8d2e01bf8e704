// Links from readings: both ends, one end, every protocol, and over time; the same whatever order readings come in.
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Device } from '#shared/domain/inventory.ts'
import type { AnnouncedRow, NeighboursEvent, NeighbourTable } from '#shared/domain/neighbours.ts'
import type { Link } from '#shared/domain/topology.ts'
import { neighboursOf, strangersOf } from './neighbour-rows.ts'
import { createTopology, type Topology } from './topology.ts'

const AT = 1_790_000_000_000
const deviceOf = (id: string, more: Partial<Device> = {}): Device => ({
  ...{ id: `s1.${id}`, site: 's1', customer: 'c1', agent: 'agent-01', name: id, address: `192.0.2.${id.length}` },
  ...{ state: 'up', stateSince: null, vendor: null, model: null, serial: null, version: null, sysObjectId: null },
  ...{ sysDescr: null, profile: null, profileReason: null, tags: {}, parents: [], interval: 60, active: true },
  ...more,
})

let devices: Map<string, Device>
let topology: Topology
let now: number
beforeEach(() => {
  devices = new Map()
  now = AT
  topology = createTopology({ devices: () => devices.values(), device: (id) => devices.get(id) })
})

const macOf = (n: number) =>
  `02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`

/** A device that knows itself by MAC 02:..:n, with ports if:1 to if:8. */
function add(id: string, n: number, more: Partial<Device> = {}, tells = true): void {
  const device = deviceOf(id, { address: `10.0.${n >> 8}.${n & 255}`, ...more })
  devices.set(device.id, device)
  topology.described(device)
  for (let port = 1; port <= 8; port++)
    topology.learn({
      device: device.id,
      resource: `if:Gi0/${port}`,
      tags: { interface: `Gi0/${port}`, descr: `GigabitEthernet0/${port}`, index: `${port}` },
    })
  if (tells) tell(id, 'self', { self: { name: id, chassis: macOf(n), macs: [macOf(n)], addresses: [], serials: [] } })
}

function tell(id: string, table: NeighbourTable, rows: Partial<NeighboursEvent>, at = now): void {
  const event = {
    kind: 'neighbours',
    at,
    device: id,
    table,
    range: { after: null, upTo: null },
    ...rows,
  } as NeighboursEvent
  topology.observe('s1', `s1.${id}`, at, event)
}

const sees = (port: number, n: number, remotePort: string, more: Partial<AnnouncedRow> = {}): AnnouncedRow => ({
  ...{ port: `if:Gi0/${port}`, chassis: macOf(n), chassisForm: 'mac', remotePort, portForm: 'name', ...more },
})

function links(): readonly Link[] {
  now += 60_000
  topology.refresh(now)
  return topology.linksOf('s1')
}
const ends = (all: readonly Link[]) =>
  all.map((l) => `${l.a}|${l.aPort}|${l.b}|${l.bPort}|${l.by}|${l.toldBy.join('')}|${l.state}`).sort()

describe('topology', () => {
  it('makes one link of what both ends tell, and one of what one end tells', () => {
    for (const [i, id] of ['a', 'b', 'c'].entries()) add(id, i + 1)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/4')] })
    tell('b', 'lldp', { announced: [sees(4, 1, 'GigabitEthernet0/1'), sees(5, 3, 'Gi0/7')] })
    expect(ends(links())).toEqual([
      's1.a|if:Gi0/1|s1.b|if:Gi0/4|lldp|ab|current',
      's1.b|if:Gi0/5|s1.c|if:Gi0/7|lldp|a|current',
    ])
    expect(topology.linksOf('s1').map((l) => l.confidence)).toEqual(expect.arrayContaining([1, 0.9]))
  })

  it('keeps parallel links apart, also where only one end can tell its ports', () => {
    add('a', 1)
    add('b', 2)
    tell('a', 'lldp', { announced: [sees(1, 2, '00:99:99:99:99:99', { portForm: 'mac' }), sees(2, 2, 'Gi0/6')] })
    tell('b', 'lldp', { announced: [sees(5, 1, 'Gi0/1'), sees(6, 1, 'Gi0/2')] })
    expect(ends(links())).toEqual([
      's1.a|if:Gi0/1|s1.b|if:Gi0/5|lldp|ab|current',
      's1.a|if:Gi0/2|s1.b|if:Gi0/6|lldp|ab|current',
    ])
  })

  it('believes each end about its own port: the other end may announce the aggregate', () => {
    add('a', 1)
    add('b', 2)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/8')] })
    tell('b', 'lldp', { announced: [sees(5, 1, 'Gi0/1')] })
    expect(ends(links())).toEqual(['s1.a|if:Gi0/1|s1.b|if:Gi0/5|lldp|ab|current'])
  })

  it.each<[string, AnnouncedRow]>([
    ['management address', { port: 'if:Gi0/1', name: 'other', addresses: ['10.0.0.2'] }],
    ['name with a domain', { port: 'if:Gi0/1', name: 'B.example.net' }],
    ['name and serial number of NX-OS', { port: 'if:Gi0/1', name: 'whatever(FDO1)' }],
    ['address as chassis', { port: 'if:Gi0/1', chassis: '10.0.0.2', chassisForm: 'address' }],
  ])('recognises a neighbour by its %s', (_, row) => {
    add('a', 1)
    add('b', 2, { serial: 'FDO1' })
    tell('a', 'cdp', { announced: [row] })
    expect(links().map((l) => [l.a, l.b, l.by])).toEqual([['s1.a', 's1.b', 'cdp']])
  })

  it('recognises nobody by what two devices share, nor by a name that names nobody', () => {
    for (const [i, id] of ['a', 'b', 'c'].entries()) add(id, i + 1, {}, id === 'a')
    for (const id of ['b', 'c'])
      tell(id, 'self', { self: { name: 'Switch', macs: [macOf(9)], addresses: [], serials: [] } })
    tell('a', 'lldp', { announced: [sees(1, 9, 'Gi0/1'), { port: 'if:Gi0/2', name: 'Switch' }] })
    expect(links()).toEqual([])
    const { items } = neighboursOf(topology, 's1', 's1.a', () => null)
    expect(items.map((row) => [row.port, row.device, row.name, row.mac])).toEqual([
      ['if:Gi0/1', null, null, macOf(9)],
      ['if:Gi0/2', null, 'Switch', null],
    ])
  })

  it('does not take a CDP frame that passed through a switch for a link', () => {
    for (const [i, id] of ['a', 'b', 'c'].entries()) add(id, i + 1)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/4')] })
    tell('a', 'cdp', { announced: [{ port: 'if:Gi0/1', name: 'c', remotePort: 'Gi0/1', portForm: 'name' }] })
    expect(ends(links())).toEqual(['s1.a|if:Gi0/1|s1.b|if:Gi0/4|lldp|a|current'])
  })

  it('finds switches that announce nothing by their forwarding tables, with no link over a third', () => {
    // a - b - c in a row
    for (const [i, id] of ['a', 'b', 'c'].entries()) add(id, i + 1)
    tell('a', 'fdb', { learned: [{ port: 'if:Gi0/1', count: 20, macs: [macOf(2), macOf(3)] }] })
    tell('b', 'fdb', {
      learned: [
        { port: 'if:Gi0/1', count: 9, macs: [macOf(1)] },
        { port: 'if:Gi0/2', count: 9, macs: [macOf(3)] },
      ],
    })
    tell('c', 'fdb', { learned: [{ port: 'if:Gi0/1', count: 30, macs: [macOf(1), macOf(2)] }] })
    expect(ends(links())).toEqual([
      's1.a|if:Gi0/1|s1.b|if:Gi0/1|fdb|ab|current',
      's1.b|if:Gi0/2|s1.c|if:Gi0/1|fdb|ab|current',
    ])
  })

  it('puts a camera that tells nothing on the one access port where its address is learned', () => {
    add('a', 1)
    add('b', 2)
    add('camera', 3, { address: '10.0.0.50' }, false)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/4')] })
    // the gateway knows which address it has; the core sees it behind its uplink, the access switch on a port
    tell('a', 'arp', { arp: [{ port: 'if:Vl1', ip: '10.0.0.50', mac: macOf(50) }] })
    tell('a', 'fdb', { learned: [{ port: 'if:Gi0/1', count: 3, macs: [macOf(50), macOf(2)] }] })
    tell('b', 'fdb', {
      learned: [
        { port: 'if:Gi0/4', count: 2, macs: [macOf(1)] },
        { port: 'if:Gi0/7', count: 1, macs: [macOf(50)] },
      ],
    })
    expect(ends(links())).toEqual([
      's1.a|if:Gi0/1|s1.b|if:Gi0/4|lldp|a|current',
      's1.b|if:Gi0/7|s1.camera||fdb|a|current',
    ])
  })

  it('does not guess where an address is on several access ports, or behind a port of many', () => {
    add('a', 1)
    add('b', 2)
    add('ups', 3)
    add('printer', 4)
    tell('a', 'fdb', {
      learned: [
        { port: 'if:Gi0/1', count: 1, macs: [macOf(3)] },
        { port: 'if:Gi0/2', count: 60, macs: [macOf(4)] },
      ],
    })
    tell('b', 'fdb', { learned: [{ port: 'if:Gi0/1', count: 1, macs: [macOf(3)] }] })
    expect(links()).toEqual([])
  })

  it('puts what only a gateway knows behind it, with little confidence', () => {
    add('gw', 1)
    for (let n = 2; n <= 4; n++) add(`cam-${n}`, n, {}, false)
    tell('gw', 'arp', { arp: [2, 3, 4].map((n) => ({ port: 'if:Gi0/3', ip: `10.0.0.${n}`, mac: macOf(n) })) })
    expect(links().map((l) => [l.a, l.b, l.bPort, l.by, l.confidence])).toEqual(
      [2, 3, 4].map((n) => [`s1.cam-${n}`, 's1.gw', 'if:Gi0/3', 'arp', 0.3]),
    )
  })

  it('keeps a link that is gone as stale, tells a moved cable from it, and takes it back when it returns', () => {
    for (const [i, id] of ['a', 'b', 'c'].entries()) add(id, i + 1)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/1'), sees(2, 2, 'Gi0/2')] })
    const [first] = links()
    tell('a', 'lldp', { announced: [sees(1, 3, 'Gi0/1')] })
    expect(
      links()
        .map((l) => [l.b, l.aPort, l.state, l.staleBecause])
        .sort(),
    ).toEqual([
      ['s1.b', 'if:Gi0/1', 'stale', 'replaced'],
      ['s1.b', 'if:Gi0/2', 'stale', 'gone'],
      ['s1.c', 'if:Gi0/1', 'current', null],
    ])
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/1')] })
    const back = links().find((l) => l.id === first?.id)
    expect(back).toMatchObject({ state: 'current', staleSince: null, firstSeenAt: first?.firstSeenAt })
  })

  it('knows more of a link later: it stays one', () => {
    add('a', 1)
    add('b', 2)
    tell('a', 'lldp', { announced: [{ port: 'if:Gi0/1', chassis: macOf(2), chassisForm: 'mac' }] })
    expect(ends(links())).toEqual(['s1.a|if:Gi0/1|s1.b||lldp|a|current'])
    tell('b', 'lldp', { announced: [sees(3, 1, 'Gi0/1')] })
    expect(ends(links())).toEqual(['s1.a|if:Gi0/1|s1.b|if:Gi0/3|lldp|ab|current'])
  })

  it('keeps what people drew, through readings and restarts', () => {
    add('a', 1)
    add('b', 2)
    const draft = { a: 's1.b', aPort: 'if:Gi0/2', b: 's1.a', bPort: 'if:Gi0/1', note: 'dark fibre' }
    const drawn = topology.draw('s1', draft, 'kim', now)
    expect(drawn).toMatchObject({ ok: true, link: { a: 's1.a', aPort: 'if:Gi0/1', by: 'manual', drawnBy: 'kim' } })
    expect(topology.draw('s1', draft, 'kim', now)).toMatchObject({ ok: false })
    expect(topology.draw('s1', { ...draft, a: 's2.x' }, 'kim', now)).toMatchObject({ ok: false })
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/2')] })
    expect(links()).toMatchObject([{ by: 'manual', sources: ['manual', 'lldp'], note: 'dark fibre', confidence: 1 }])
    tell('a', 'lldp', { announced: [] })
    expect(links()).toMatchObject([{ state: 'current', by: 'manual' }])
    const again = createTopology({ devices: () => devices.values(), device: (id) => devices.get(id) })
    again.restore({ observations: [], links: topology.linksOf('s1') })
    again.refresh(now + 100_000)
    expect(again.linksOf('s1')).toMatchObject([{ state: 'current', drawnBy: 'kim' }])
  })

  it('is the same after a restart, and writes nothing that is stored already', () => {
    for (const [i, id] of ['a', 'b', 'c'].entries()) add(id, i + 1)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/1'), sees(2, 3, 'Gi0/2')] })
    const before = links()
    const observations = [...devices.keys()].flatMap((id) => topology.observations.of(id))
    const again = createTopology({ devices: () => devices.values(), device: (id) => devices.get(id) })
    again.restore({ observations, links: before })
    // even while nobody has told the names of ports
    expect(again.refresh(now + 1)).toEqual([])
    expect(again.linksOf('s1')).toEqual(before)
  })

  it('keeps the links of a device that is watched no more as stale, and nothing else of it', () => {
    add('a', 1)
    add('b', 2)
    tell('a', 'lldp', { announced: [sees(1, 2, 'Gi0/1')] })
    links()
    const gone = { ...(devices.get('s1.a') as Device), active: false }
    devices.set('s1.a', gone)
    expect(topology.described(gone)).toEqual([{ kind: 'forget', device: 's1.a' }])
    expect(topology.described(gone)).toEqual([])
    expect(links()).toMatchObject([{ state: 'stale', staleBecause: 'gone' }])
    expect(topology.observations.of('s1.a')).toEqual([])
  })

  it('lists who is seen and not known, and puts parts of a table together', () => {
    add('a', 1)
    const strange = (n: number): AnnouncedRow => ({ port: `if:Gi0/${n}`, name: `ap-${n}`, addresses: [`10.9.0.${n}`] })
    tell('a', 'cdp', { announced: [strange(1), strange(2)], range: { after: null, upTo: 'if:Gi0/2\u001f\uffff' } })
    tell('a', 'cdp', { announced: [strange(3)], range: { after: 'if:Gi0/2\u001f\uffff', upTo: null } })
    expect(strangersOf(topology, 's1').strangers.map((s) => s.name)).toEqual(['ap-1', 'ap-2', 'ap-3'])
    tell('a', 'cdp', { announced: [], range: { after: 'if:Gi0/2\u001f\uffff', upTo: null } })
    expect(strangersOf(topology, 's1').strangers.map((s) => s.name)).toEqual(['ap-1', 'ap-2'])
  })

  const graph = fc.integer({ min: 2, max: 12 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      cables: fc.array(
        fc.record({
          a: fc.nat(size - 1),
          b: fc.nat(size - 1),
          by: fc.constantFrom<'lldp' | 'cdp' | 'both'>('lldp', 'cdp', 'both'),
          told: fc.constantFrom<'a' | 'b' | 'ab'>('a', 'b', 'ab'),
        }),
        { maxLength: 24 },
      ),
      order: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
    }),
  )
  it('gives the cables of any graph, told by both ends or by one, in any order', () => {
    fc.assert(
      fc.property(graph, ({ size, cables, order }) => {
        const run = (shuffle: readonly number[]) => {
          devices = new Map()
          topology = createTopology({ devices: () => devices.values(), device: (id) => devices.get(id) })
          now = AT
          for (let i = 0; i < size; i++) add(`d${i}`, i + 1)
          const used = new Array<number>(size).fill(0)
          const rows = new Map<string, AnnouncedRow[]>()
          const wanted: string[] = []
          for (const { a, b, by, told } of cables) {
            if (a === b || (used[a] as number) >= 8 || (used[b] as number) >= 8) continue
            const [pa, pb] = [++(used as number[])[a]!, ++(used as number[])[b]!]
            const say = (x: number, px: number, y: number, py: number) => {
              const lldp = sees(px, y + 1, `Gi0/${py}`)
              const cdp: AnnouncedRow = {
                port: `if:Gi0/${px}`,
                name: `d${y}`,
                remotePort: `GigabitEthernet0/${py}`,
                portForm: 'name',
              }
              if (by !== 'cdp') rows.set(`d${x} lldp`, [...(rows.get(`d${x} lldp`) ?? []), lldp])
              if (by !== 'lldp') rows.set(`d${x} cdp`, [...(rows.get(`d${x} cdp`) ?? []), cdp])
            }
            if (told.includes('a')) say(a, pa, b, pb)
            if (told.includes('b')) say(b, pb, a, pa)
            const [l, r] = [`s1.d${a}|if:Gi0/${pa}`, `s1.d${b}|if:Gi0/${pb}`]
            wanted.push(`s1.d${a}` < `s1.d${b}` ? `${l}|${r}` : `${r}|${l}`)
          }
          const tables = [...rows].map((entry, i) => [shuffle[i % shuffle.length] as number, entry] as const)
          for (const [, [key, announced]] of tables.sort((x, y) => x[0] - y[0])) {
            const [id = '', table = ''] = key.split(' ')
            const mixed = announced.toSorted(
              (x, y) => ((x.port.length * 7 + (shuffle[0] as number)) % 5) - ((y.port.length * 3) % 5),
            )
            tell(id, table as 'lldp', { announced: mixed })
          }
          return {
            found: links()
              .map((l) => `${l.a}|${l.aPort}|${l.b}|${l.bPort}`)
              .sort(),
            wanted: wanted.sort(),
            all: links(),
          }
        }
        const one = run(order)
        expect(one.found).toEqual(one.wanted)
        const other = run(order.toReversed())
        expect(ends(other.all)).toEqual(ends(one.all))
      }),
      { numRuns: 150 },
    )
  })
})
