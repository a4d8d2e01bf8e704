// Network equipment on recorded walks of real devices: who it is, that readings are in a sane range, and that nothing raises
// an alarm without a reason. Golden files of the same profiles are tested in equipment.test.ts.
import { beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '#shared/profiles/profile.ts'
import { pollTable } from '#test/support/polled-table.ts'
import { loadSnmprec, parseSnmprec } from '#test/support/virtual-site/snmprec.ts'
import { readProfiles } from './profile-files.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles()).profiles
})

const walks = process.env.OUTRIDER_WALKS
/** Profile, vendor, model, serial, version; values the walk holds; what is truly so high. */
const REAL: readonly (readonly [
  string,
  readonly (string | undefined)[],
  Record<string, number>,
  (readonly RegExp[])?,
])[] = [
  [
    'network_switch_cisco-c3750',
    ['cisco', 'Cisco', 'WS-C3750G-12S-S', 'FDO1622Y10H', '12.2(50)SE5'],
    {
      'cpu.load cpu:1': 64,
      'stack.member-status stack-member:1': 4,
      'env.optical-power sensor:Gi1/0/1 Transmit Power Sensor': -6,
      'env.power-status power:Sw1, PS1': 1,
    },
  ],
  [
    'network_router_cisco-unmarked-0',
    ['cisco', 'Cisco', 'C3550', 'CAT0625X0DP', '12.1(8)EA1c'],
    { 'cpu.load cpu:1': 13 },
  ],
  [
    'network_router_huawei-s5720',
    ['huawei', 'Huawei', 'S5720-36C-EI', '210235956210F7000410', '5.160 (S5720 V200R007C00SPC500)'],
    {
      'cpu.load module:MPU Board 0': 38,
      'memory.used module:MPU Board 0': 7,
      'env.temperature module:MPU Board 0': 42,
      'env.fan-status fan:0.7': 1,
    },
  ],
  [
    'network_switch_h3c-comware-lsq1wcmd0',
    ['h3c', 'H3C', 'LSQ1WCMD0', undefined, 'Release 2509P61'],
    { 'wifi.ap-status ap:jiao4-shiwai-ap02': 5 },
  ],
  [
    'network_switch_ruijie-s5750-24gt12sfp',
    ['ruijie', 'Ruijie', 'RG-S5750-24GT/12SFP', '9017EHC410215', 'RGOS 10.4(3)p4 Release(161753)'],
    { 'cpu.load cpu:number 1': 37, 'memory.used memory:number 1': 50 },
  ],
  [
    'network_switch_zte-zxr10-5250',
    ['zte', 'ZTE', 'ZXR10 5250-52TM-H', '279531100013', 'V2.05.11B19'],
    { 'cpu.load': 10.1, 'env.power': 41.9 },
  ],
  [
    'network_router_juniper-mx960-12-3r6-6',
    ['juniper', 'Juniper', 'MX960', 'JN11FCEC5AFA', '12.3R6.6'],
    { 'cpu.load part:Routing Engine 0': 29, 'alarm.red': 2, 'ospf.neighbour-state ospf:10.196.0.2': 8 },
  ],
  [
    'cloud_arista-dcs-7150s-52-cl',
    ['arista', 'Arista', 'DCS-7150S-52-CL', 'JPE15151458', '4.20.5F'],
    { 'env.temperature sensor:Rear temp sensor': 25.8, 'cpu.load cpu:2': 12 },
  ],
  [
    'network_switch_hpe-procurve-516733-b21',
    ['procurve', 'HPE', '516733-B21', '3C421900TX', 'Z.14.31'],
    { 'env.sensor-status sensor:Fan Sensor': 4 },
    [/^cpu\.load is 97/],
  ],
  [
    'network_wifi_aruba-7010',
    ['aruba-controller', 'Aruba', 'Aruba7010', undefined, '8.3.0.0'],
    { 'wifi.ap-status ap:WRD-ES': 1 },
  ],
  [
    'network_switch_brocade-fiber-channel',
    ['brocade-fc', 'Brocade', 'Brocade6510', 'BRW2515M01H', 'v7.0.2c'],
    {
      'env.temperature sensor:SLOT #0: TEMP #1': 42,
      'env.fan-speed sensor:FAN #1': 9246,
      'fc.port-status fc-port:port2': 2,
    },
  ],
  [
    'network_switch_brocade-icx6430-24',
    ['foundry', 'Brocade', 'ICX6430-24', 'BZN3215N09A', '08.0.30tT311'],
    { 'cpu.load': 1, 'memory.used': 59, 'env.temperature unit:1': 48 },
  ],
  [
    'network_wifi_ubiquiti-m5',
    ['ubiquiti-airos', 'Ubiquiti', 'NanoStation M5', '04:18:d6:2b:0a:92', 'XW.ar934x.v5.6-beta4.22359.140521.1836'],
    { 'wifi.signal radio:1': -64, 'wifi.quality radio:1': 99 },
  ],
  [
    'network_firewall_sangfor-ad1800-fp2',
    ['sangfor', 'Sangfor', 'AD-1800-FP2', undefined, undefined],
    { 'storage.used storage:/dev/sda1': 10 },
  ],
  [
    'network_wifi_sangfor-wac-2',
    ['sangfor-wac', 'Sangfor', 'WAC m5800', undefined, undefined],
    { 'cpu.load': 6, 'wifi.aps': 110, 'wifi.stations': 223 },
  ],
  [
    'network_firewall_topsec-ngfw4000-uf',
    ['topsec', 'Topsec', 'NGFW4000-UF(TG-72282)', 'Q1610474303', '3.3.005'],
    { 'cpu.load': 3, 'memory.used': 33, 'session.count': 285030 },
  ],
  [
    'network_firewall_paloalto-pa-5000',
    ['paloalto', 'Palo Alto Networks', 'PA-5050', '0009C100761', '8.0.1'],
    { 'session.count': 81258, 'cpu.load cpu:data': 12, 'env.fan-speed sensor:Fan #1 RPM': 4618 },
  ],
]
/** What a reading of a unit can be. */
const SANE: Readonly<Record<string, readonly [number, number]>> = {
  '%': [0, 100],
  Cel: [-40, 130],
  dBm: [-120, 30],
  '{rpm}': [0, 40_000],
  W: [0, 20_000],
  V: [0, 500],
}

describe.skipIf(walks === undefined)('network profiles on recorded walks (OUTRIDER_WALKS)', () => {
  it.each(REAL.map(([walk, is, has, right]) => ({ walk, is, has, right: right ?? [] })))('$walk', async (real) => {
    const { walk, is, has, right } = real
    const { identity, values, alarms, recorder } = await pollTable(profiles, loadSnmprec(`${walks}/${walk}.snmprec.gz`))
    expect([identity.profile, identity.vendor, identity.model, identity.serial, identity.version]).toEqual(is)
    for (const [name, value] of Object.entries(has)) expect(values[name], name).toBeCloseTo(value, 6)
    expect(alarms.filter((alarm) => !right.some((known) => known.test(alarm)))).toEqual([])
    const odd = recorder.samples.flatMap(({ n, value }) => {
      const { metric, resource, unit } = recorder.definitions[n] ?? { metric: '', resource: '', unit: '' }
      const [min, max] = SANE[unit] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
      return value < min || value > max ? [`${metric} ${resource} = ${value} ${unit}`] : []
    })
    expect(odd).toEqual([])
  })
})

describe('network profiles', () => {
  const sensor = (n: number, type: number, scale: number, precision: number, value: number, status: number): string =>
    [type, scale, precision, value, status]
      .map((v, column) => `1.3.6.1.2.1.99.1.1.1.${column + 1}.${n}|2|${v}`)
      .join('\n')

  it('scale readings by their own row and leave out sensors that do not work', async () => {
    const table = parseSnmprec(`1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.30065.1.1
1.3.6.1.2.1.1.3.0|67|100
${sensor(1, 8, 9, 1, 315, 1)}
${sensor(2, 8, 8, 0, 21_500, 1)}
${sensor(3, 8, 9, 0, -99, 2)}
${sensor(4, 14, 9, 2, -712, 1)}
${sensor(5, 8, 9, 0, 100, 1)}
${sensor(6, 8, 9, 0, 999, 1)}`)
    const { values, alarms } = await pollTable(profiles, table)
    expect(values['env.temperature sensor:1']).toBeCloseTo(31.5)
    expect(values['env.temperature sensor:2']).toBeCloseTo(21.5)
    expect(values['env.optical-power sensor:4']).toBeCloseTo(-7.12)
    expect(values['env.temperature sensor:3']).toBeUndefined()
    expect(values['env.temperature sensor:6']).toBeUndefined()
    expect(alarms).toEqual(['env.temperature sensor:5 is 100, not below 85'])
  })

  it.each([
    ['1.3.6.1.4.1.9.1.9999', 'Cisco Adaptive Security Appliance Version 9.8', 'cisco-asa'],
    ['1.3.6.1.4.1.9.1.9999', 'Cisco NX-OS(tm) n9000', 'cisco-nxos'],
    ['1.3.6.1.4.1.9.1.9999', 'Cisco IOS Software', 'cisco'],
    ['1.3.6.1.4.1.9.12.3.1.3.1', '', 'cisco-nxos'],
    ['1.3.6.1.4.1.35047.2.12', '', 'sangfor-wac'],
    ['1.3.6.1.4.1.35047.5', '', 'sangfor'],
  ])('fit %s, %s to %s', async (oid, descr, name) => {
    const table = parseSnmprec(`1.3.6.1.2.1.1.1.0|4|${descr}\n1.3.6.1.2.1.1.2.0|6|${oid}\n1.3.6.1.2.1.1.3.0|67|100`)
    expect((await pollTable(profiles, table)).identity.profile).toBe(name)
  })
})
