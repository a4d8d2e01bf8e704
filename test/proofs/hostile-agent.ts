// One agent against all others: with a good identity of its own and every bad one, on both brokers. A witness of another
// site is on the air all the time; what reaches it, what is taken from it and what throws it off is counted.
import { requireProgram } from '../support/programs.ts'
import { until } from '../support/until.ts'
import { type Attack, createAttack, type Probe } from './hostile-agent/attack.ts'
import { certificateProbes, nulProbes } from './hostile-agent/certificate-probes.ts'
import { publishPacket, subscribePacket } from './hostile-agent/mqtt-bytes.ts'
import { packetProbes } from './hostile-agent/packet-probes.ts'
import { helloOf, MARK } from './hostile-agent/payloads.ts'
import { BROKERS, type BrokerKind, openStage, type Stage, type StageOptions } from './hostile-agent/stage.ts'
import { raceForTokens } from './hostile-agent/token-race.ts'
import { topicProbes } from './hostile-agent/topic-probes.ts'
import { startWitness, WITNESS_HOST } from './hostile-agent/witness.ts'
import type { Proof, ProofContext } from './proof-kind.ts'

export const hostileAgent: Proof = {
  name: 'hostile-agent',
  title: "an agent's identity tries everything against other agents, on both brokers",
  rounds: 1,
  unavailable: () => (requireProgram('mosquitto') ? undefined : 'mosquitto is not installed (npm run test:programs)'),
  async run(context) {
    const verdicts: Record<string, Verdict> = {}
    for (const broker of BROKERS) {
      for (let round = 0; round < context.rounds; round++) {
        const verdict = await attackOn(broker, context)
        verdicts[broker] = verdicts[broker] ? sum(verdicts[broker], verdict) : verdict
      }
    }
    const total = Object.values(verdicts).reduce(sum)
    return { ok: Object.values(verdicts).every(isGood), ...total, brokers: verdicts }
  },
}

export interface Verdict {
  readonly probes: number
  /** Messages of others that the attacker heard. */
  readonly reads: number
  /** What the attacker wrote and the witness heard, or the collector believed to be the witness'. */
  readonly writes: number
  /** Times the witness or the collector was thrown off. */
  readonly kicks: number
  /** Connections let in with a certificate that should open nothing. */
  readonly letIn: number
  readonly races: number
  /** Races for one token that did not end with exactly one certificate. */
  readonly wrongRaces: number
  /** From the revocation to the end of the live connection. */
  readonly revocationMs: number
  /** Answers the witness got meanwhile: what there was to overhear. */
  readonly witnessed: number
}

export const isGood = (v: Verdict): boolean =>
  v.reads + v.writes + v.kicks + v.letIn + v.wrongRaces === 0 && v.revocationMs <= 10_000 && v.witnessed > 0

export interface AttackOptions extends StageOptions {
  /** Only every n-th probe. */
  readonly every?: number
  readonly races?: number
}

/** One broker, all probes. */
export async function attackOn(
  broker: BrokerKind,
  context: Pick<ProofContext, 'random' | 'progress'>,
  options: AttackOptions = {},
): Promise<Verdict> {
  const { progress, random } = context
  progress(`${broker}: starting it with a collector and two sites`)
  const stage = await openStage(broker, options)
  try {
    const witness = await startWitness(stage)
    const attack = createAttack(stage, witness, random)
    try {
      const revocationMs = await revoke(attack)
      progress(`${broker}: a live connection was cut ${revocationMs} ms after its revocation`)
      const all = [...topicProbes(attack), ...(await certificateProbes(attack)), ...packetProbes(attack)]
      const probes = [...all, ...(await nulProbes(attack))].filter((_, i) => i % (options.every ?? 1) === 0)
      await runAll(probes, attack, (message) => progress(`${broker}: ${message}`))
      await isStillAnAgent(attack)
      const race = await raceForTokens(stage.api, options.races ?? 100)
      progress(`${broker}: ${race.races} races for a token, ${race.wrong} with another end than one certificate`)
      await witness.round()
      const writes = witness.writes() + (await believed(stage))
      const kicks = witness.kicks() + stage.collectorLost()
      const figures = { reads: attack.reads(), writes, kicks, letIn: attack.letIn.length }
      return {
        probes: probes.length,
        ...figures,
        races: race.races,
        wrongRaces: race.wrong,
        revocationMs,
        witnessed: witness.answers(),
      }
    } finally {
      attack.close()
      witness.stop()
    }
  } finally {
    await stage.stop()
  }
}

async function runAll(probes: readonly Probe[], attack: Attack, progress: (message: string) => void): Promise<void> {
  const { witness, stage } = attack
  const seen = () =>
    `${attack.reads()} ${witness.writes()} ${witness.kicks()} ${attack.letIn.length} ${stage.collectorLost()}`
  let before = seen()
  for (const [i, probe] of probes.entries()) {
    try {
      await probe.run()
    } catch (error) {
      throw new Error(`probe "${probe.name}" could not be carried out`, { cause: error })
    }
    const after = seen()
    if (after !== before) progress(`a hole: ${probe.name} (reads, writes, kicks, let in, collector lost: ${after})`)
    before = after
    if ((i + 1) % 50 === 0) progress(`${i + 1} of ${probes.length} probes`)
  }
}

/** Revokes the second agent of the attacker's site while it is connected; ms until it was cut off. */
async function revoke({ stage, open, witness }: Attack): Promise<number> {
  const { revoked, api } = stage
  const party = open(revoked, { clientId: revoked.agent })
  if ((await party.settled()) !== 'in') throw new Error('the agent to be revoked was not let in before')
  const at = performance.now()
  await api.post(`/api/v1/agents/${revoked.agent}/revoke`, { reason: 'proof' })
  await until(() => party.closed(), { timeoutMs: 30_000, everyMs: 5, what: 'the revoked agent to be cut off' })
  const ms = Math.round(performance.now() - at)
  // an external broker reads the list a moment later
  await until(
    async () => {
      const again = open(revoked, { clientId: revoked.agent })
      const out = (await again.settled()) === 'out'
      again.drop()
      return out && again.answer() === undefined
    },
    { timeoutMs: 30_000, everyMs: 200, what: 'the revoked certificate to be refused' },
  )
  await witness.round()
  return ms
}

/** Without that, all that was refused would prove nothing: the attacker is a good agent, and is answered. */
async function isStillAnAgent({ me, stage }: Attack): Promise<void> {
  const party = await me()
  const { agent } = stage.a
  let answered = false
  const look = () => {
    answered ||= party.heard.some((m) => m.topic === `outrider/v1/a/${agent}/down/ack`)
    return answered
  }
  party.send(subscribePacket(`outrider/v1/a/${agent}/down/+`, 1))
  await until(
    () => {
      party.send(publishPacket(`outrider/v1/a/${agent}/up/hello`, helloOf(agent, 'host-of-the-attacker')))
      return look()
    },
    { timeoutMs: 10_000, everyMs: 50, what: 'the attacker to be answered as itself' },
  )
}

/** What the collector holds of the witness and did not come from it. */
async function believed({ api, b }: Stage): Promise<number> {
  const agents = await api.all<{ id: string; host?: string | null }>('/api/v1/agents')
  const row = agents.find((agent) => agent.id === b.agent)
  if (!row) throw new Error('the collector does not know the witness')
  const poison = await api.all<{ agent: string }>(`/api/v1/quarantine?agent=${b.agent}`)
  const events = await api.all<object>('/api/v1/events')
  const marked = events.filter((e) => JSON.stringify(e).includes(MARK) && JSON.stringify(e).includes(b.agent))
  return (row.host === WITNESS_HOST ? 0 : 1) + poison.length + marked.length
}

function sum(x: Verdict, y: Verdict): Verdict {
  return {
    probes: x.probes + y.probes,
    reads: x.reads + y.reads,
    writes: x.writes + y.writes,
    kicks: x.kicks + y.kicks,
    letIn: x.letIn + y.letIn,
    races: x.races + y.races,
    wrongRaces: x.wrongRaces + y.wrongRaces,
    revocationMs: Math.max(x.revocationMs, y.revocationMs),
    witnessed: x.witnessed + y.witnessed,
  }
}
