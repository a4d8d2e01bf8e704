// From the moment a linkDown trap is sent to the moment its incident can be read from the API, idle and while other
// devices send 1,000 and 10,000 traps a second. One clock: sender and reader are this process.
import { createSocket } from 'node:dgram'
import { type Installation, startInstallation } from '../support/installation.ts'
import { until } from '../support/until.ts'
import type { BenchContext } from './bench.ts'
import { trapDatagrams, writeDatagrams } from './datagrams.ts'
import { generator, runGenerator } from './machine.ts'

const PROBES = 60
const RATES = [0, 1_000, 10_000]
/** Load before the first probe, so that no cold code is measured. */
const WARM_MS = 3_000

export async function latencyBench({ seed, progress, report }: BenchContext): Promise<void> {
  const sender = generator('udp-send')
  if (!sender) throw new Error('the latency bench needs a C compiler (cc) for its generator')
  // Background traps are of a kind that no rule turns into an incident: the way is the same, the devices are others.
  const traps = trapDatagrams(seed)
  const background = traps.map((t) =>
    Buffer.from(
      t
        .toString('latin1')
        .replace('\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x05\x03', '\x06\x0a\x2b\x06\x01\x06\x03\x01\x01\x63\x03'),
      'latin1',
    ),
  )
  const file = writeDatagrams('background', background)
  const devices = [
    ...Array.from({ length: 8 }, (_, i) => ({
      id: `source-${i + 1}`,
      name: `Source ${i + 1}`,
      address: `127.0.1.${i + 1}`,
    })),
    ...Array.from({ length: PROBES * RATES.length }, (_, i) => ({
      id: `probe-${i}`,
      name: `Probe ${i}`,
      address: probeAddress(i),
    })),
  ]
  const installation = await startInstallation({ devices })
  try {
    const watch = watchIncidents(installation)
    let next = 0
    for (const rate of RATES) {
      const seconds = (PROBES * 100 + WARM_MS) / 1000 + 2
      const load =
        rate > 0
          ? runGenerator([
              sender,
              '127.0.0.1',
              String(installation.ports.trapPort),
              file,
              String(rate),
              String(Math.round(rate * seconds)),
              '8',
            ])
          : undefined
      await new Promise((resolve) => setTimeout(resolve, WARM_MS))
      const times: number[] = []
      for (let i = 0; i < PROBES; i++, next++) {
        const device = `hq.probe-${next}`
        const bytes = traps[next % traps.length] as Buffer
        const sent = performance.now()
        await sendTrap(probeAddress(next), installation.ports.trapPort, bytes)
        times.push((await watch.readable(device)) - sent)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      await load
      times.sort((a, b) => a - b)
      const p50 = times[Math.floor(times.length / 2)] as number
      const p99 = times[Math.floor(times.length * 0.99)] as number
      progress(`at ${rate} other traps/s: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`)
      const limit = rate === 0 ? 25 : rate === 1_000 ? 1_000 : 250
      report({
        name: 'latency-trap-incident',
        value: p99,
        unit: 'ms p99',
        peer: null,
        peerValue: null,
        ratio: null,
        p50: Math.round(p50 * 10) / 10,
        otherTrapsPerSecond: rate,
        probes: PROBES,
        limit,
      })
    }
    watch.stop()
  } finally {
    await installation.stop()
  }
}

/** Learns of incidents by the live stream and then reads each one, as the console does. */
function watchIncidents(installation: Installation) {
  const seen = new Map<string, number>()
  const controller = new AbortController()
  const listen = installation.api.live((name, data) => {
    if (name !== 'incident') return
    const incident = (data as { incident: { id: string; device: string | null } }).incident
    const device = incident.device
    if (device === null || seen.has(device)) return
    installation.api.get(`/api/v1/incidents/${incident.id}`).then(
      () => seen.set(device, seen.get(device) ?? performance.now()),
      () => undefined,
    )
  }, controller.signal)
  listen.catch(() => undefined)
  return {
    readable: (device: string) =>
      until(() => seen.get(device), { timeoutMs: 15_000, everyMs: 1, what: `an incident of ${device}` }),
    stop: () => controller.abort(),
  }
}

function probeAddress(i: number): string {
  return `127.0.${2 + Math.floor(i / 200)}.${1 + (i % 200)}`
}

function sendTrap(from: string, port: number, bytes: Buffer): Promise<void> {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    socket.bind(0, from, () =>
      socket.send(bytes, port, '127.0.0.1', (error) => {
        socket.close()
        error ? reject(error) : resolve()
      }),
    )
  })
}
