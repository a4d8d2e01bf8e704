// Units come and go, the place stays: swaps, upgrades, stacks that answer by turns, and reads that fail.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device } from '#shared/domain/inventory.ts'
import { createAssets } from './assets.ts'
import type { TopologyWrite } from './topology-store.ts'

const DAY = 86_400_000
const deviceOf = (serial: string | null, more: Partial<Device> = {}): Device => ({
  ...{ id: 's1.core', site: 's1', customer: 'c1', agent: 'agent-01', name: 'core', address: '192.0.2.1', state: 'up' },
  ...{ stateSince: null, vendor: 'Cisco', model: 'C9300', serial, version: '17.3', sysObjectId: null, sysDescr: null },
  ...{ profile: null, profileReason: null, tags: {}, parents: [], interval: 60, active: true },
  ...more,
})
const happened = (writes: readonly TopologyWrite[]) =>
  writes.flatMap((w) =>
    w.kind === 'asset-entry' ? [[w.entry.change, w.entry.before.serial, w.entry.after.serial]] : [],
  )

describe('assets', () => {
  it('notes the first unit without a word, and a swap with both numbers', () => {
    const assets = createAssets()
    expect(happened(assets.take(deviceOf('A1'), [], 1000))).toEqual([])
    expect(happened(assets.take(deviceOf('A1'), [], 2000))).toEqual([])
    expect(happened(assets.take(deviceOf('B2', { model: 'C9300X' }), [], 3000))).toEqual([['swapped', 'A1', 'B2']])
    expect(assets.of('s1.core')).toMatchObject([
      { serial: 'B2', model: 'C9300X', from: 3000, until: null, alternates: false },
      { serial: 'A1', model: 'C9300', from: 1000, until: 3000 },
    ])
  })

  it('notes another version of the same unit', () => {
    const assets = createAssets()
    assets.take(deviceOf('A1'), [], 1000)
    const writes = assets.take(deviceOf('A1', { version: '17.9' }), [], 2000)
    expect(writes).toMatchObject([
      { kind: 'asset', asset: { serial: 'A1', version: '17.9', from: 1000 } },
      { kind: 'asset-entry', entry: { change: 'upgraded', before: { version: '17.3' }, after: { version: '17.9' } } },
    ])
  })

  it.each([null, '', ' ', '0000', 'N/A', 'To be filled by O.E.M.', 'Default string', 'Not Specified', 'unknown'])(
    'does not take %o for a serial number',
    (nothing) => {
      const assets = createAssets()
      assets.take(deviceOf('A1'), [], 1000)
      expect(happened(assets.take(deviceOf(nothing), [], 2000))).toEqual([])
      expect(happened(assets.take(deviceOf('A1'), [], 3000))).toEqual([])
      expect(assets.of('s1.core')).toMatchObject([{ serial: 'A1', until: null }])
    },
  )

  it('gives the unit its number when it is first read: that is no swap', () => {
    const assets = createAssets()
    assets.take(deviceOf(null), [], 1000)
    expect(happened(assets.take(deviceOf('A1'), [], 2000))).toEqual([])
    expect(assets.of('s1.core')).toMatchObject([{ serial: 'A1', from: 1000, until: null }])
  })

  it('does not take another master of a stack for a swap', () => {
    const assets = createAssets()
    const members = ['A1', 'B2', 'C3']
    assets.take(deviceOf('A1'), members, 1000)
    expect(happened(assets.take(deviceOf('B2'), members, 2000))).toEqual([['alternated', 'A1', 'B2']])
    expect(happened(assets.take(deviceOf('A1'), members, 3000))).toEqual([])
    expect(happened(assets.take(deviceOf('B2'), members, 4000))).toEqual([])
    expect(happened(assets.take(deviceOf('X9'), ['X9', 'B2', 'C3'], 5000))).toEqual([['alternated', 'B2', 'X9']])
    expect(happened(assets.take(deviceOf('Z0'), ['Z0'], 6000))).toEqual([['swapped', 'X9', 'Z0']])
  })

  it('says once that two numbers answer by turns, without knowing of a stack', () => {
    const assets = createAssets()
    const said = [...'ABABABAB'].flatMap((serial, i) =>
      happened(assets.take(deviceOf(`unit-${serial}`), [], i * 60_000)),
    )
    expect(said).toEqual([
      ['swapped', 'unit-A', 'unit-B'],
      ['alternated', 'unit-B', 'unit-A'],
    ])
    expect(assets.of('s1.core').map((unit) => unit.alternates)).toEqual([true, true])
  })

  it('takes a unit that comes back after months for what it is', () => {
    const assets = createAssets()
    assets.take(deviceOf('A1'), [], 0)
    assets.take(deviceOf('B2'), [], DAY)
    expect(happened(assets.take(deviceOf('A1'), [], 60 * DAY))).toEqual([['swapped', 'B2', 'A1']])
  })

  it('is the same after it was read back, and exactly one unit is there at any time', () => {
    const step = fc.record({
      serial: fc.constantFrom('A', 'B', 'C', '', null),
      version: fc.constantFrom('1', '2', null),
      later: fc.integer({ min: 1, max: 20 * DAY }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, restartAt) => {
        const one = createAssets()
        let other = createAssets()
        const stored = { assets: new Map<string, object>(), entries: [] as object[] }
        let at = 0
        for (const [i, { serial, version, later }] of steps.entries()) {
          at += later
          const device = deviceOf(serial, { version })
          const writes = one.take(device, [], at)
          for (const write of writes) {
            if (write.kind === 'asset') {
              if (write.asset.serial !== '') stored.assets.delete('')
              stored.assets.set(write.asset.serial, write.asset)
            } else if (write.kind === 'asset-entry') stored.entries.push(write.entry)
          }
          expect(other.take(device, [], at)).toEqual(writes)
          expect(one.of('s1.core').filter((unit) => unit.until === null).length).toBe(
            one.of('s1.core').length > 0 ? 1 : 0,
          )
          if (i !== restartAt) continue
          other = createAssets()
          other.restore([...stored.assets.values()] as never, stored.entries as never)
        }
        expect(other.of('s1.core')).toEqual(one.of('s1.core'))
        expect(other.log('s1.core')).toEqual(one.log('s1.core'))
      }),
      { numRuns: 300 },
    )
  })
})
