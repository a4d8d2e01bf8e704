// One polled walk held against the walk itself: identity, interfaces, every sample, every alarm.

import type { Profile } from '#shared/profiles/profile.ts'
import { alarmLines, judgeDevice } from '../../support/judged-device.ts'
import { expectedValues, nameOf } from './expected-values.ts'
import type { PolledWalk } from './poll-walk.ts'
import { numberOf, type RawWalk, textOf } from './raw-walk.ts'
import { TRUE_FAULTS } from './true-faults.ts'

export interface WalkReport {
  readonly name: string
  readonly polled: PolledWalk
  readonly objectId: string
  readonly interfaces: number
  readonly interfaceRows: number
  readonly sensors: number
  readonly series: number
  readonly alarms: readonly string[]
  /** Alarms for which a device we know gives no reason. */
  readonly falseAlarms: readonly string[]
  readonly checked: number
  /** Samples whose right value this reader cannot work out. */
  readonly unchecked: readonly string[]
  /** Other number than the walk's, a sample the walk has no reason for, or one that should be there and is not. */
  readonly wrong: readonly string[]
}

const SYSTEM = { sysDescr: '1.3.6.1.2.1.1.1.0', sysObjectId: '1.3.6.1.2.1.1.2.0', sysName: '1.3.6.1.2.1.1.5.0' }
const IF_COLUMNS = ['1.3.6.1.2.1.2.2.1.8', '1.3.6.1.2.1.2.2.1.10', '1.3.6.1.2.1.31.1.1.1.6']
const UPTIME = '1.3.6.1.2.1.1.3.0'

export async function judgeWalk(
  name: string,
  polled: PolledWalk,
  walk: RawWalk,
  profiles: ReadonlyMap<string, Profile>,
): Promise<WalkReport> {
  const { recorder, identity } = polled
  const profile = identity && profiles.get(identity.profile)
  const samples = new Map<string, number>()
  for (const { n, value } of recorder.samples) {
    const series = recorder.definitions[n]
    if (series) samples.set(nameOf(series.metric, series.resource), value)
  }
  const resources = new Set(recorder.definitions.map(({ resource }) => resource))
  const indexes = new Set(IF_COLUMNS.flatMap((column) => [...walk.column(column).keys()]))
  const alarms = await alarmsOf(polled)
  const reasons = TRUE_FAULTS[name]
  const { checked, unchecked, wrong } = compared(samples, profile, walk)
  return {
    name,
    polled,
    objectId: textOf(walk.get(SYSTEM.sysObjectId)) ?? '',
    interfaces: [...resources].filter((resource) => resource.startsWith('if:')).length,
    interfaceRows: indexes.size,
    sensors: recorder.definitions.filter(({ metric }) => metric.startsWith('env.')).length,
    series: recorder.definitions.length,
    alarms,
    falseAlarms: reasons ? alarms.filter((alarm) => !reasons.some(({ alarm: known }) => known.test(alarm))) : [],
    checked,
    unchecked,
    wrong: [...wrong, ...(identity ? wrongWho(polled, walk) : [])],
  }
}

function wrongWho({ identity }: PolledWalk, walk: RawWalk): string[] {
  return Object.entries(SYSTEM).flatMap(([field, oid]) => {
    const raw = textOf(walk.get(oid))
    const got = identity?.[field as keyof typeof SYSTEM]
    return raw === undefined || raw.slice(0, 256).trim() === got ? [] : [`${field}: ${got} instead of ${raw}`]
  })
}

function compared(samples: ReadonlyMap<string, number>, profile: Profile | undefined, walk: RawWalk) {
  const expected = new Map(profile ? expectedValues(profile, walk) : [])
  const ticks = numberOf(walk.get(UPTIME))
  if (!Number.isNaN(ticks)) expected.set('sys.uptime', ticks / 100)
  const wrong: string[] = []
  const unchecked: string[] = []
  const unnamed: [string, number][] = []
  let checked = 0
  for (const [name, value] of samples) {
    const right = expected.get(name)
    if (right === null) unchecked.push(name)
    else if (right === undefined) unnamed.push([name, value])
    else if (!near(value, right)) wrong.push(`${name} = ${value} instead of ${right}`)
    else checked++
  }
  // Several parts of one name are told apart by words of the poller's choice: their values must be the same all the same.
  const missing = [...expected].filter(([name, right]) => right !== null && !samples.has(name)) as [string, number][]
  for (const [stem, given] of Map.groupBy(unnamed, ([name]) => stemOf(name))) {
    const open = missing.filter(([name]) => stemOf(name) === stem)
    for (const [name, value] of given) {
      const place = open.findIndex(([, right]) => near(value, right))
      if (place < 0) wrong.push(`${name} = ${value}, of which the walk knows nothing`)
      else {
        checked++
        const [[found]] = open.splice(place, 1) as [[string, number]]
        expected.delete(found)
      }
    }
  }
  for (const [name, right] of missing) if (expected.has(name)) wrong.push(`${name} is missing, it is ${right}`)
  return { checked, unchecked, wrong }
}

const stemOf = (name: string) => name.split('#')[0] as string

/** Equal but for the rounding of two orders of arithmetic. */
function near(a: number, b: number): boolean {
  return a === b || Math.abs(a - b) <= Math.abs(b) * 1e-9
}

/** What the collector's own rules raise when the device answers like that for twenty minutes. */
async function alarmsOf({ recorder }: PolledWalk): Promise<string[]> {
  const latest = new Map(recorder.samples.map(({ n, value }) => [n, value]))
  const samples = [...latest].map(([n, value]) => ({ n, value }))
  return alarmLines((await judgeDevice({ definitions: recorder.definitions, samples })).alarms)
}
