// What the shipped profiles and rules raise for the answers that the shipped profiles are tested with, and for recorded
// devices (OUTRIDER_WALKS): through the real poller and the real judgement. A healthy value raises nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { readProfiles } from '#agent/inputs/snmp-poll/profile-files.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import { alarmNameOf } from '#shared/domain/alarm-types.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { alarmLines, judgeDevice } from './support/judged-device.ts'
import { pollTable } from './support/polled-table.ts'
import { loadSnmprec } from './support/virtual-site/snmprec.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles()).profiles
})

const fixtures = fileURLToPath(new URL('./fixtures/profiles/', import.meta.url))
const names = readdirSync(fixtures).flatMap((file) => /^(.+)\.snmprec$/.exec(file)?.[1] ?? [])
/** Faults only of parts that were once well. */
const ONCE_GOOD =
  /^(bgp\.peer-state|ospf\.neighbour-state|vpn\.tunnel-status|wifi\.ap-status|camera\.channel|pbx\.registration)$/

async function judged(file: string, language: 'zh-CN' | 'en' = 'en') {
  const { recorder } = await pollTable(profiles, loadSnmprec(file))
  const { alarms, incidents } = await judgeDevice(recorder, { language })
  const standing = alarms.filter((alarm) => !alarm.isCleared)
  if (process.env.SHOW_ALARMS) process.stdout.write(`${file}\n${alarmLines(alarms).join('\n')}\n`)
  return { standing, incidents, definitions: recorder.definitions }
}

const nameOf = ({ alarmType, qualifier, resource }: Pick<Alarm, 'alarmType' | 'qualifier' | 'resource'>) =>
  `${alarmType}/${qualifier} of ${resource || 'device'}`

/** The values a golden file marks as faults: `fan:1 env.fan-status = failed ! major`. */
function marked(golden: string, definitions: readonly SeriesDefinition[]): string[] {
  const faults = golden.split('\n').flatMap((line) => {
    const [, resource = '', metric = '', value = ''] = /^(.*) (\S+) = (.+?) ! \w+$/.exec(line) ?? []
    if (metric === '' || ONCE_GOOD.test(metric)) return []
    const wrong = /^-?[\d.]/.test(value) ? { side: 'high' as const } : { label: value }
    const series = definitions.find((d) => d.metric === metric && d.resource === resource)
    const name = {
      ...alarmNameOf(metric, series?.class, wrong),
      ...(series?.alarmType ? { alarmType: series.alarmType } : {}),
    }
    return nameOf({ ...name, resource: name.whole ? '' : resource })
  })
  return [...new Set(faults)].sort()
}

describe('alarms of answers written for the profiles are the values their golden files mark, and no others', () => {
  it.each(names)('%s', async (name) => {
    const { standing, definitions } = await judged(`${fixtures}${name}.snmprec`)
    const golden = readFileSync(`${fixtures}${name}.golden`, 'utf8')
    expect(standing.map(nameOf).sort()).toEqual(marked(golden, definitions))
  })
})

describe('a UPS that fails in every way', () => {
  const file = `${fixtures}apc-ups~on-battery.snmprec`

  it('says so in both languages, with limit and unit', async () => {
    const textOf = async (language: 'zh-CN' | 'en') =>
      new Map((await judged(file, language)).standing.map((a) => [a.alarmType, a.text]))
    const [en, zh] = [await textOf('en'), await textOf('zh-CN')]
    expect(en.get('env.temperature')).toBe('shanghai.device: Battery temperature 41 °C (limit 40 °C)')
    expect(zh.get('env.temperature')).toBe('shanghai.device: 电池温度 41 °C (上限 40 °C)')
    expect(en.get('power.on-battery')).toBe('shanghai.device: Output source battery')
    expect(zh.get('power.on-battery')).toBe('shanghai.device: 输出来源 电池')
    expect(zh.get('power.runtime-short')).toBe('shanghai.device: 电池剩余时间 4 分钟 (下限 5 分钟)')
  })

  it('is one incident, which the warning about its temperature does not join', async () => {
    const { standing, incidents } = await judged(file)
    expect(incidents).toHaveLength(1)
    const joined = standing.filter((a) => a.incident !== null).map((a) => a.perceivedSeverity)
    expect(joined.length).toBeGreaterThan(3)
    expect(joined).not.toContain('warning')
  })
})

/** What is truly wrong with the recorded devices: the walk says so itself. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  // hpSwitchCpuStat is 97
  'network_switch_hpe-procurve-516733-b21': ['cpu.high/ of device'],
  // dfPerCentKBytesCapacity is 87
  'storage_netapp-fas3270': ['storage.high/ of volume:/vol/Mail1/'],
}
const walks = process.env.OUTRIDER_WALKS
describe.skipIf(walks === undefined)('recorded devices raise nothing but what is truly wrong', () => {
  const files = walks === undefined ? [] : readdirSync(walks).filter((file) => /\.snmprec(\.gz)?$/.test(file))
  it.each(files)('%s', { timeout: 120_000 }, async (file) => {
    const { standing } = await judged(`${walks}/${file}`)
    const known = WRONG[file.replace(/\.snmprec(\.gz)?$/, '')] ?? []
    expect(standing.map(nameOf).sort()).toEqual(known)
  })
})
