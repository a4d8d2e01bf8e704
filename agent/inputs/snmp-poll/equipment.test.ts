// Golden tests of the stock profiles: each on answers written for it, and, where OUTRIDER_WALKS names a folder of recorded
// walks, on real ones. A golden file says who the device is and every sample with its unit, state and what limits say of it.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import type { MetricDefinition, Profile } from '#shared/profiles/profile.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { createTableClient } from '#test/support/table-client.ts'
import { loadSnmprec } from '#test/support/virtual-site/snmprec.ts'
import type { AgentDevice } from '../../devices/device.ts'
import type { DeviceIdentity } from '../../devices/device-identity.ts'
import { readProfiles } from './profile-files.ts'
import { createSnmpPoller } from './snmp-poll.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  const read = await readProfiles()
  expect(read.problems).toEqual([])
  profiles = read.profiles
})

const fixtures = fileURLToPath(new URL('../../../test/fixtures/profiles/', import.meta.url))
const names = readdirSync(fixtures).flatMap((file) => /^(.+)\.snmprec$/.exec(file)?.[1] ?? [])

describe('stock profiles on answers written for them', () => {
  it.each(names)('%s', async (name) => {
    const { identity, lines } = await polled(`${fixtures}${name}.snmprec`)
    // `apc-ups~on-battery` is a second device of the profile apc-ups.
    expect(identity?.profile).toBe(name.split('~')[0])
    await expect(`${told(identity)}\n${lines.join('\n')}\n`).toMatchFileSnapshot(`${fixtures}${name}.golden`)
  })
})

const walks = process.env.OUTRIDER_WALKS
/** Who each recorded device is, and what is truly wrong with it. */
const REAL: Record<string, { is: (string | undefined)[]; has: string[]; wrong?: RegExp[] }> = {
  'UPS_apc-8641': {
    is: ['apc-pdu', 'APC', 'AP8641', '3F3452A52295', '6.7.2'],
    has: ['pdu:1 env.power = 1210 W', 'phase:1 env.voltage = 201 V', 'bank:1 env.current = 3.8 A'],
  },
  'UPS_eaton-93e-80': {
    is: ['eaton-ups', 'Eaton', 'EATON 93E 80', '4K234LXX06', '2.08.0011'],
    has: [' ups.battery.runtime = 65520 s', ' ups.battery.charge = 100 %', 'output:1 ups.output.load = 21 %'],
  },
  'UPS_huawei-gse200m': {
    is: ['huawei-ups', 'Huawei', 'UPS5000-E', '2102310NYJ10EB000045', 'V100R001C10SPC600'],
    has: ['input:1 ups.input.voltage = 234.7 V', 'battery:1 ups.battery.runtime = 28080 s'],
  },
  'UPS_phoenixtec-power': {
    is: ['phoenixtec-ups', 'Phoenixtec', 'My Kert UPS', undefined, '3.6.CY504.c'],
    has: [' ups.battery.charge = 100 %', ' ups.battery.temperature = 31.5 Cel'],
  },
  'bmc_hp-onboard-administrator': {
    is: ['hpe-onboard-administrator', 'HPE', 'BladeSystem c7000 Enclosure G2', '6CU250TV5C', '3.60'],
    has: ['temperature:Chassis env.temperature = 23 Cel', 'enclosure:1 system.health = ok'],
  },
  camera_hikvision: {
    is: ['hikvision', 'Hikvision', 'DS-2CD4C36FWD-AP', undefined, 'V5.5.80 build 190131'],
    has: [' cpu.load = 52 %', ' memory.used = 75 %'],
  },
  'camera_samsung-ipolis': {
    is: ['samsung-ipolis', 'Samsung', 'SNO-7084R', undefined, '3.00_140915'],
    has: [' cpu.load = 8 %', ' disk.status = ok'],
  },
  'iot_geist-temperature-sensor': {
    is: ['geist-sensor', 'Geist', 'WATCHDOG 15-P NPS (GBB15-P)', 'TB19020610', '3.4.0'],
    has: ['internal:Watchdog Rack 01 env.sensor-status = available'],
  },
  'network_appliance_huawei-ism': {
    is: ['huawei-oceanstor', 'Huawei', 'OceanStor 5500 V3', '2102350HYS10H1000010', 'V300R003C10'],
    has: [
      'controller:0A cpu.load = 4 %',
      'disk:CTE0.0 disk.temperature = 34 Cel',
      'pool:FS01 storage.size = 13194139533312 By',
    ],
  },
  'os_linux_ibm-x3550-m3': {
    is: ['lenovo-imm', 'Lenovo', 'System x3250 M3', '0622254', 'YUOO91K'],
    has: ['temperature:Ambient Temp env.temperature = 20 Cel', 'fan:Fan 1 Tach env.fan-percent = 35 %'],
  },
  'os_linux_unknown-001': { is: ['net-snmp', undefined, 'Linux', undefined, '2.6.32-573.el6.x86_64'], has: [] },
  'os_windows_server-2003-5-2': {
    is: ['windows', 'Microsoft', 'Windows', undefined, '5.2'],
    has: ['service:DNS Client host.service = active'],
  },
  'storage_netapp-fas3270': {
    is: ['netapp', 'NetApp', 'FAS3270', '940001051000', '8.2.3 7-Mode'],
    has: [' cpu.load = 22 %', 'volume:aggr1sas storage.used = 62 %', ' disk.spare = 4 {disk}'],
    wrong: [/^volume:\S+ storage.used = 8[5-9] %/],
  },
}

describe('stock profiles on recorded walks', () => {
  const files = walks === undefined ? [] : readdirSync(walks)
  for (const [device, { is, has, wrong = [] }] of Object.entries(REAL)) {
    const file = files.find((name) => name.startsWith(`${device}.snmprec`))
    it.skipIf(file === undefined)(`${device}${file === undefined ? ' (OUTRIDER_WALKS has it not)' : ''}`, async () => {
      const { identity: found, lines } = await polled(`${walks}/${file}`)
      if (process.env.SHOW_WALKS) process.stdout.write(`${told(found)}\n${lines.join('\n')}\n\n`)
      expect([found?.profile, found?.vendor, found?.model, found?.serial, found?.version]).toEqual(is)
      for (const line of has) expect(lines.map((one) => one.replace(/ \(.*| !.*/, ''))).toContain(line)
      expect(lines.filter((line) => line.includes(' ! ') && !wrong.some((known) => known.test(line)))).toEqual([])
      expect(lines.filter((line) => /NaN|= \?/.test(line))).toEqual([])
    })
  }
})

async function polled(path: string) {
  const recorder = createMemoryRecorder()
  let identity: DeviceIdentity | undefined
  const device: AgentDevice & { snmp: NonNullable<AgentDevice['snmp']> } = {
    id: 'd',
    name: 'd',
    address: '127.0.0.1',
    snmp: { port: 161, version: 'v2c', community: 'public', intervalMs: 60_000, timeoutMs: 1000, retries: 0 },
  } as never
  const poller = createSnmpPoller({
    device,
    client: createTableClient(loadSnmprec(path)),
    profiles: () => profiles,
    recorder,
    log: pino({ enabled: false }),
    clock: { wall: () => 1_000_000, mono: () => 1000 },
    onIdentity: (next) => {
      identity = next
    },
  })
  expect(await poller.poll(new AbortController().signal)).toEqual({ outcome: 'ok' })
  const profile = profiles.get(identity?.profile ?? '')
  const lines = recorder.samples.flatMap(({ n, value }) => {
    const series = recorder.definitions[n]
    if (series === undefined || series.metric === 'sys.uptime' || series.resource.startsWith('if:')) return []
    const known = metricOf(profile, series.metric, series.resource)
    const state = known?.states && (known.states[String(value)] ?? '?')
    const shown = state ?? `${Number(value.toPrecision(15))}${series.unit ? ` ${series.unit}` : ''}`
    return [`${series.resource} ${series.metric} = ${shown}${verdict(known, value, state)}`]
  })
  return { identity, lines: lines.sort() }
}

function metricOf(profile: Profile | undefined, metric: string, resource: string): MetricDefinition | undefined {
  if (resource === '') return profile?.scalars.find((one) => one.metric === metric)
  const tables = profile?.tables.filter(({ resource: { prefix } }) => resource.startsWith(`${prefix}:`)) ?? []
  return tables.flatMap(({ columns }) => columns).find((one) => one.metric === metric)
}

/** What a rule made of the profile's limits and states would raise. */
function verdict(known: MetricDefinition | undefined, value: number, state: string | undefined): string {
  if (state !== undefined) return known?.severities?.[state] ? ` ! ${known.severities[state]}` : ''
  const { lowCritical, lowWarning, highWarning, highCritical } = known?.limits ?? {}
  if (value >= (highCritical ?? Number.POSITIVE_INFINITY) || value <= (lowCritical ?? Number.NEGATIVE_INFINITY))
    return ' ! critical'
  const warning =
    value >= (highWarning ?? Number.POSITIVE_INFINITY) || value <= (lowWarning ?? Number.NEGATIVE_INFINITY)
  return warning ? ' ! warning' : ''
}

function told(identity: DeviceIdentity | undefined): string {
  const { profile, profileReason, vendor, model, serial, version } = identity ?? ({} as Partial<DeviceIdentity>)
  return [`${profile}: ${profileReason}`, `${vendor} | ${model} | ${serial} | ${version}`].join('\n')
}
