// Listens for SNMP traps and informs (v1, v2c, v3). Traps are hints: whoever is told by `onTrap` polls for the truth.
import type { Logger } from 'pino'
import { BerError, cursorOver } from '../../protocols/snmp/ber.ts'
import {
  type CommunityMessage,
  emptyNotification,
  type Notification,
  readEnvelope,
  scanNotification,
} from '../../protocols/snmp/notification.ts'
import type { UsmUser } from '../../protocols/snmp/usm.ts'
import { createUdpSocket } from '../../protocols/udp/udp.ts'
import type { Listener, Recorder } from '../input.ts'
import { createTally } from '../listener-tally.ts'
import { type Clock, type SourceLookup, systemClock } from '../source-lookup.ts'
import type { StormLimit } from '../storm/storm.ts'
import { type EngineStore, openEngine } from './engine-store.ts'
import { createTrapIntake } from './trap-intake.ts'

export interface SnmpTrapConfig {
  readonly host: string
  readonly port: number
  /** Default 8 MiB: about 10,000 traps back to back. */
  readonly receiveBufferBytes?: number
  /** v1/v2c communities accepted; undefined accepts any, an empty list none. */
  readonly communities?: readonly string[]
  /** v3 users accepted. */
  readonly users?: readonly UsmUser[]
  /** null switches folding off. */
  readonly stormLimit?: StormLimit | null
  /** Traps per second recorded from all unknown sources together. Default 50. */
  readonly strangersPerSecond?: number
}

export interface SnmpTrapDependencies {
  readonly config: SnmpTrapConfig
  readonly sources: SourceLookup
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock?: Clock
  /** Keeps our engine boots and the senders' clocks; without it replays are only refused within one run. */
  readonly engines?: EngineStore
  /** A trap of a known device was recorded: poll what it speaks about. */
  readonly onTrap?: (device: string, trapOid: string) => void
}

const DEFAULT_BUFFER = 8 * 1024 * 1024
const SAVE_EVERY_FLUSHES = 10

export interface TrapListener extends Listener {
  /** Other v3 users from now on; the socket stays open. Rejects when the engine's state cannot be opened. */
  setUsers(users: readonly UsmUser[]): Promise<void>
}

/** Builds the listener. `received` = `recorded` + dropped + facts.answered + facts.waiting at any time. */
export function createSnmpTrapListener(dependencies: SnmpTrapDependencies): TrapListener {
  const { config, log, clock = systemClock } = dependencies
  const tally = createTally('snmp-trap')
  const communities = config.communities?.map((text) => Buffer.from(text))
  const envelope: CommunityMessage = { version: 0, communityAt: 0, communityEnd: 0, end: 0 }
  const n = emptyNotification()
  const socket = createUdpSocket({
    host: config.host,
    port: config.port,
    receiveBufferBytes: config.receiveBufferBytes ?? DEFAULT_BUFFER,
    onDatagram,
    onError: (error) => log.error({ err: error }, 'trap socket failed'),
  })
  const intake = createTrapIntake({ ...dependencies, clock, tally, send: socket.send })
  let engine: Awaited<ReturnType<typeof openEngine>> | undefined
  let timer: NodeJS.Timeout | undefined
  let running = false
  let flushes = 0

  function onDatagram(bytes: Buffer, address: string, port: number) {
    if (!running) return
    tally.received++
    const source = intake.sourceOf(address)
    try {
      const c = cursorOver(bytes)
      readEnvelope(c, envelope)
      if (envelope.version === 3) return receiveV3(bytes, c, source, port)
      if (envelope.version !== 0 && envelope.version !== 1) throw new BerError(`SNMP version ${envelope.version}`)
      if (communities && !communities.some((known) => isCommunity(known, bytes))) return tally.drop('community')
      if (!scanNotification(c, n)) return tally.drop('not-a-notification')
      intake.accept(n, source, port, envelope.version === 0 ? 'v1' : 'v2c', '', 0, envelope.end)
    } catch (error) {
      if (!(error instanceof BerError)) throw error
      intake.acceptRaw(bytes, source, error.message)
    }
  }

  function receiveV3(bytes: Buffer, c: ReturnType<typeof cursorOver>, source: TrapSource, port: number) {
    if (!engine) return tally.drop('v3-no-users')
    const outcome = engine.receiver.receive(c, source.address, source.device !== null, clock.mono())
    switch (outcome.kind) {
      case 'notification':
        return intake.accept(outcome.notification, source, port, 'v3', outcome.user, 0, 0, outcome.respond)
      case 'unreadable':
        return intake.acceptRaw(bytes, source, outcome.reason)
      case 'not-a-notification':
        return tally.drop('not-a-notification')
      case 'refused':
        // Only devices we know are answered: nothing is reflected to a forged address.
        if (!outcome.answer || source.device === null) return tally.drop(outcome.reason)
        intake.answered(outcome.answer, source, port)
    }
  }

  function isCommunity(known: Uint8Array, bytes: Uint8Array): boolean {
    if (known.length !== envelope.communityEnd - envelope.communityAt) return false
    let difference = 0
    for (let i = 0; i < known.length; i++)
      difference |= (known[i] as number) ^ (bytes[envelope.communityAt + i] as number)
    return difference === 0
  }

  function everySecond(): void {
    intake.flush()
    tally.report(log, clock.mono(), socket.facts().kernelDrops)
    if (engine && ++flushes % SAVE_EVERY_FLUSHES === 0) void engine.save()
  }

  function usmFacts(): Record<string, number> {
    const stats = Object.entries(engine?.receiver.stats ?? {})
    return Object.fromEntries(stats.map(([reason, count]) => [`usm:${reason}`, count]))
  }

  return {
    async setUsers(users) {
      if (engine) engine.receiver.setUsers(users)
      else if (running && users.length > 0) engine = await openEngine(users, dependencies.engines, log, clock)
    },
    async start() {
      if (running) return
      if (config.users?.length) engine = await openEngine(config.users, dependencies.engines, log, clock)
      await socket.open()
      running = true
      timer = setInterval(everySecond, 1000)
      intake.warnOfSmallBuffer(socket.facts())
    },
    async stop() {
      if (!running) return
      running = false
      clearInterval(timer)
      await intake.drain()
      await socket.close()
      await engine?.save()
    },
    counters() {
      const { address, port, receiveBufferGranted, receiveBufferAsked, kernelDrops: drops, sendErrors } = socket.facts()
      const sizes = {
        receiveBufferAsked,
        receiveBufferGranted,
        sendErrors,
        ...(drops === undefined ? {} : { kernelDrops: drops }),
      }
      return tally.counters({ address: `${address}:${port}`, ...sizes, ...intake.facts(), ...usmFacts() })
    },
  }
}

type TrapSource = ReturnType<ReturnType<typeof createTrapIntake>['sourceOf']>

export type { EngineStore, Notification }
