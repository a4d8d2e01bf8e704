// Recorded walks of real equipment, each served by a simulated device over UDP and polled by the real poller: who it is,
// every value held against the walk, and nothing raised that is not wrong. OUTRIDER_WALKS names the folder; without it
// the answers written for the tests of profiles are used.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '#shared/profiles/profile.ts'
import { readProfiles } from '../../agent/inputs/snmp-poll/profile-files.ts'
import { ROOT } from '../support/child.ts'
import { loadSnmprec } from '../support/virtual-site/snmprec.ts'
import type { Proof, ProofContext } from './proof-kind.ts'
import { hostileWalks } from './walks/hostile-walks.ts'
import { judgeWalk, type WalkReport } from './walks/judge-walk.ts'
import { type PolledWalk, pollWalk } from './walks/poll-walk.ts'
import { readRawWalk } from './walks/raw-walk.ts'
import { walkTable } from './walks/walk-table.ts'

export const walks: Proof = {
  name: 'walks',
  title: 'recorded walks of real equipment, polled over UDP and held against the walk',
  rounds: 1,
  unavailable: () => (walksIn(walkFolder()).length > 0 ? undefined : `there is no walk in ${walkFolder()}`),
  async run(context) {
    const { profiles } = await readProfiles()
    const reports = await pollFolder(walkFolder(), profiles, context)
    console.log(walkTable(reports))
    for (const report of reports) tell(report, context)
    const figures = figuresOf(reports)
    const hostile = await hostileWalks(walkFolder(), profiles, context)
    return { ok: isGood(figures) && hostile.ok, ...figures, hostile }
  },
}

export type WalkFigures = ReturnType<typeof figuresOf>

export const isGood = (f: WalkFigures): boolean =>
  f.matched === f.withObjectId &&
  f.crashes + f.failedPolls + f.wrongValues + f.wrongInterfaces + f.falseAlarms === 0 &&
  f.checkedValues > 0

/** Polls every walk of a folder, some at a time. */
export async function pollFolder(
  folder: string,
  profiles: ReadonlyMap<string, Profile>,
  { progress }: Pick<ProofContext, 'progress'>,
): Promise<WalkReport[]> {
  const files = walksIn(folder)
  const polls: (readonly [file: string, polled: PolledWalk])[] = []
  for (let batch = files.splice(0, AT_A_TIME); batch.length > 0; batch = files.splice(0, AT_A_TIME)) {
    // Read before the first of them is polled, so that reading takes no time of a poll.
    const tables = batch.map((file) => loadSnmprec(join(folder, file)))
    const polled = await Promise.all(
      tables.map((table, lane) => pollWalk({ table, profiles, address: `127.0.21.${lane + 1}` })),
    )
    for (const [n, file] of batch.entries()) {
      const one = polled[n] as PolledWalk
      polls.push([file, one])
      progress(`${file}: ${one.identity?.profile ?? one.outcomes.join(', ')}`)
    }
  }
  const reports: WalkReport[] = []
  for (const [file, polled] of polls.sort(([a], [b]) => (a < b ? -1 : 1)))
    reports.push(await judgeWalk(nameOf(file), polled, readRawWalk(join(folder, file)), profiles))
  return reports
}

export function figuresOf(reports: readonly WalkReport[]) {
  const sum = (count: (report: WalkReport) => number) => reports.reduce((total, report) => total + count(report), 0)
  const known = reports.filter(({ objectId }) => objectId !== '')
  const fits = ({ polled }: WalkReport) => polled.identity !== undefined && polled.identity.profile !== 'generic'
  return {
    devices: reports.length,
    withObjectId: known.length,
    matched: known.filter(fits).length,
    generic: reports.filter(({ polled }) => polled.identity?.profile === 'generic').length,
    crashes: sum(({ polled }) => (polled.crash === undefined ? 0 : 1)),
    failedPolls: sum(({ polled }) => polled.outcomes.filter((outcome) => outcome !== 'ok').length),
    series: sum(({ series }) => series),
    checkedValues: sum(({ checked }) => checked),
    uncheckedValues: sum(({ unchecked }) => unchecked.length),
    wrongValues: sum(({ wrong }) => wrong.length),
    wrongInterfaces: sum(({ interfaces, interfaceRows }) => (interfaces === interfaceRows ? 0 : 1)),
    alarms: sum(({ alarms }) => alarms.length),
    falseAlarms: sum(({ falseAlarms }) => falseAlarms.length),
    objectsAsked: sum(({ polled }) => polled.asked.at(-1) ?? 0),
    slowestMs: Math.max(0, ...reports.flatMap(({ polled }) => polled.ms)),
  }
}

function tell({ name, wrong, unchecked, alarms, falseAlarms, polled }: WalkReport, { progress }: ProofContext): void {
  for (const one of wrong.slice(0, TOLD)) progress(`${name}: WRONG ${one}`)
  if (wrong.length > TOLD) progress(`${name}: and ${wrong.length - TOLD} more`)
  for (const one of alarms) progress(`${name}: ${falseAlarms.includes(one) ? 'FALSE ALARM' : 'alarm'} ${one}`)
  if (unchecked.length > 0) progress(`${name}: not checked ${unchecked.slice(0, TOLD).join(', ')}`)
  if (polled.crash) progress(`${name}: CRASH ${polled.crash}`)
  if (polled.detail) progress(`${name}: ${polled.detail}`)
}

const nameOf = (file: string) => file.replace(/\.snmprec(\.gz)?$/, '')

const AT_A_TIME = 4
const TOLD = 12

export const walkFolder = () => process.env.OUTRIDER_WALKS ?? join(ROOT, 'test/fixtures/profiles')

function walksIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => /\.snmprec(\.gz)?$/.test(file))
  } catch {
    return []
  }
}
