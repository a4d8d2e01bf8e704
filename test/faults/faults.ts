// npm run faults -- NAME --rounds N --seed S
// Real processes, real damage, an independent ledger. Progress goes to stderr; the last line on stdout is the verdict.
import { parseArgs } from 'node:util'
import { startInstallation } from '../support/installation.ts'
import { createLedger, type Found } from './ledger.ts'
import { createLoad } from './load.ts'
import type { Scenario, ScenarioContext } from './scenario.ts'
import { diskFull } from './scenarios/disk-full.ts'
import { agentKill, brokerKill, collectorKill } from './scenarios/kills.ts'
import { siteCut } from './scenarios/site-cut.ts'

const SCENARIOS: readonly Scenario[] = [agentKill, collectorKill, brokerKill, siteCut, diskFull]

const LOG_CARRIERS: Readonly<Record<string, Found['carrier']>> = {
  udp: 'syslog-udp',
  tcp: 'syslog-tcp',
  file: 'log-file',
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})
const scenario = SCENARIOS.find((s) => s.name === positionals[0])
const rounds = Number(values.rounds)
const seed = Number(values.seed)
if (!scenario || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('npm run faults -- NAME [--rounds N] [--seed S] [--keep]\n')
  for (const s of SCENARIOS) console.error(`  ${s.name.padEnd(16)} ${s.title}`)
  process.exit(2)
}
const reason = scenario.unavailable?.()
if (reason) {
  console.error(`${scenario.name} cannot run here: ${reason}`)
  process.exit(3)
}
process.exitCode = (await prove(scenario, rounds, seed, values.keep)) ? 0 : 1

async function prove(scenario: Scenario, rounds: number, seed: number, keep: boolean): Promise<boolean> {
  const started = performance.now()
  const progress = (message: string) =>
    console.error(`[${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s] ${message}`)
  progress(`${scenario.name}: ${scenario.title}; ${rounds} rounds, seed ${seed}`)
  const dataDir = await scenario.agentDataDir?.()
  const installation = await startInstallation({ progress, keep, ...(dataDir ? { agentDir: dataDir.dir } : {}) })
  try {
    const ledger = createLedger(seed)
    const load = createLoad(
      ledger,
      { ...installation.ports, logFile: installation.logFile },
      scenario.perSecond,
      scenario.carriers,
    )
    load.trusting = scenario.trusting
    const context: ScenarioContext = {
      installation,
      load,
      ledger,
      rounds,
      random: seeded(seed),
      progress,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }
    load.start()
    const figures = await scenario.run(context)
    await load.stop()
    progress(
      `sent ${ledger.sent}, ${load.acknowledged} informs acknowledged; waiting until the agent has delivered everything`,
    )
    await installation.drained(180_000)
    const comparison = ledger.compare(await foundIn(installation))
    const extra = await scenario.verify?.(context, figures, comparison)
    const { missing, duplicate, altered, inverted } = comparison
    const ok = missing + duplicate + altered + inverted === 0 && comparison.found > 0 && (extra?.ok ?? true)
    console.log(JSON.stringify({ name: scenario.name, ok, rounds, seed, ...comparison, ...figures, ...extra?.figures }))
    if (!ok || keep) progress(`the agent said:\n${installation.agent.output().slice(-20_000)}`)
    return ok
  } catch (error) {
    progress(
      `the agent said:\n${installation.agent.output().slice(-6000)}\nthe collector said:\n${installation.collector.output().slice(-6000)}`,
    )
    throw error
  } finally {
    await installation.stop()
    dataDir?.release()
  }
}

/** Everything of ours that the collector holds, oldest first, as its API tells it. */
async function foundIn(installation: Awaited<ReturnType<typeof startInstallation>>): Promise<Found[]> {
  interface Row {
    readonly id: number
    readonly event: {
      kind: string
      confirmed?: boolean
      transport?: string
      message?: string
      varbinds?: { value: unknown }[]
    }
  }
  const found: { id: number; item: Found }[] = []
  for (const row of await installation.api.all<Row>('/api/v1/events?kind=trap&kind=log')) {
    const { event } = row
    const text =
      event.kind === 'trap'
        ? event.varbinds?.map((v) => String(v.value)).find((v) => v.includes('ledger:'))
        : event.message
    const payload = text?.match(/ledger:\S*/)?.[0]
    if (payload === undefined) continue
    const carrier = event.kind === 'trap' ? (event.confirmed ? 'inform' : 'trap') : LOG_CARRIERS[event.transport ?? '']
    if (carrier === undefined) continue
    found.push({ id: row.id, item: { carrier, payload } })
  }
  return found.sort((a, b) => a.id - b.id).map((f) => f.item)
}

/** A small repeatable generator (Park-Miller); the seed is printed with the verdict. */
function seeded(seed: number): () => number {
  let state = (seed * 2654435761) % 2147483647 || 1
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}
