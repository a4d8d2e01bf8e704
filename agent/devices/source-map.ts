// Which device an IP address belongs to. Names are resolved at start and again every few minutes, never per message.
import { isIP } from 'node:net'
import type { AgentDevice } from './device.ts'

export interface SourceMap {
  /** Device id by plain IP address; undefined for strangers. */
  lookup(address: string): string | undefined
  /** Resolves names once, at most 5 s, and goes on doing so. What cannot be resolved keeps its last addresses. */
  start(): Promise<void>
  /** Other devices from now on; those with an address count at once, names as soon as they are resolved. */
  replace(devices: readonly AgentDevice[]): void
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
  let named: readonly AgentDevice[] = []
  let fixed = new Map<string, string>()
  const learned = new Map<string, readonly string[]>()
  let byAddress = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let running = false
  take(devices)

  function take(next: readonly AgentDevice[]): void {
    const before = new Map(named.map((device) => [device.id, device.address]))
    named = next.filter((device) => isIP(bare(device.address)) === 0)
    for (const id of learned.keys())
      if (!named.some((device) => device.id === id && device.address === before.get(id))) learned.delete(id)
    fixed = new Map()
    for (const device of next) {
      const address = bare(device.address)
      // The first device of an address owns it: several may share one behind different ports.
      if (isIP(address) !== 0 && !fixed.has(address)) fixed.set(address, device.id)
    }
    rebuild()
  }

  function rebuild(): void {
    const next = new Map<string, string>()
    for (const [id, addresses] of learned) for (const address of addresses) next.set(address, id)
    for (const [address, id] of fixed) next.set(address, id)
    byAddress = next
  }

  async function refresh(): Promise<void> {
    const asked = named
    const answers = await Promise.allSettled(asked.map((device) => resolve(device.address)))
    // other devices meanwhile: their own question is on the way
    if (asked !== named) return
    for (const [i, answer] of answers.entries())
      if (answer.status === 'fulfilled') learned.set((asked[i] as AgentDevice).id, answer.value)
    rebuild()
  }

  return {
    lookup: (address) => byAddress.get(address),
    async start() {
      if (running) return
      running = true
      timer = setInterval(() => void refresh(), REFRESH_MS)
      if (named.length === 0) return
      let first: NodeJS.Timeout | undefined
      const late = new Promise<void>((done) => {
        first = setTimeout(done, FIRST_MS)
      })
      await Promise.race([refresh(), late])
      clearTimeout(first)
    },
    replace(next) {
      take(next)
      if (running && named.length > 0) void refresh()
    },
    stop() {
      clearInterval(timer)
      running = false
    },
  }
}

/** Without zone and IPv4-mapped prefix. */
function bare(address: string): string {
  return (address.split('%')[0] as string).toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
}
