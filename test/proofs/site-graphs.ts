// Proof of cause finding (issue 5, must-show 2). Each round makes a random site of 20 to 300 nodes (layers, redundant uplinks,
// rings, unmanaged switches, power), lets one to three faults happen, half the time with one more hidden behind the first, and
// plays pings and polls of it to the real judgement with the stock rules. What was really wrong says an oracle that knows the
// plan and nothing of the collector. What is counted:
//
// - A fault counts when anybody could notice it: a watched device is unreached that would be reached without it, a port that can still be asked shows it, or a UPS that can still be asked says it. A dead link whose ports look
//   well and around which everything flows does not.
// - An incident names a fault: a dead device by its own alarm or the alarm of a port that leads to it; a dead link by the alarm
//   of one of its ports, or, when no port tells, by the first device behind it; an unmanaged switch or a power strip as the
//   inferred common cause, or by the port that leads to it, or by the only device behind it; a UPS without output by its power
//   alarm or as the inferred common cause, or by the only device that it feeds.
// - precision: incidents opened while the faults last that name one of them, of all opened then. recall: faults named by an
//   incident, of those that count. Shown for rounds with one fault and with several.
// - grouped: alarms of unreached devices whose incident names a fault because of which they are unreached, of all.
// - childPages: incidents opened, or opened again, after the repair for a device or port that is well at that moment (what lost
//   its power is not while it starts, 60 s). Must be 0.
// - hidden: the fault that was hidden behind the first has its incident within one poll (30 s) and the time that a check takes
//   (see score.ts), from when the recovery was seen: the first answer of what it hangs on, and the end of the alarm of which
//   it was a symptom. Behind a power cut 90 s more: what starts is given time. Shown beside it: seconds since the repair.
//   Must be 100 %.
// - leftOver: alarms and incidents that stand when all is repaired. Must be 0.
import { readStockRules } from '#collector/rules/rule-folder.ts'
import { type Proof, seeded } from './proof-kind.ts'
import { scheduleFaults } from './site-graphs/faults.ts'
import { type Score, scoreOf } from './site-graphs/score.ts'
import { playDay } from './site-graphs/site-day.ts'
import { between, planSite } from './site-graphs/site-plan.ts'

const NEEDED = { one: 0.95, several: 0.9 } as const

export const siteGraphs: Proof = {
  name: 'site-graphs',
  title: 'causes and symptoms on random sites with faults',
  rounds: 1000,
  async run({ seed, rounds, brisk, progress }) {
    const { rules } = readStockRules()
    const one = createTally()
    const several = createTally()
    let nodes = 0
    let slowest = 0
    let turnMs = 0
    let turns = 0
    const count = brisk ? Math.min(rounds, 12) : rounds
    for (let round = 0; round < count; round++) {
      const random = seeded(seed * 100_003 + round)
      for (let i = 0; i < 5; i++) random()
      const plan = planSite(random)
      const faults = random() < 0.5 ? 1 : between(random, 2, 3)
      const schedule = scheduleFaults(plan, faults, random() < 0.5, random)
      const day = await playDay(plan, schedule, rules, random)
      const score = scoreOf(plan, schedule, day)
      ;(faults === 1 ? one : several).add(score)
      nodes += plan.nodes.size
      slowest = Math.max(slowest, day.turns.slowest)
      turnMs += day.turns.total
      turns += day.turns.count
      if (score.remarks.length > 0)
        progress(`round ${round} (${plan.nodes.size} nodes, ${plan.told}): ${score.remarks.slice(0, 4).join('; ')}`)
      if (round % 100 === 99) progress(`${round + 1} rounds: ${JSON.stringify(one.figures())}`)
    }
    const [a, b] = [one.figures(), several.figures()]
    const isGood = (f: ReturnType<typeof one.figures>, needed: number) =>
      f.precision >= needed &&
      f.recall >= needed &&
      f.childPages === 0 &&
      f.hiddenInTime === f.hidden &&
      f.leftOver === 0
    return {
      ok: isGood(a, NEEDED.one) && isGood(b, NEEDED.several),
      nodes,
      one: a,
      several: b,
      turnMs: { mean: Math.round((turnMs / turns) * 1000) / 1000, slowest: Math.round(slowest) },
    }
  },
}

function createTally() {
  const all: Score[] = []
  const sum = (of: (score: Score) => number) => all.reduce((total, score) => total + of(score), 0)
  const share = (part: number, whole: number) => (whole === 0 ? 1 : Math.round((part / whole) * 10_000) / 10_000)
  return {
    add: (score: Score) => void all.push(score),
    figures() {
      const after = all.flatMap((score) => score.hiddenAfter).sort((x, y) => x - y)
      const since = all.flatMap((score) => score.hiddenSinceRepair).sort((x, y) => x - y)
      const faults = sum((s) => s.faults)
      const incidents = sum((s) => s.incidents)
      return {
        ...{ rounds: all.length, faults, incidents, incidentsPerFault: share(incidents, faults) },
        precision: share(
          sum((s) => s.right),
          incidents,
        ),
        recall: share(
          sum((s) => s.found),
          faults,
        ),
        grouped: share(
          sum((s) => s.grouped),
          sum((s) => s.alarms),
        ),
        childPages: sum((s) => s.childPages),
        hidden: sum((s) => s.hidden),
        hiddenInTime: sum((s) => s.hiddenInTime),
        hiddenSinceRepairSeconds: {
          ...{ median: since[Math.floor(since.length / 2)] ?? null, longest: since.at(-1) ?? null },
        },
        hiddenAfterSeconds: { median: after[Math.floor(after.length / 2)] ?? null, longest: after.at(-1) ?? null },
        leftOver: sum((s) => s.leftOver),
      }
    },
  }
}
