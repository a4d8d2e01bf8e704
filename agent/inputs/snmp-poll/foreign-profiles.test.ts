// Profiles in the spellings of others, written for this test, polled by the real poller: what each key comes to.
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import type { Profile } from '#shared/profiles/profile.ts'
import { pollTable } from '#test/support/polled-table.ts'
import { createOidTable, type OidTable, type OidValue } from '#test/support/virtual-site/oid-table.ts'
import { readProfiles } from './profile-files.ts'

const folder = fileURLToPath(new URL('../../../test/fixtures/foreign-profiles/', import.meta.url))
let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles([folder])).profiles
})

const EX = '1.3.6.1.4.1.55555'
const text = (value: string | Uint8Array) => ({
  ...{ type: 'OctetString' as const, value: typeof value === 'string' ? value : Buffer.from(value).toString('latin1') },
})
const number = (value: number) => ({ type: 'Integer' as const, value })
type Cells = readonly (readonly [string, OidValue])[]
const device = (id: string, descr: string, cells: Cells): OidTable =>
  createOidTable([
    ['1.3.6.1.2.1.1.1.0', text(descr)],
    ['1.3.6.1.2.1.1.2.0', { type: 'OID', value: id }],
    ['1.3.6.1.2.1.1.3.0', { type: 'TimeTicks', value: 100 }],
    ['1.3.6.1.2.1.1.5.0', text('rome-router')],
    ...cells,
  ])
const peer = '192.0.2.7.2'

it('of the kind of Datadog', async () => {
  const { identity, recorder, values } = await pollTable(
    profiles,
    device(`${EX}.1.4`, 'Example', [
      [`${EX}.1.1.1.0`, text('SN-1')],
      [`${EX}.1.1.2.0`, text('release v12.7-beta')],
      [`${EX}.1.1.3.0`, number(1)],
      [`${EX}.1.1.7.0`, text('U-Boot 7')],
      [`${EX}.1.1.9.0`, text('Model EX-9 rev 2')],
      [`${EX}.1.2.1.0`, text('00100')],
      [`${EX}.1.2.2.0`, { type: 'Counter32', value: 7 }],
      [`${EX}.1.2.3.0`, text('412C at the inlet')],
      [`${EX}.1.3.1.3.${peer}`, number(42)],
      [`${EX}.1.3.1.4.${peer}`, { type: 'Counter64', value: 5000 }],
      [`${EX}.1.4.1.2.2`, text('Berlin')],
      ['1.3.6.1.2.1.2.2.1.8.3', number(1)],
      ['1.3.6.1.2.1.31.1.1.1.1.3', text('eth3')],
      [`${EX}.1.9.1.2.3`, text('to the roof')],
    ]),
  )
  expect(identity).toMatchObject({
    profile: 'datadog-style',
    vendor: 'Examplecorp',
    serial: 'SN-1',
    version: '12.7',
    model: 'EX-9',
  })
  expect(identity.tags.bootloader).toBe('U-Boot 7')
  expect(identity.tags).toMatchObject({ estate: 'lab', role: 'active', place: 'rome', kind: 'router' })
  expect(values).toMatchObject({
    'exFlags.on-battery': 1,
    exBusy: 700,
    exTemperature: 41.2,
    [`exPeerUp exPeer:${peer}`]: 1,
    [`exPeerBytes exPeer:${peer}`]: 5000,
  })
  const of = (metric: string) => recorder.definitions.find((one) => one.metric === metric)
  expect(of('exBusy')?.kind).toBe('counter32')
  expect(of('exTemperature')?.tags).toEqual({ place: 'inlet', role: '1' })
  expect(of('exPeerBytes')).toMatchObject({
    kind: 'counter64',
    tags: { peer: '192.0.2.7', kind: 'dynamic', name: 'Berlin', layer: 'three' },
  })
  expect(of('if.oper-status')).toMatchObject({ resource: 'if:eth3', tags: { note: 'to the roof' } })
})

it('of the kind of Kentik', async () => {
  const flags = `0101000000000000001${'0'.repeat(45)}`
  const cells: Cells = [
    [`${EX}.2.1.1.0`, number(41)],
    [`${EX}.2.1.2.0`, number(99)],
    [`${EX}.2.1.3.0`, text(flags)],
    [`${EX}.2.1.4.0`, text(Uint8Array.of(1, 2))],
    [`${EX}.2.1.5.0`, text('5 Secs ( 96.3%) 60 Secs ( 62.8%)')],
    [`${EX}.2.2.1.2.1`, text('DP memory')],
    [`${EX}.2.2.1.2.2`, text('other')],
    [`${EX}.2.2.1.3.1`, number(10)],
    [`${EX}.2.2.1.3.2`, number(20)],
    [`${EX}.2.2.1.4.1`, number(1)],
    [`${EX}.2.2.1.5.1`, text(Uint8Array.of(10, 0, 0, 9))],
    [`${EX}.2.2.9.0`, number(3)],
  ]
  const { identity, recorder, values } = await pollTable(profiles, device(`${EX}.2.1`, 'Model A', cells))
  expect(identity.profile).toBe('kentik-style')
  expect(profiles.get('kentik-style')?.noBulk).toBe(true)
  expect(values).toEqual({
    ...{ CPU: 41, exOutput: 7, exOctets: 513, exLoads: 62, exTotal: 3 },
    'exPoolUsed exPool:1': 10,
    'exPoolState exPool:1': 1,
  })
  const state = recorder.definitions.find((one) => one.metric === 'exPoolState')
  expect(state).toMatchObject({
    states: { 1: 'good', 2: 'bad' },
    tags: { exPoolKind: 'DP memory', exPoolAddress: '10.0.0.9' },
  })
  const older = await pollTable(profiles, device(`${EX}.2.1`, 'Model A', cells.slice(1)))
  expect(older.values.CPU).toBe(99)
  expect((await pollTable(profiles, device(`${EX}.2.1`, 'MODEL X', cells))).identity.profile).toBe('netdata-style')
})

it('of the kind of Netdata', async () => {
  const { identity, recorder, values } = await pollTable(
    profiles,
    device(`${EX}.3.1`, 'Example 3', [
      [`${EX}.3.1.1.2.1`, number(7)],
      [`${EX}.3.1.1.2.2`, number(5)],
      [`${EX}.3.1.1.3.1`, number(4711)],
      [`${EX}.3.2.0`, text('Mar 01 2026')],
      [`${EX}.3.3.0`, text(Uint8Array.from([0x07, 0xea, 3, 1, 0, 0, 0, 0, 0x2b, 8, 0]))],
    ]),
  )
  expect(identity.profile).toBe('netdata-style')
  const march = Date.UTC(2026, 2, 1) / 1000
  expect(values).toEqual({
    'exFanPower exFan:1': 7,
    'exFanPower exFan:2': 5,
    ...{ exAllFans: 12, exLicenceEnd: march, exBorn: march - 8 * 3600 },
  })
  expect(recorder.definitions.find((one) => one.metric === 'exFanPower')).toMatchObject({ unit: 'W' })
  expect(recorder.definitions.find((one) => one.metric === 'exFanPower')?.tags).toBeUndefined()
  expect((await pollTable(profiles, device(`${EX}.3.9`, 'Example 3', []))).identity.profile).toBe('generic')
})
