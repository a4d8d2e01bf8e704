// Traps: highest lossless rate from UDP to the outbox's commit, ours and snmptrapd's (logging to a file) alternately on
// the same core; then to the collector's commit with everything on all cores.
import type { BenchContext } from './bench.ts'
import { trapDatagrams, writeDatagrams } from './datagrams.ts'
import { losslessRate, probe } from './intake.ts'
import { generator, median } from './machine.ts'
import { agentOutbox } from './our-intake.ts'
import { snmptrapd } from './peers.ts'
import { wholeWay } from './whole-way.ts'

export async function trapBench({ seed, pairs, progress, report }: BenchContext): Promise<void> {
  const sender = generator('udp-send')
  if (!sender) throw new Error('the trap bench needs a C compiler (cc) for its generator')
  const file = writeDatagrams('traps', trapDatagrams(seed))
  const ours: number[] = []
  const theirs: number[] = []
  const micros: number[] = []
  const floods: number[] = []
  for (let pair = 1; pair <= pairs; pair++) {
    const agent = await agentOutbox()
    const got = await losslessRate(agent, sender, file, { low: 40_000, high: 200_000 })
    await agent.stop()
    ours.push(got.rate)
    micros.push(got.cpuMicros)
    floods.push(got.flood)
    const peer = await snmptrapd()
    if (peer) {
      const other = await losslessRate(peer, sender, file, { low: 10_000, high: 60_000 })
      await peer.stop()
      theirs.push(other.rate)
    }
    progress(
      `pair ${pair}/${pairs}: ours ${Math.round(got.rate)}/s (${got.cpuMicros.toFixed(1)} us), snmptrapd ${Math.round(theirs.at(-1) ?? 0)}/s`,
    )
  }
  const peerValue = theirs.length > 0 ? median(theirs) : null
  const ratio = theirs.length > 0 ? median(ours.map((v, i) => v / (theirs[i] as number))) : null
  const extra = { cpuMicros: median(micros), floodPerSecond: Math.round(median(floods)), goal: 4 }
  report({
    name: 'trap-to-outbox',
    value: median(ours),
    unit: 'traps/s',
    peer: peerValue ? 'snmptrapd' : null,
    peerValue,
    ratio,
    ...extra,
  })

  const burstAgent = await agentOutbox()
  const burst = await probe(burstAgent, sender, file, 0, 10_000)
  await burstAgent.stop()
  report({
    name: 'trap-burst',
    value: burst.received,
    unit: 'share of 10,000 at once',
    peer: null,
    peerValue: null,
    ratio: null,
  })

  const way = await wholeWay()
  const all = await losslessRate(way, sender, file, { low: 10_000, high: 60_000 })
  await way.stop()
  const toCollector = peerValue ? all.rate / peerValue : null
  report({
    name: 'trap-to-collector',
    value: all.rate,
    unit: 'traps/s',
    peer: peerValue ? 'snmptrapd' : null,
    peerValue,
    ratio: toCollector,
    cpuMicros: all.cpuMicros,
    goal: 1.5,
  })
}
