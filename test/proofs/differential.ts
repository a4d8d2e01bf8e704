// One simulated day of a site, run straight and with cuts: the same alarms, nothing lost, one page per cut. "The same": per
// identity of an alarm the same raises, changes of severity and clears, in the same order, at the same event times (of a run
// with wrong clocks within two seconds). What may differ: since when things were unknown, site-unreachable itself, counts,
// when people were told; and a no-data alarm around a start of the agent, from which silence is counted.
// PROOF_DEVICES=25 makes the site smaller, PROOF_RUNS='clock steps,cut 8 h' takes these runs beside the straight one.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DayRun, type Disturbance, folderOf, runDay, T0 } from './differential/day.ts'
import { disturbances } from './differential/disturbances.ts'
import { DAY_S, scriptedFaults } from './differential/faults.ts'
import { type Difference, differences } from './differential/history.ts'
import { countPages } from './differential/page-count.ts'
import { simulatedSite } from './differential/simulated-site.ts'
import { table } from './differential/table.ts'
import type { Proof, ProofContext } from './proof-kind.ts'

export const differential: Proof = {
  name: 'differential',
  title: 'a day of a site, run straight and with cuts, gives the same alarm history',
  rounds: 1,
  async run(context) {
    // ten days of commits: what is proven does not hang on how fast this machine's disk syncs
    const memory = process.env.TMPDIR === undefined && existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
    const dir = mkdtempSync(join(memory, 'outrider-differential-'))
    try {
      return await compare(dir, context)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}

async function compare(dir: string, { seed, random, brisk, progress }: ProofContext) {
  const many = Number(process.env.PROOF_DEVICES ?? 200)
  const plan = brisk ? { devices: 6, seconds: 2_700, cutAt: 750 } : { devices: many, seconds: DAY_S, cutAt: 9 * 3600 }
  const { edges, all } = disturbances(plan.cutAt, plan.seconds, brisk)
  const site = simulatedSite(
    plan.devices,
    scriptedFaults(plan.devices, edges, plan.seconds - (brisk ? 300 : 3600), random),
  )
  const chosen = process.env.PROOF_RUNS?.split(',').flatMap((part) => all.filter(({ name }) => name.includes(part)))
  const run = async (disturbance: Disturbance): Promise<DayRun> => {
    const done = await runDay(site, disturbance, { dir, seconds: plan.seconds, seed })
    progress(
      `${done.name}: ${done.seconds.toFixed(1)} s, ${done.balance.records} records, ${done.pages.length} messages`,
    )
    rmSync(join(dir, folderOf(disturbance)), { recursive: true, force: true })
    return done
  }
  const straight = await run({ name: 'straight' })
  const rows = [rowOf(straight, straight, [], { name: 'straight' })]
  for (const disturbance of chosen ?? all) {
    const cut = await run(disturbance)
    const found = differences(straight.history, cut.history, {
      ...{ t0: T0, ms: disturbance.clock ? 2000 : 0, starts: disturbance.kills ?? [] },
    })
    for (const { identity, straight: a, cut: b } of found.slice(0, 12))
      progress(`  ${identity}\n        straight: ${a}\n        here:     ${b}`)
    const row = rowOf(cut, straight, found, disturbance)
    rows.push(row)
    for (const one of row.overdue) progress(`  told when over: ${one}`)
    for (const one of row.never) progress(`  never told: ${one}`)
    progress(
      `  ${row.differences} differ, ${row.late} late, ${row.twice} twice, ${row.missed} missed, ${row.stale} stale`,
    )
  }
  for (const line of table(rows)) console.error(line)
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
  const figures = {
    devices: plan.devices,
    faults: site.faults,
    identities: straight.history.steps.size,
    steps: sum((row) => (row.run === 'straight' ? row.steps : 0)),
    runs: rows.length - 1,
    differences: sum((row) => row.differences),
    lost: sum((row) => row.lost),
    doubled: sum((row) => row.doubled),
    cuts: sum((row) => row.cuts),
    sitePages: sum((row) => row.sitePages),
    wrongSitePages: sum((row) => Math.abs(row.sitePages - row.siteDue) + Math.abs(row.siteEnds - row.sitePages)),
    latePages: sum((row) => row.late),
    toldTwice: sum((row) => row.twice),
    missed: sum((row) => row.missed),
    staleOpen: sum((row) => row.stale),
  }
  const { differences: wrong, lost, doubled, wrongSitePages, latePages, toldTwice, missed, staleOpen } = figures
  const ok = wrong + lost + doubled + wrongSitePages + latePages + toldTwice + missed + staleOpen === 0
  return { ok, ...figures, rows }
}

export type Row = ReturnType<typeof rowOf>

function rowOf(run: DayRun, straight: DayRun, found: readonly Difference[], { flaps = false }: Disturbance) {
  const pages = countPages(run, straight)
  const { standing } = straight.history
  const longest = run.gaps.toSorted((a, b) => b.heard - b.from - (a.heard - a.from))[0]
  const hours = longest ? (longest.heard - longest.from) / 3600 : 0
  let steps = 0
  for (const one of run.history.steps.values()) steps += one.length
  return {
    run: run.name,
    steps,
    differences: found.length,
    records: run.balance.records,
    lost: run.balance.lost,
    doubled: run.balance.twice + run.balance.altered,
    cuts: run.unreachable,
    siteDue: flaps ? Math.min(2, run.unreachable) : run.unreachable,
    sitePages: pages.site,
    siteEnds: pages.siteEnds,
    problems: pages.problems,
    late: pages.late.length,
    overdue: pages.late,
    twice: pages.twice,
    missed: pages.missed.length,
    never: pages.missed,
    stale: [...run.history.standing].filter((name) => !standing.has(name)).length,
    drainedPerSecond: longest && longest.records > 1000 ? Math.round((longest.records * 1000) / longest.tookMs) : null,
    diskMegabytesPerHour: hours > 0.25 && longest ? Math.round(longest.bytes / hours / 1e4) / 100 : null,
  }
}
