// One simulated device: an SNMP engine on its own UDP socket, a TCP management port, traps, logs and bad manners.
import { createHash, randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket as TcpSocket } from 'node:net'
import type { AgentDevice } from '../../../agent/devices/device.ts'
import { createEngine, encodeV1Trap, type Varbinds } from './engine.ts'
import { createFlow, type PortState, type Rows, type ServerState, type UpsState } from './models.ts'
import type { OidTable } from './oid-table.ts'
import { tableOfModel } from './table-of-model.ts'
import type { UsmUser } from './usm.ts'

export type Model = 'access-switch' | 'core-switch' | 'ups' | 'server'

export interface VirtualDeviceSpec {
  readonly id: string
  readonly name?: string
  readonly model: Model
  /** Served instead of the model's own values, e.g. a recorded walk. */
  readonly table?: OidTable
  /** Beside the model's own values, e.g. neighbours. */
  readonly more?: Rows
  /** Ports of a switch; default 8 (access) and 24 (core). */
  readonly ports?: number
  readonly community?: string
  readonly users?: readonly UsmUser[]
  /** Agents poll with the first v3 user instead of the community. */
  readonly polledWith?: 'v1' | 'v2c' | 'v3'
  readonly logStyle?: 'cisco' | 'huawei' | 'bsd'
  readonly maxAnswerBytes?: number
  /** Asked for each request: true when it gets lost on its way. */
  readonly lost?: () => boolean
}

/**
 * normal; silent: no answer at all, TCP closed; garbage: random bytes; truncated: half an answer; repeat: GETNEXT and
 * GETBULK answer the OID asked again instead of the next; wrong-source: answers from another port; v3-answer: a v3 message to every request.
 */
export type Behaviour = 'normal' | 'silent' | 'garbage' | 'truncated' | 'repeat' | 'wrong-source' | 'v3-answer'

export interface Target {
  readonly host: string
  readonly port: number
}

export interface VirtualDevice {
  readonly id: string
  readonly name: string
  readonly model: Model
  /** Known after start. */
  readonly address: string
  readonly port: number
  readonly tcpPort: number
  readonly behaviour: Behaviour
  readonly ports: PortState[]
  readonly ups: UpsState
  readonly server: ServerState
  /** Requests received since start, for tests that count. */
  readonly requests: number
  setBehaviour(behaviour: Behaviour): void
  /** TimeTicks since the last start of the simulated device. */
  uptime(): number
  /** sysUpTime starts again at 0, counters too. */
  reboot(): void
  sendTrap(
    to: Target,
    trap: { readonly oid: string; readonly varbinds?: Varbinds },
    how?: { readonly version?: 'v1' | 'v2c' | 'v3'; readonly inform?: boolean },
  ): Promise<void>
  /** Sends a line as syslog over UDP in the device's own style; `text` is what follows the header. */
  sendLog(to: Target, pri: number, text: string): Promise<void>
  sendRaw(to: Target, bytes: Uint8Array): Promise<void>
  /** The device as an agent's configuration would name it. */
  asAgentDevice(overrides?: { readonly intervalMs?: number; readonly timeoutMs?: number }): AgentDevice
  start(place: { readonly address: string; readonly port: number; readonly tcpPort: number }): Promise<void>
  stop(): Promise<void>
}

export function createVirtualDevice(spec: VirtualDeviceSpec, now: () => number = Date.now): VirtualDevice {
  const name = spec.name ?? spec.id
  const community = spec.community ?? 'public'
  const engineId = Buffer.concat([
    Buffer.from('80001f8805', 'hex'),
    createHash('sha256').update(spec.id).digest().subarray(0, 8),
  ])
  let bootedAt = now() - 3_600_000
  let boots = 1
  let behaviour: Behaviour = 'normal'
  let requests = 0
  let logNumber = 0
  let place = { address: '', port: 0, tcpPort: 0 }
  let udp: Socket | undefined
  let other: Socket | undefined
  let tcp: Server | undefined
  const tcpPeers = new Set<TcpSocket>()
  const uptime = () => Math.floor((now() - bootedAt) / 10)
  const ports = portsOf(spec, now)
  const ups: UpsState = { onBattery: false, since: 0, chargePercent: () => 100, loadPercent: 38 }
  const server: ServerState = { cpuPercent: 12, memoryUsedPercent: 41, diskUsedPercent: 37 }
  const tableOf = () =>
    spec.table ?? tableOfModel({ model: spec.model, name, uptime, ports, ups, server, now, more: spec.more ?? [] })
  let table = tableOf()
  const engine = createEngine({
    engineId,
    communities: [community],
    users: spec.users ?? [],
    table: () => table,
    boots: () => boots,
    engineTime: () => Math.floor((now() - bootedAt) / 1000),
    maxBytes: spec.maxAnswerBytes ?? 1472,
  })

  function onRequest(datagram: Buffer, from: { address: string; port: number }): void {
    requests++
    if (behaviour === 'silent' || spec.lost?.()) return
    const answer = engine.answer(datagram)
    if (answer === undefined) return
    const send = (bytes: Uint8Array, socket = udp) => socket?.send(bytes, from.port, from.address)
    if (behaviour === 'garbage') send(randomBytes(64))
    else if (behaviour === 'truncated') send(answer.subarray(0, answer.length / 2))
    else if (behaviour === 'wrong-source') send(answer, other)
    else if (behaviour === 'v3-answer') send(Buffer.from('300e020103300702010102010004003000', 'hex'))
    else send(answer)
  }

  const device: VirtualDevice = {
    id: spec.id,
    name,
    model: spec.model,
    ports,
    ups,
    server,
    uptime,
    get address() {
      return place.address
    },
    get port() {
      return place.port
    },
    get tcpPort() {
      return place.tcpPort
    },
    get behaviour() {
      return behaviour
    },
    get requests() {
      return requests
    },
    setBehaviour(next) {
      behaviour = next
      const base = tableOf()
      table = next === 'repeat' ? repeating(base) : base
      if (next === 'silent') for (const peer of tcpPeers) peer.destroy()
      if (next === 'silent') tcp?.close()
      else if (tcp && !tcp.listening) tcp.listen(place.tcpPort, place.address)
    },
    reboot() {
      bootedAt = now()
      boots++
      ports.splice(0, ports.length, ...portsOf(spec, now, 0))
      table = tableOf()
    },
    async sendTrap(to, trap, how = {}) {
      const version = how.version ?? 'v2c'
      const varbinds = trap.varbinds ?? []
      const standard = /^1\.3\.6\.1\.6\.3\.1\.1\.5\.([1-6])$/.exec(trap.oid)
      const specific = trap.oid.split('.')
      const bytes =
        version === 'v1'
          ? encodeV1Trap({
              community,
              enterprise: standard ? '1.3.6.1.4.1.8072.3.2.10' : specific.slice(0, -2).join('.'),
              agentAddress: place.address,
              generic: standard ? Number(standard[1]) - 1 : 6,
              specific: standard ? 0 : Number(specific.at(-1)),
              uptime: uptime(),
              varbinds,
            })
          : engine.notification({
              version,
              credentials: version === 'v3' ? (spec.users?.[0]?.user ?? '') : community,
              inform: how.inform ?? false,
              trapOid: trap.oid,
              uptime: uptime(),
              varbinds,
              id: randomBytes(4).readInt32BE() >>> 1,
            })
      await device.sendRaw(to, bytes)
    },
    async sendLog(to, pri, text) {
      await device.sendRaw(
        to,
        Buffer.from(`<${pri}>${logHeader(spec.logStyle ?? 'bsd', name, ++logNumber, now())}${text}`),
      )
    },
    sendRaw: (to, bytes) =>
      new Promise((resolve, reject) => {
        if (udp === undefined) reject(new Error(`${spec.id} is not started`))
        else udp.send(bytes, to.port, to.host, (error) => (error ? reject(error) : resolve()))
      }),
    asAgentDevice: (overrides = {}) => ({
      id: spec.id,
      name,
      address: place.address,
      snmp: {
        ...credentialsOf(spec, community),
        port: place.port,
        timeoutMs: overrides.timeoutMs ?? 1000,
        retries: 1,
        intervalMs: overrides.intervalMs ?? 10_000,
        maxRepetitions: 20,
      },
      tags: {},
      parents: [],
    }),
    async start(where) {
      udp = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 }).on('message', onRequest)
      udp.on('error', () => undefined)
      await bind(udp, where.port, where.address)
      other = createSocket('udp4')
      await bind(other, 0, where.address)
      tcp = createServer((peer) => {
        tcpPeers.add(peer)
        peer.on('close', () => tcpPeers.delete(peer)).on('error', () => undefined)
        peer.write(`${name} management\r\n`)
      })
      tcp.listen(where.tcpPort, where.address)
      await once(tcp, 'listening')
      place = {
        address: where.address,
        port: udp.address().port,
        tcpPort: (tcp.address() as { port: number }).port,
      }
    },
    async stop() {
      for (const socket of [udp, other])
        await new Promise<void>((done) => (socket ? socket.close(() => done()) : done()))
      for (const peer of tcpPeers) peer.destroy()
      const closing = tcp?.listening ? once(tcp, 'close') : undefined
      tcp?.close()
      await closing
      udp = undefined
      other = undefined
      tcp = undefined
    },
  }
  return device
}

async function bind(socket: Socket, port: number, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, address, () => {
      socket.off('error', reject)
      resolve()
    })
  })
}

function portsOf(spec: VirtualDeviceSpec, now: () => number, start = 1_000_000): PortState[] {
  if (!spec.model.endsWith('switch')) return []
  const core = spec.model === 'core-switch'
  return Array.from({ length: spec.ports ?? (core ? 24 : 8) }, (_, n) => ({
    index: n + 1,
    name: core ? `XGigabitEthernet0/0/${n + 1}` : `GigabitEthernet0/${n + 1}`,
    alias: n === 0 ? 'uplink' : `desk ${n}`,
    speedMbps: core ? 10_000 : 1000,
    adminUp: true,
    operUp: true,
    lastChange: 0,
    inOctets: createFlow(now, start * (n + 1), 125_000 * (n + 1)),
    outOctets: createFlow(now, start * (n + 2), 60_000 * (n + 1)),
    inErrors: createFlow(now, 0, 0),
  }))
}

function credentialsOf(spec: VirtualDeviceSpec, community: string): Pick<NonNullable<AgentDevice['snmp']>, 'version'> {
  const user = spec.users?.[0]
  if (spec.polledWith === 'v3' && user) return { version: 'v3', ...user }
  return { version: spec.polledWith === 'v1' ? 'v1' : 'v2c', community } as { version: 'v1' | 'v2c' }
}

function logHeader(style: 'cisco' | 'huawei' | 'bsd', name: string, n: number, at: number): string {
  const [, dayOfMonth, month, year, time] = new Date(at).toUTCString().split(' ')
  const day = String(Number(dayOfMonth)).padStart(2)
  if (style === 'cisco') return `${n}: ${name}: *${month} ${day} ${time}.000: `
  if (style === 'huawei') return `${month} ${day} ${year} ${time} ${name} `
  return `${month} ${day} ${time} ${name} `
}

function repeating(table: OidTable): OidTable {
  return { size: table.size, get: table.get, next: (oid) => table.get(oid) ?? table.next(oid) }
}
