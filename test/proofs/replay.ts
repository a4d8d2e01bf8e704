// A recorded day is replayed from the collector's database: the alarm log comes out as it was written live, byte for byte,
// whatever was cut, late or killed while it was recorded. And rules that nobody had then find exactly the faults of the script.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replay as replayHistory } from '#collector/replay/replay.ts'
import type { DefinedRule } from '#collector/rules/rule.ts'
import { openReplayHistory } from '#collector/storage/sqlite/replay-history.ts'
import { proofRules } from './differential/collector-side.ts'
import { type Disturbance, folderOf, runDay, T0 } from './differential/day.ts'
import { scriptedFaults } from './differential/faults.ts'
import { simulatedSite } from './differential/simulated-site.ts'
import type { Proof, ProofContext } from './proof-kind.ts'
import { expectedAlarms, testedRules } from './replay/expected.ts'
import { addChange, createLog, differingLines, type Log, liveLog } from './replay/log.ts'

const HOUR_S = 3600

export const replay: Proof = {
  name: 'replay',
  title: 'replay of a recorded day, with cuts and late data, gives the live alarm log byte for byte',
  rounds: 1,
  async run(context) {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-replay-proof-'))
    try {
      return await record(dir, context)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

async function record(dir: string, { seed, random, brisk, progress }: ProofContext) {
  const plan = brisk
    ? { devices: 6, seconds: HOUR_S, cut: 1200 }
    : { devices: 60, seconds: 24 * HOUR_S, cut: 9 * HOUR_S }
  const { devices, seconds, cut } = plan
  const length = brisk ? 700 : 1800
  const faults = scriptedFaults(devices, [cut, cut + length], seconds - (brisk ? 300 : HOUR_S), random)
  const site = simulatedSite(devices, faults)
  const expected = expectedAlarms(site, seconds)
  const runs: Run[] = []
  for (const disturbance of disturbances(cut, length, seconds, brisk)) {
    await runDay(site, disturbance, { dir, seconds, seed })
    const file = join(dir, folderOf(disturbance), 'collector', 'collector.db')
    const run = compared(file, disturbance.name, seconds, expected)
    progress(
      `${run.disturbance}: live ${run.live.slice(0, 16)}, replayed ${run.replayed.slice(0, 16)}: ${run.raises} raised, ` +
        `${run.turns} turned, ${run.clears} cleared; seeded faults found ${JSON.stringify(run.found)}; ${run.samplesPerSecond} samples/s`,
    )
    for (const line of run.differing) progress(line)
    runs.push(run)
  }
  const same = runs.every((run) => run.live === run.replayed && run.lines > 0)
  const exact = runs.every((run) => JSON.stringify(run.found) === JSON.stringify(expected))
  const rows = runs.map(({ differing, ...run }) => ({ ...run, differing: differing.length }))
  return {
    ok: same && exact,
    devices,
    hours: seconds / HOUR_S,
    faults: faults.length,
    same,
    exact,
    expected,
    runs: rows,
  }
}

type Run = ReturnType<typeof compared>

function compared(file: string, disturbance: string, seconds: number, expected: Record<string, number>) {
  const live = liveLog(file)
  const whole = replayed(file, seconds, proofRules(), true)
  const found = Object.fromEntries(Object.keys(expected).map((id) => [id, 0]))
  replayed(file, seconds, testedRules, false, (rule) => {
    found[rule] = (found[rule] ?? 0) + 1
  })
  const { log, read } = whole
  return {
    ...{ disturbance, live: live.hash, replayed: log.hash, lines: live.lines.length },
    ...{ raises: live.raises, turns: live.turns, clears: live.clears, found },
    ...{ samples: read.samples, events: read.events, samplesPerSecond: Math.round(read.samples / whole.seconds) },
    differing: differingLines(live, log, 20),
  }
}

/** A quarter of an hour on both sides: nothing of the day is outside. */
const AROUND_MS = 900_000

function replayed(
  file: string,
  seconds: number,
  rules: readonly DefinedRule[],
  everything: boolean,
  raised: (rule: string) => void = () => undefined,
): { readonly log: Log; readonly read: { samples: number; events: number }; readonly seconds: number } {
  const began = performance.now()
  const period = { from: T0 - AROUND_MS, to: T0 + seconds * 1000 + AROUND_MS }
  const history = openReplayHistory({ file, rawDays: 36_500, now: period.to })
  const log = createLog()
  const plan = { ...period, warmUpMs: 0, language: 'en' as const, sets: [{ rules }], everything }
  const steps = replayHistory(history, plan, (_, change) => {
    addChange(log, change)
    if (change.action === 'raise') raised(change.alarm.rule)
  })
  let step = steps.next()
  while (!step.done) step = steps.next()
  history.close()
  return { log: log.log(), read: step.value, seconds: (performance.now() - began) / 1000 }
}

function disturbances(cut: number, length: number, seconds: number, brisk: boolean): Disturbance[] {
  const all: Disturbance = {
    name: 'cut, collector down, agent killed',
    silent: [[cut, cut + length]],
    collector: [[cut + length + 300, cut + length + 600]],
    kills: [cut + 300, Math.min(seconds - 300, cut + length + 900)],
  }
  if (brisk) return [all]
  const late: Disturbance = { name: 'cut of eight hours', silent: [[cut, cut + 8 * HOUR_S]] }
  return [{ name: 'straight' }, { name: 'cut of half an hour', silent: [[cut, cut + length]] }, late, all]
}
