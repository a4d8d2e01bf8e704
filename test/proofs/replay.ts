// A recorded day is replayed from the collector's database: the alarm log comes out as it was written live, byte for byte.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replay as replayHistory } from '#collector/replay/replay.ts'
import { openReplayHistory } from '#collector/storage/sqlite/replay-history.ts'
import { proofRules } from './differential/collector-side.ts'
import { type Disturbance, runDay, T0 } from './differential/day.ts'
import { scriptedFaults } from './differential/faults.ts'
import { simulatedSite } from './differential/simulated-site.ts'
import type { Proof } from './proof-kind.ts'
import { addChange, createLog, differingLines, type Log, liveLog } from './replay/log.ts'

const HOUR_S = 3600

export const replay: Proof = {
  name: 'replay',
  title: 'replay of a recorded day, with cuts and late data, gives the live alarm log byte for byte',
  rounds: 1,
  async run({ seed, random, brisk, progress }) {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-replay-proof-'))
    const devices = Number(process.env.PROOF_DEVICES ?? (brisk ? 6 : 200))
    const seconds = Number(process.env.PROOF_SECONDS ?? (brisk ? 4 * HOUR_S : 24 * HOUR_S))
    try {
      const cut = Math.round(seconds / 3)
      const faults = scriptedFaults(devices, [cut, cut + 1800], seconds - HOUR_S, random)
      const site = simulatedSite(devices, faults)
      const runs: object[] = []
      let ok = true
      for (const disturbance of disturbances(cut, seconds)) {
        const day = await runDay(site, disturbance, { dir, seconds, seed })
        const file = join(dir, disturbance.name.replaceAll(/[^a-z0-9]+/gi, '-'), 'collector', 'collector.db')
        const live = liveLog(file)
        const replayed = replayedLog(file, T0 - HOUR_S * 1000, T0 + (seconds + HOUR_S) * 1000)
        const same = live.hash === replayed.log.hash && live.lines.length > 0
        ok &&= same
        progress(
          `${disturbance.name}: ${day.balance.records} records; live ${live.hash.slice(0, 16)}, replayed ${replayed.log.hash.slice(0, 16)}: ${live.raises} raised, ${live.turns} turned, ${live.clears} cleared; ${Math.round(replayed.read.samples / replayed.seconds)} samples/s`,
        )
        for (const line of differingLines(live, replayed.log, 40)) progress(line)
        runs.push({
          ...{ disturbance: disturbance.name, same, live: live.hash, replayed: replayed.log.hash },
          ...{ lines: live.lines.length, raises: live.raises, turns: live.turns, clears: live.clears },
          ...{ samples: replayed.read.samples, events: replayed.read.events },
        })
      }
      return { ok, devices, hours: seconds / HOUR_S, faults: faults.length, runs }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

function disturbances(cut: number, seconds: number): Disturbance[] {
  return [
    { name: 'straight' },
    { name: 'cut of half an hour', silent: [[cut, cut + 1800]] },
    { name: 'collector down and agent killed', collector: [[cut, cut + 600]], kills: [Math.round(seconds / 2)] },
  ]
}

function replayedLog(
  file: string,
  from: number,
  to: number,
): { log: Log; read: { samples: number; events: number }; seconds: number } {
  const began = performance.now()
  const history = openReplayHistory({ file, rawDays: 36_500, now: to })
  const log = createLog()
  const plan = { from, to, warmUpMs: 0, language: 'en' as const, sets: [{ rules: proofRules() }], everything: true }
  const steps = replayHistory(history, plan, (_, change) => addChange(log, change))
  let step = steps.next()
  while (!step.done) step = steps.next()
  history.close()
  return { log: log.log(), read: step.value, seconds: (performance.now() - began) / 1000 }
}
