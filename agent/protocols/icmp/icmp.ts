// The door: is a device reachable? fping for many at once, the system's ping without it, TCP handshakes where neither
// may run.
import { isIP } from 'node:net'
import { connectTcp } from '../tcp/tcp.ts'
import { forbidden, fping, fpingOnce } from './fping.ts'
import { isAddress } from './host.ts'
import { systemPing } from './ping.ts'

export interface PingAnswer {
  readonly by: PingMethod
  /** 0 when nothing could be sent: then nothing is known about the device, and `problem` says why. */
  readonly sent: number
  /** Times of the answers that came, ms. */
  readonly rttsMs: readonly number[]
  readonly problem?: string
}

export type PingMethod = 'fping' | 'ping' | 'tcp'

export interface Pinger {
  /** Calls within 200 ms with the same options share one process. Never rejects. */
  ping(
    address: string,
    options: { readonly count: number; readonly timeoutMs: number },
    signal: AbortSignal,
  ): Promise<PingAnswer>
}

interface Waiting {
  readonly address: string
  readonly resolve: (answer: PingAnswer) => void
}

/** Give all pollers of an agent one pinger. `only` fixes the method instead of trying them in order. */
export function createPinger(options: { readonly only?: PingMethod } = {}): Pinger {
  const batches = new Map<string, Waiting[]>()
  let usable: readonly PingMethod[] = options.only ? [options.only] : ['fping', 'ping', 'tcp']

  async function measure(addresses: readonly string[], count: number, timeoutMs: number) {
    for (;;) {
      const by = usable[0] as PingMethod
      const answers = await MEASURE[by](addresses, count, timeoutMs)
      if (answers !== null || usable.length === 1) return answers ?? new Map<string, PingAnswer>()
      // Missing or forbidden: it will not come back while this process lives. A slower batch may have found out too.
      if (usable[0] === by) usable = usable.slice(1)
    }
  }

  function flush(key: string, count: number, timeoutMs: number): void {
    const batch = batches.get(key) ?? []
    batches.delete(key)
    const addresses = [...new Set(batch.map((w) => w.address))]
    measure(addresses, count, timeoutMs).then(
      (answers) => {
        for (const w of batch)
          w.resolve(answers.get(w.address) ?? nothing(usable[0] as PingMethod, 'the address could not be used'))
      },
      (error: unknown) => {
        for (const w of batch) w.resolve(nothing(usable[0] as PingMethod, String(error)))
      },
    )
  }

  return {
    ping: async (address, { count, timeoutMs }, signal) => {
      if (!isAddress(address)) return nothing(usable[0] as PingMethod, 'not an address')
      if (signal.aborted) return nothing(usable[0] as PingMethod, 'cancelled')
      const { promise, resolve } = Promise.withResolvers<PingAnswer>()
      // A name that resolves slowly must not hold up others: names go alone.
      const key = `${count} ${timeoutMs} ${isIP(address) ? '' : address}`
      const batch = batches.get(key)
      if (batch === undefined) {
        batches.set(key, [{ address, resolve }])
        setTimeout(() => flush(key, count, timeoutMs), GATHER_MS)
      } else {
        batch.push({ address, resolve })
        if (batch.length >= MAX_BATCH) flush(key, count, timeoutMs)
      }
      // The process goes on for the others; it ends by itself.
      const onAbort = () => resolve(nothing(usable[0] as PingMethod, 'cancelled'))
      signal.addEventListener('abort', onAbort)
      return await promise.finally(() => signal.removeEventListener('abort', onAbort))
    },
  }
}

/**
 * One echo to each of many addresses (literals), `gapMs` apart, for sweeps: round-trip times in ms of those that answered.
 * undefined where fping is missing or may not send. `onStarted` is called when sending begins. Never rejects.
 */
export async function pingEach(
  addresses: readonly string[],
  options: { readonly gapMs: number; readonly timeoutMs: number; onStarted(): void },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | undefined> {
  const literals = addresses.filter((address) => isIP(address) !== 0)
  const { run, rttsMs } = await fpingOnce(literals, options, signal)
  if (run.failure === 'missing' || (rttsMs.size === 0 && forbidden(run))) return undefined
  return new Map([...rttsMs].flatMap(([address, [rtt]]) => (rtt === undefined ? [] : [[address, rtt] as const])))
}

type Measure = (
  addresses: readonly string[],
  count: number,
  timeoutMs: number,
) => Promise<ReadonlyMap<string, PingAnswer> | null>

/** Each answers null when its program is missing or may not send. */
const MEASURE: Readonly<Record<PingMethod, Measure>> = {
  fping: async (addresses, count, timeoutMs) => {
    if (addresses.length === 0) return new Map()
    const { run, rttsMs } = await fping(addresses, count, timeoutMs, NEVER)
    if (run.failure === 'missing' || (rttsMs.size === 0 && forbidden(run))) return null
    return new Map([...rttsMs].map(([address, times]) => [address, { by: 'fping', sent: count, rttsMs: times }]))
  },
  ping: async (addresses, count, timeoutMs) => {
    const answers = new Map<string, PingAnswer>()
    const queue = [...addresses]
    let missing = false
    const worker = async () => {
      for (let address = queue.shift(); address !== undefined && !missing; address = queue.shift()) {
        const { run, rttsMs } = await systemPing(address, count, timeoutMs, NEVER)
        if (run.failure === 'missing' || (rttsMs.length === 0 && forbidden(run))) missing = true
        // 0: answered, 1: silent; anything else could not ask (unknown name, no route).
        else if (run.code === 0 || run.code === 1) answers.set(address, { by: 'ping', sent: count, rttsMs })
      }
    }
    await Promise.all(Array.from({ length: Math.min(PING_PROCESSES, queue.length) }, worker))
    return missing ? null : answers
  },
  tcp: async (addresses, count, timeoutMs) => {
    const one = async (address: string): Promise<[string, PingAnswer]> => {
      const rttsMs: number[] = []
      for (let i = 0; i < count; i++) {
        const rtt = await handshake(address, timeoutMs)
        if (rtt !== null) rttsMs.push(rtt)
      }
      return [address, { by: 'tcp', sent: count, rttsMs }]
    }
    return new Map(await Promise.all(addresses.map(one)))
  },
}

/** A port that refuses proves as well as one that opens that the device is there. */
async function handshake(address: string, timeoutMs: number): Promise<number | null> {
  const first = new AbortController()
  const tries = TCP_PORTS.map(async (port) => {
    const answer = await connectTcp(address, port, timeoutMs, first.signal)
    if (answer.outcome === 'ok' || answer.outcome === 'refused') return answer.timeMs
    throw new Error(answer.outcome)
  })
  const time = await Promise.any(tries).catch(() => null)
  first.abort()
  return time
}

function nothing(by: PingMethod, problem: string): PingAnswer {
  return { by, sent: 0, rttsMs: [], problem }
}

/** Checks are spread over their interval; a short wait still lets hundreds share one process. */
const GATHER_MS = 200
const MAX_BATCH = 256
const PING_PROCESSES = 8
const TCP_PORTS = [22, 80, 443]
const NEVER = new AbortController().signal
