// npm run proof -- NAME [--seed S] [--rounds N] [--brisk]
// Progress goes to stderr; the last line on stdout is one JSON object with the figures. Exit code 0: proven, 1: not,
// 2: no such proof, 3: cannot run on this machine.
import { parseArgs } from 'node:util'
import { consoleScale } from './console-scale.ts'
import { differential } from './differential.ts'
import { hostileAgent } from './hostile-agent.ts'
import { hostileText } from './hostile-text.ts'
import { influxOutage } from './influx-outage.ts'
import { profiles } from './profiles.ts'
import { type Proof, seeded } from './proof-kind.ts'
import { replay } from './replay.ts'
import { siteGraphs } from './site-graphs.ts'
import { storm } from './storm.ts'
import { sweep } from './sweep.ts'
import { syslogHeaders } from './syslog-headers.ts'
import { walks } from './walks.ts'

const PROOFS: readonly Proof[] = [
  consoleScale,
  differential,
  hostileAgent,
  hostileText,
  influxOutage,
  profiles,
  replay,
  storm,
  siteGraphs,
  sweep,
  syslogHeaders,
  walks,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    brisk: { type: 'boolean', default: false },
  },
})
const proof = PROOFS.find((p) => p.name === positionals[0])
const seed = Number(values.seed)
const rounds = Number(values.rounds ?? proof?.rounds)
if (!proof || !Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  console.error('npm run proof -- NAME [--seed S] [--rounds N] [--brisk]\n')
  for (const p of PROOFS) console.error(`  ${p.name.padEnd(16)} ${p.title}`)
  process.exit(2)
}
const reason = proof.unavailable?.()
if (reason) {
  console.error(`${proof.name} cannot run here: ${reason}`)
  process.exit(3)
}
process.exit((await prove(proof)) ? 0 : 1)

async function prove(proof: Proof): Promise<boolean> {
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 1000
  const progress = (message: string) => console.error(`[${elapsed().toFixed(1).padStart(6)} s] ${message}`)
  progress(`${proof.name}: ${proof.title}; ${rounds} rounds, seed ${seed}`)
  const { ok, ...figures } = await proof.run({ seed, rounds, brisk: values.brisk, random: seeded(seed), progress })
  const seconds = Math.round(elapsed() * 10) / 10
  console.log(JSON.stringify({ name: proof.name, seed, rounds, ok, ...figures, seconds }))
  return ok
}
