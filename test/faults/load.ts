// The load of the fault proofs: informs, traps, syslog over UDP and TCP and a log file at a steady rate, each marked in the ledger
// before it is sent. Informs are never sent twice, so that a double is the programs' doing and not the generator's.
import { createSocket } from 'node:dgram'
import { appendFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { childrenOf, integerOf, integerTlv, octetsTlv, oidTlv, readAt, TAG, tlv } from '../support/virtual-site/ber.ts'
import type { Carrier, Ledger } from './ledger.ts'

export interface LoadTarget {
  readonly trapPort: number
  readonly syslogUdpPort: number
  readonly syslogTcpPort: number
  readonly logFile: string
}

export interface Load {
  start(): void
  /** Sends nothing until `start` is called again; connections stay. */
  pause(): void
  /** Stops sending; waits up to `graceMs` for outstanding inform acknowledgements. */
  stop(graceMs?: number): Promise<void>
  /** While true, everything sent counts as accepted at once (the agent is not the victim). */
  trusting: boolean
  readonly acknowledged: number
}

const MARK_OID = '1.3.6.1.4.1.99999.7.1'
const TRAP_OID = '1.3.6.1.4.1.99999.7.0.1'

/** `perSecond` messages in all, in the order inform, trap, inform, syslog... as `carriers` says. */
export function createLoad(ledger: Ledger, target: LoadTarget, perSecond: number, carriers: readonly Carrier[]): Load {
  const udp = createSocket('udp4')
  const outstanding = new Map<number, number>()
  let tcp: Socket | undefined
  let timer: NodeJS.Timeout | undefined
  let turn = 0
  let acknowledged = 0
  let started = 0
  let sent = 0
  let trusting = false

  udp.on('message', (bytes) => {
    const id = answeredId(bytes)
    if (id === undefined || !outstanding.delete(id)) return
    acknowledged++
    ledger.accept(id)
  })
  udp.on('error', () => {})

  const stream = (): Socket | undefined => {
    if (tcp && !tcp.destroyed) return tcp.connecting ? undefined : tcp
    tcp = connect({ host: '127.0.0.1', port: target.syslogTcpPort })
    tcp.on('error', () => {})
    return undefined
  }
  const sendOne = (carrier: Carrier) => {
    // Over TCP nothing is written to the ledger until there is a connection to write to.
    const line = carrier === 'syslog-tcp' ? stream() : undefined
    if (carrier === 'syslog-tcp' && !line) return
    const { id, payload } = ledger.write(carrier)
    // A file waits for whoever reads it: what stands in it is never lost, whoever is killed.
    if ((trusting && carrier !== 'inform') || carrier === 'log-file') ledger.accept(id)
    const syslog = `<134>Nov 22 03:00:00 generator app: ${payload}`
    switch (carrier) {
      case 'inform':
        outstanding.set(id, performance.now())
        udp.send(notification(0xa6, id, payload), target.trapPort, '127.0.0.1')
        break
      case 'trap':
        udp.send(notification(0xa7, id, payload), target.trapPort, '127.0.0.1')
        break
      case 'syslog-udp':
        udp.send(syslog, target.syslogUdpPort, '127.0.0.1')
        break
      case 'syslog-tcp':
        line?.write(`${syslog}\n`)
        break
      case 'log-file':
        appendFileSync(target.logFile, `Nov 22 03:00:00 generator app: ${payload}\n`)
        break
    }
  }

  return {
    start() {
      stream()
      started = performance.now()
      sent = 0
      clearInterval(timer)
      timer = setInterval(() => {
        const due = Math.floor(((performance.now() - started) / 1000) * perSecond)
        // After a pause of our own (a busy machine) catch up gently, not in one burst.
        for (let i = 0; sent < due && i < 200; i++, sent++) sendOne(carriers[turn++ % carriers.length] as Carrier)
      }, 5)
    },
    pause: () => clearInterval(timer),
    async stop(graceMs = 3000) {
      clearInterval(timer)
      const end = performance.now() + graceMs
      while (outstanding.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
      tcp?.end()
      udp.close()
    },
    get trusting() {
      return trusting
    },
    set trusting(value) {
      trusting = value
    },
    get acknowledged() {
      return acknowledged
    },
  }
}

/** A v2c trap (0xa7) or inform (0xa6) whose one varbind of ours carries the payload. */
function notification(pdu: number, id: number, payload: string): Buffer {
  const bind = (oid: string, value: Buffer) => tlv(TAG.sequence, oidTlv(oid), value)
  const binds = tlv(
    TAG.sequence,
    bind('1.3.6.1.2.1.1.3.0', integerTlv(id, TAG.timeTicks)),
    bind('1.3.6.1.6.3.1.1.4.1.0', oidTlv(TRAP_OID)),
    bind(MARK_OID, octetsTlv(payload)),
  )
  const body = tlv(pdu, integerTlv(id), integerTlv(0), integerTlv(0), binds)
  return tlv(TAG.sequence, integerTlv(1), octetsTlv('public'), body)
}

/** Request id of a GetResponse, or undefined for anything else. */
function answeredId(bytes: Buffer): number | undefined {
  try {
    const [, , pdu] = childrenOf(readAt(bytes, 0))
    if (pdu?.tag !== 0xa2) return undefined
    return integerOf(childrenOf(pdu)[0])
  } catch {
    return undefined
  }
}
