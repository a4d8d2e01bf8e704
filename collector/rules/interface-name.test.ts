import { describe, expect, it } from 'vitest'
import type { ReceivedEvent, ReceivedSamples, SeriesInfo } from '../ingest/evaluation.ts'
import { createInterfaces } from './interface-name.ts'

const IF = '1.3.6.1.2.1.2.2.1'
const IF_NAME = '1.3.6.1.2.1.31.1.1.1.1'

function desk() {
  const made = createInterfaces()
  let id = 0
  const poll = (resource: string, tags: Record<string, string> = {}, device = 'sw') => {
    made.learn({ id: ++id, device, resource, tags } as unknown as SeriesInfo)
    return id
  }
  const trap = (varbinds: Record<string, string | number | null>, device: string | null = 'sw') =>
    made.resourceOfTrap({
      device,
      event: { kind: 'trap', varbinds: Object.entries(varbinds).map(([oid, value]) => ({ oid, type: 'x', value })) },
    } as unknown as ReceivedEvent)
  const samples = (...rows: [series: number, at: number][]): ReceivedSamples[] => [
    {
      ...{ agent: 'a', site: 's', length: rows.length, series: Uint32Array.from(rows, ([s]) => s) },
      ...{ at: Float64Array.from(rows, ([, at]) => at), values: new Float64Array(rows.length) },
      judged: new Float64Array(rows.length),
    },
  ]
  return { ...made, poll, trap, samples }
}

describe('the name of a port', () => {
  it('is the polled one, however it is spelled; unknown ones stay as they came', () => {
    const d = desk()
    d.poll('if:Gi0/1', { ifDescr: 'GigabitEthernet0/1', ifIndex: '1' })
    d.poll('if:up', { interface: 'Uplink', descr: ' core link ' })
    for (const name of ['Gi0/1', 'GigabitEthernet 0/1', 'ge0/1', ' gigabitethernet0/1 '])
      expect(d.resourceOfName('sw', name), name).toBe('if:Gi0/1')
    expect(d.resourceOfName('sw', 'Uplink')).toBe('if:up')
    expect(d.resourceOfName('sw', 'core link')).toBe('if:up')
    expect(d.resourceOfName('sw', ' Gi0/9 ')).toBe('if:Gi0/9')
    expect(d.resourceOfName('other', 'Gi0/1')).toBe('if:Gi0/1')
    expect(d.resourceOfName('other', 'GigabitEthernet0/1')).toBe('if:GigabitEthernet0/1')
  })

  it('is not learnt from what is no port', () => {
    const d = desk()
    d.poll('disk:1', { ifDescr: 'Gi0/1', ifIndex: '1' })
    expect([...d.seriesOf('sw')]).toEqual([])
    expect(d.trap({ [`${IF}.1.1`]: 1 })).toBe('if:index-1')
  })

  it('that two ports have as description names neither; their own names still do', () => {
    const d = desk()
    d.poll('if:1', { ifDescr: 'port', ifName: 'eth1', ifIndex: '1' })
    d.poll('if:2', { ifDescr: 'port', ifName: 'eth2', ifIndex: '2' })
    expect(d.resourceOfName('sw', 'port')).toBe('if:port')
    expect(d.resourceOfName('sw', 'eth1')).toBe('if:1')
    expect(d.resourceOfName('sw', 'eth2')).toBe('if:2')
    expect(d.trap({ [`${IF}.2.9`]: 'port' })).toBe('if:index-9')
    expect(d.trap({ [`${IF}.2.2`]: 'port' })).toBe('if:2')
    const again = desk()
    again.poll('if:1', { ifDescr: 'eth0', ifIndex: '1' })
    again.poll('if:1', { ifDescr: 'eth0', ifIndex: '1' })
    expect(again.resourceOfName('sw', 'eth0')).toBe('if:1')
  })

  it('that is known only now replaces the number or spelling that a trap gave; polled ports are what they are', () => {
    const d = desk()
    d.poll('if:Gi0/1', { ifIndex: '7' })
    expect(d.resourceNow('sw', 'if:index-7')).toBe('if:Gi0/1')
    expect(d.resourceNow('sw', 'if:GigabitEthernet0/1')).toBe('if:Gi0/1')
    expect(d.resourceNow('sw', 'if:Gi0/1')).toBe('if:Gi0/1')
    expect(d.resourceNow('sw', 'if:index-8')).toBe('if:index-8')
    expect(d.resourceNow('sw', 'disk:Gi0/1')).toBe('disk:Gi0/1')
    d.poll('if:Ethernet1')
    d.poll('if:eth1')
    expect(d.resourceNow('sw', 'if:Ethernet1')).toBe('if:Ethernet1')
  })
})

describe('the port a trap speaks of', () => {
  const polled = () => {
    const d = desk()
    d.poll('if:Gi0/1', { ifDescr: 'GigabitEthernet0/1', ifIndex: '1' })
    d.poll('if:Gi0/2', { ifDescr: 'GigabitEthernet0/2', ifIndex: '2' })
    return d
  }

  it('is told by ifName, then ifDescr, then ifIndex, then the number of a status', () => {
    const d = polled()
    expect(d.trap({ [`${IF_NAME}.1`]: 'Gi0/2', [`${IF}.2.1`]: 'GigabitEthernet0/1', [`${IF}.1.1`]: 1 })).toBe(
      'if:Gi0/2',
    )
    expect(d.trap({ [`${IF}.2.1`]: 'GigabitEthernet0/2', [`${IF}.1.1`]: 1 })).toBe('if:Gi0/2')
    expect(d.trap({ [`${IF}.1.9`]: 2 })).toBe('if:Gi0/2')
    expect(d.trap({ [`${IF}.7.2`]: 1 })).toBe('if:Gi0/2')
    expect(d.trap({ [`${IF}.8.2`]: 1 })).toBe('if:Gi0/2')
    expect(d.trap({ [`${IF}.2.2`]: 'unheard of' })).toBe('if:Gi0/2')
    expect(d.trap({ [`${IF_NAME}.2`]: '' })).toBe('if:Gi0/2')
  })

  it('that is not polled has the name or number of the trap; none is none', () => {
    const d = polled()
    expect(d.trap({ [`${IF}.2.9`]: 'Vlan9' })).toBe('if:Vlan9')
    expect(d.trap({ [`${IF}.2.9`]: '' })).toBe('if:index-9')
    expect(d.trap({ [`${IF}.1.9`]: 9 })).toBe('if:index-9')
    expect(d.trap({ [`${IF}.1.9`]: null, [`${IF}.8.2`]: 1 })).toBe('if:Gi0/2')
    expect(d.trap({ '1.2.3': 1 })).toBeUndefined()
    expect(d.trap({ [`${IF}.1.1`]: 1 }, null)).toBeUndefined()
    expect(d.resourceOfTrap({ device: 'sw', event: { kind: 'log', message: '' } } as never)).toBeUndefined()
  })

  it('follows a number that is another port now', () => {
    const d = polled()
    d.poll('if:Gi0/1', { ifIndex: '5' })
    expect(d.trap({ [`${IF}.1.1`]: 1 })).toBe('if:index-1')
    expect(d.trap({ [`${IF}.1.5`]: 5 })).toBe('if:Gi0/1')
    d.poll('if:Gi0/1', { ifIndex: '2' })
    expect(d.trap({ [`${IF}.1.2`]: 2 })).toBe('if:Gi0/1')
    d.poll('if:Gi0/2', { ifIndex: '8' })
    expect(d.trap({ [`${IF}.1.2`]: 2 })).toBe('if:Gi0/1')
    expect(d.trap({ [`${IF}.1.8`]: 8 })).toBe('if:Gi0/2')
  })

  it('is lacking when no polled port has its number, and only then', () => {
    const d = polled()
    expect([d.lacks('sw', 'if:index-9'), d.lacks('sw', 'if:index-1'), d.lacks('sw', 'if:Vlan9')]).toEqual([
      true,
      false,
      false,
    ])
    expect(d.lacks('nobody', 'if:index-9')).toBe(false)
    const bare = desk()
    bare.poll('if:Gi0/1')
    expect(bare.lacks('sw', 'if:index-9')).toBe(false)
    d.doubt('sw', 100)
    expect(d.lacks('sw', 'if:index-9')).toBe(false)
    expect([...d.seriesOf('sw')]).toEqual([1, 2])
  })
})

describe('after a restart', () => {
  it('a number is in doubt until its port was polled since; with the poll after it all is known', () => {
    const d = desk()
    const [one, two] = [d.poll('if:Gi0/1', { ifIndex: '1' }), d.poll('if:Gi0/2', { ifIndex: '2' })]
    const both = () => [d.trap({ [`${IF}.1.1`]: 1 }), d.trap({ [`${IF}.1.2`]: 2 })]
    d.doubt('sw', 100)
    expect(both()).toEqual(['if:index-1', 'if:index-2'])
    expect(d.resourceNow('sw', 'if:index-1')).toBe('if:index-1')
    expect(d.confirm(d.samples([one, 99], [999, 120]))).toEqual([])
    expect(d.confirm(d.samples([one, 100]))).toEqual(['sw'])
    expect(both()).toEqual(['if:Gi0/1', 'if:index-2'])
    expect(d.confirm(d.samples([one, 100]))).toEqual([])
    expect(d.confirm(d.samples([two, 100]))).toEqual(['sw'])
    expect(both()).toEqual(['if:Gi0/1', 'if:Gi0/2'])
    expect(d.confirm(d.samples([one, 160]))).toEqual(['sw'])
    expect(d.confirm(d.samples([two, 160]))).toEqual([])
    d.doubt('sw', 200)
    d.confirm(d.samples([one, 210]))
    d.doubt('sw', 200)
    d.doubt('sw', 150)
    expect(both()).toEqual(['if:Gi0/1', 'if:index-2'])
    d.doubt('sw', 220)
    expect(both()).toEqual(['if:index-1', 'if:index-2'])
    expect(d.confirm(d.samples([one, 230], [two, 231]))).toEqual(['sw'])
    expect(both()).toEqual(['if:Gi0/1', 'if:Gi0/2'])
  })

  it('names are believed all the same, and who is not polled is in no doubt', () => {
    const d = desk()
    d.poll('if:Gi0/1', { ifIndex: '1' })
    d.doubt('sw', 100)
    d.doubt('nobody', 100)
    expect(d.trap({ [`${IF_NAME}.1`]: 'Gi0/1' })).toBe('if:Gi0/1')
    expect(d.confirm(d.samples([77, 200]))).toEqual([])
  })
})
