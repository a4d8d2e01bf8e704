// Listens for syslog over UDP and TCP. Every message becomes a record: parsed as far as it can be read, never dropped
// because it could not. TCP senders wait while the outbox is behind.
import type { Logger } from 'pino'
import { createTcpServer, type TcpServer } from '../../protocols/tcp-server/tcp-server.ts'
import { createUdpSocket, type UdpSocket } from '../../protocols/udp/udp.ts'
import type { Listener, Recorder } from '../input.ts'
import { createTally } from '../listener-tally.ts'
import { type Clock, type SourceLookup, systemClock } from '../source-lookup.ts'
import type { StormLimit } from '../storm/storm.ts'
import { createFramer, type Framer } from './framing.ts'
import { createLogIntake } from './log-intake.ts'
import { createSiteClock } from './site-clock.ts'

export interface SyslogConfig {
  readonly udp?: { readonly host: string; readonly port: number; readonly receiveBufferBytes?: number }
  readonly tcp?: {
    readonly host: string
    readonly port: number
    /** Default 200. */
    readonly maxConnections?: number
    /** Connections of one source; default 50. */
    readonly maxPerSource?: number
    /** Default 16 KiB; what is longer is cut and counted. */
    readonly maxMessageBytes?: number
    /** Default one hour. */
    readonly idleTimeoutMs?: number
  }
  /** IANA zone of the site, for stamps without one. */
  readonly timeZone: string
  /** null switches folding off. */
  readonly stormLimit?: StormLimit | null
  /** Messages per second recorded from all unknown sources together. Default 50. */
  readonly strangersPerSecond?: number
}

export interface SyslogDependencies {
  readonly config: SyslogConfig
  readonly sources: SourceLookup
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock?: Clock
}

const DEFAULT_BUFFER = 8 * 1024 * 1024
const DEFAULT_MESSAGE = 16 * 1024

/** Builds the listener. `received` = `recorded` + dropped + facts.waiting at any time. Throws for an unknown zone. */
export function createSyslogListener(dependencies: SyslogDependencies): Listener {
  const { config, recorder, log, clock = systemClock } = dependencies
  const tally = createTally('syslog')
  const zone = createSiteClock(config.timeZone)
  const intake = createLogIntake({ ...dependencies, clock, tally, zone })
  const framers = new Set<Framer>()
  let cutBefore = 0
  let timer: NodeJS.Timeout | undefined
  let running = false
  const udp = config.udp && buildUdp(config.udp)
  const tcp = config.tcp && buildTcp(config.tcp)

  function buildUdp({ host, port, receiveBufferBytes = DEFAULT_BUFFER }: NonNullable<SyslogConfig['udp']>): UdpSocket {
    return createUdpSocket({
      host,
      port,
      receiveBufferBytes,
      onDatagram: (bytes, address) => {
        if (running) intake.accept(bytes, address, 'udp')
      },
      onError: (error) => log.error({ err: error }, 'syslog socket failed'),
    })
  }

  function buildTcp(tcpConfig: NonNullable<SyslogConfig['tcp']>): TcpServer {
    return createTcpServer({
      host: tcpConfig.host,
      port: tcpConfig.port,
      maxConnections: tcpConfig.maxConnections ?? 200,
      maxPerSource: tcpConfig.maxPerSource ?? 50,
      idleTimeoutMs: tcpConfig.idleTimeoutMs ?? 3_600_000,
      onConnection(address) {
        const framer = createFramer({
          maxMessageBytes: tcpConfig.maxMessageBytes ?? DEFAULT_MESSAGE,
          onMessage: (bytes) => intake.accept(bytes, address, 'tcp'),
        })
        framers.add(framer)
        return {
          onBytes(chunk) {
            framer.feed(chunk)
            return recorder.waitForRoom()
          },
          onEnd() {
            framer.end()
            framers.delete(framer)
            cutBefore += framer.cut
          },
        }
      },
      onError: (error) => log.error({ err: error }, 'syslog server failed'),
    })
  }

  function everySecond(): void {
    intake.flush()
    tally.report(log, clock.mono(), udp?.facts().kernelDrops)
  }

  return {
    async start() {
      if (running) return
      await udp?.open()
      try {
        await tcp?.open()
      } catch (error) {
        await udp?.close()
        throw error
      }
      running = true
      timer = setInterval(everySecond, 1000)
      intake.warnOfSmallBuffer(udp?.facts())
    },
    async stop() {
      if (!running) return
      running = false
      clearInterval(timer)
      await tcp?.close()
      await udp?.close()
      intake.flush()
    },
    counters() {
      let cutMessages = cutBefore
      for (const framer of framers) cutMessages += framer.cut
      const u = udp?.facts()
      const t = tcp?.facts()
      return tally.counters({
        ...(u && { udpAddress: `${u.address}:${u.port}`, receiveBufferGranted: u.receiveBufferGranted }),
        ...(u?.kernelDrops !== undefined && { kernelDrops: u.kernelDrops }),
        ...(t && { tcpAddress: `${t.address}:${t.port}`, connections: t.connections }),
        ...(t && { refusedConnections: t.refusedConnections, idleClosed: t.idleClosed }),
        cutMessages,
        ...intake.facts(),
      })
    },
  }
}
