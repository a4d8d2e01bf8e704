// Which device an IP address belongs to. Names are resolved at start and again every few minutes, never per message.
import { isIP } from 'node:net'
import type { AgentDevice } from './device.ts'

export interface SourceMap {
  /** Device id by plain IP address; undefined for strangers. */
  lookup(address: string): string | undefined
  /** Resolves names once, at most 5 s, and goes on doing so. What cannot be resolved keeps its last addresses. */
  start(): Promise<void>
  stop(): void
}

export interface SourceMapOptions {
  readonly devices: readonly AgentDevice[]
  /** IP addresses of a host name; rejects when there are none. */
  readonly resolve: (name: string) => Promise<readonly string[]>
}

const REFRESH_MS = 300_000
const FIRST_MS = 5_000

export function createSourceMap({ devices, resolve }: SourceMapOptions): SourceMap {
  const named = devices.filter((device) => isIP(bare(device.address)) === 0)
  const fixed = new Map<string, string>()
  const learned = new Map<string, readonly string[]>()
  let byAddress = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  for (const device of devices) {
    const address = bare(device.address)
    // The first device of an address owns it: several may share one behind different ports.
    if (isIP(address) !== 0 && !fixed.has(address)) fixed.set(address, device.id)
  }
  rebuild()

  function rebuild(): void {
    const next = new Map<string, string>()
    for (const [id, addresses] of learned) for (const address of addresses) next.set(address, id)
    for (const [address, id] of fixed) next.set(address, id)
    byAddress = next
  }

  async function refresh(): Promise<void> {
    const answers = await Promise.allSettled(named.map((device) => resolve(device.address)))
    for (const [i, answer] of answers.entries())
      if (answer.status === 'fulfilled') learned.set((named[i] as AgentDevice).id, answer.value)
    rebuild()
  }

  return {
    lookup: (address) => byAddress.get(address),
    async start() {
      if (named.length === 0 || timer !== undefined) return
      let first: NodeJS.Timeout | undefined
      const late = new Promise<void>((done) => {
        first = setTimeout(done, FIRST_MS)
      })
      await Promise.race([refresh(), late])
      clearTimeout(first)
      timer = setInterval(() => void refresh(), REFRESH_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}

/** Without zone and IPv4-mapped prefix. */
function bare(address: string): string {
  return (address.split('%')[0] as string).toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
}
