// A network segment to be swept: devices of many kinds on UDP, some with other credentials, some slow, one that answers
// garbage, one that answers from elsewhere; and, where asked for, a socket that takes what goes to all other addresses and
// never answers. Counts what arrives, and when.
import { createHash, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEngine } from './virtual-site/engine.ts'
import type { OidTable } from './virtual-site/oid-table.ts'
import { loadSnmprec } from './virtual-site/snmprec.ts'
import type { UsmUser } from './virtual-site/usm.ts'

export interface SweptDevice {
  readonly kind: string
  /** All of them answer alike. */
  readonly addresses: readonly string[]
  readonly table: OidTable
  /** Name of the set of SWEPT_SETS that opens it. */
  readonly opens: 'office' | 'plant' | 'core-v3'
  readonly delayMs: number
  readonly manner: 'good' | 'garbage' | 'wrong-source'
}

export const OFFICE = 'office-community'
export const PLANT = 'plant-community'
export const USER: UsmUser = {
  ...{ user: 'noc', level: 'authPriv', authProtocol: 'sha256', authKey: 'swept-auth-key' },
  ...{ privProtocol: 'aes', privKey: 'swept-priv-key' },
}

/** In the order in which they are tried. */
export const SWEPT_SETS = {
  office: { version: 'v2c', community: OFFICE },
  plant: { version: 'v2c', community: PLANT },
  'core-v3': { version: 'v3', ...USER },
} as const

/** `count` devices at the addresses that `addressOf` gives for 0, 1, ...; the first answers at two. */
export function sweptDevices(count: number, addressOf: (n: number) => string, slowMs: number): SweptDevice[] {
  const kinds = readdirSync(FIXTURES)
    // one of the two of this maker, which have one serial number
    .filter((name) => /^[a-z0-9-]+\.snmprec$/.test(name) && name !== 'lenovo-imm.snmprec')
    .sort()
  return Array.from({ length: count }, (_, n) => {
    const file = kinds[n % kinds.length] as string
    const addresses = n === 0 ? [addressOf(0), addressOf(count)] : [addressOf(n)]
    return {
      ...{ kind: file.replace('.snmprec', ''), addresses, table: loadSnmprec(FIXTURES + file) },
      opens: n % 5 === 3 ? 'plant' : n % 5 === 4 ? 'core-v3' : 'office',
      delayMs: n % 8 === 6 ? slowMs : 0,
      manner: n === 1 ? 'garbage' : n === 2 ? 'wrong-source' : 'good',
    }
  })
}

export interface Segment {
  readonly port: number
  /** performance.now() of each request that came, to whom. */
  readonly arrivals: readonly { readonly at: number; readonly to: string }[]
  /** Most requests that came in any second. */
  busiestSecond(): number
  sent(): number
  stop(): Promise<void>
}

/** `silent`: an address to bind as well (0.0.0.0), where requests to nobody are taken. */
export async function startSegment(devices: readonly SweptDevice[], port: number, silent?: string): Promise<Segment> {
  const sockets: Socket[] = []
  const arrivals: { at: number; to: string }[] = []
  const timers = new Set<NodeJS.Timeout>()
  let sent = 0
  const bind = async (address: string, at: number) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 4 * 1024 * 1024 })
    sockets.push(socket)
    socket.bind(at, address)
    await once(socket, 'listening')
    return socket
  }
  for (const device of devices) {
    const engineId = createHash('sha256').update(device.kind).update(String(device.addresses[0])).digest()
    const started = performance.now() - 5_000_000
    const engine = createEngine({
      engineId: Buffer.concat([Buffer.from('80001f8805', 'hex'), engineId.subarray(0, 8)]),
      communities: device.opens === 'core-v3' ? [] : [device.opens === 'plant' ? PLANT : OFFICE],
      users: device.opens === 'core-v3' ? [USER] : [],
      table: () => device.table,
      boots: () => 3,
      engineTime: () => Math.floor((performance.now() - started) / 1000),
      maxBytes: 1472,
    })
    for (const address of device.addresses) {
      const socket = await bind(address, port)
      const other = device.manner === 'wrong-source' ? await bind(address, 0) : undefined
      socket.on('message', (datagram, from) => {
        arrivals.push({ at: performance.now(), to: address })
        const answer = engine.answer(datagram)
        if (answer === undefined) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          sent++
          const bytes = device.manner === 'garbage' ? randomBytes(64) : answer
          const out = other ?? socket
          out.send(bytes, from.port, from.address)
        }, device.delayMs)
        timers.add(timer)
      })
    }
  }
  if (silent !== undefined) {
    const socket = await bind(silent, port)
    socket.on('message', () => arrivals.push({ at: performance.now(), to: silent }))
  }
  return {
    port,
    arrivals,
    busiestSecond: () => busiest(arrivals.map(({ at }) => at)),
    sent: () => sent,
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      await Promise.all(
        sockets.map((socket) => {
          const closed = once(socket, 'close')
          socket.close()
          return closed
        }),
      )
    },
  }
}

/** Most of `times` (ms, rising) within any 1,000 ms. */
export function busiest(times: readonly number[]): number {
  let most = 0
  let from = 0
  for (let i = 0; i < times.length; i++) {
    while ((times[i] as number) - (times[from] as number) >= 1000) from++
    most = Math.max(most, i - from + 1)
  }
  return most
}

const FIXTURES = fileURLToPath(new URL('../fixtures/profiles/', import.meta.url))
