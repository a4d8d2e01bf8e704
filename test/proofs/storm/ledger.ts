// What was sent, counted by the sender before it is sent, and what the collector says became of it, by the API alone.
import { createSocket, type Socket } from 'node:dgram'
import { integer } from '#agent/protocols/snmp/ber-writer.ts'
import type { EventRow } from '#shared/http/records.ts'
import type { ApiClient } from '../../support/api-client.ts'
import { OIDS, v2cTrap, varbind } from '../../support/trap-bytes.ts'

export interface Flooder {
  /** Messages sent by kind: trap OID or `log`. */
  readonly sent: ReadonlyMap<string, number>
  stop(): Promise<void>
}

const IF_STATUS = '1.3.6.1.2.1.2.2.1.8'
const AUTHENTICATION = '1.3.6.1.6.3.1.1.5.5'
const PORTS = 8

/**
 * Traps as broken equipment sends them: its ports flap, ports are named that it does not have (each another), wrong
 * passwords, and traps that nobody knows.
 */
export function floodTraps(from: string, to: number, perSecond: number): Flooder {
  return flooder(from, to, perSecond, (n) => {
    switch (n % 5) {
      case 0:
      case 1: {
        const port = 1 + (Math.floor(n / 5) % PORTS)
        return link(Math.floor(n / 5 / PORTS) % 2 === n % 2, port, n)
      }
      case 2:
        return link(false, 1000 + n, n)
      case 3:
        return { kind: AUTHENTICATION, bytes: v2cTrap({ trapOid: AUTHENTICATION, requestId: n, varbinds: [] }) }
      default: {
        const trapOid = `1.3.6.1.4.1.99999.31.0.${1 + (n % 40)}`
        return { kind: trapOid, bytes: v2cTrap({ trapOid, requestId: n, varbinds: [] }) }
      }
    }
  })
}

/** Log lines of five names and ever other texts. */
export function floodLogs(from: string, to: number, perSecond: number): Flooder {
  return flooder(from, to, perSecond, (n) => {
    const text = `<190>${n}: chatting: *Nov 22 03:00:00.000: %CHAT-6-WORD${n % 5}: round ${n} of a loop`
    return { kind: 'log', bytes: Buffer.from(text) }
  })
}

export function linkDown(port: number): Buffer {
  return link(false, port, port).bytes
}

function link(up: boolean, port: number, requestId: number): { kind: string; bytes: Buffer } {
  const trapOid = up ? OIDS.linkUp : OIDS.linkDown
  const varbinds = [
    varbind(`${OIDS.ifIndex}.${port}`, integer(port)),
    varbind(`${IF_STATUS}.${port}`, integer(up ? 1 : 2)),
  ]
  return { kind: trapOid, bytes: v2cTrap({ trapOid, requestId, varbinds }) }
}

function flooder(
  from: string,
  to: number,
  perSecond: number,
  message: (n: number) => { readonly kind: string; readonly bytes: Uint8Array },
): Flooder {
  const sent = new Map<string, number>()
  const socket: Socket = createSocket('udp4')
  socket.on('error', () => undefined)
  const began = performance.now()
  let n = 0
  let pending = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond)
    for (let burst = 0; n < due && burst < 200; n++, burst++) {
      const { kind, bytes } = message(n)
      sent.set(kind, (sent.get(kind) ?? 0) + 1)
      pending++
      socket.send(bytes, to, '127.0.0.1', () => pending--)
    }
  }, 5)
  socket.bind(0, from)
  return {
    sent,
    async stop() {
      clearInterval(timer)
      while (pending > 0) await new Promise((resolve) => setTimeout(resolve, 5))
      socket.close()
    },
  }
}

export interface Found {
  /** Recorded one by one, by kind. */
  readonly kept: ReadonlyMap<string, number>
  /** Counted in records of storms, by kind. */
  readonly folded: ReadonlyMap<string, number>
  readonly storms: number
}

/** What the collector has of a device, by kind. */
export async function foundOf(api: ApiClient, device: string): Promise<Found> {
  const kept = new Map<string, number>()
  const folded = new Map<string, number>()
  const storms = new Set<string>()
  const add = (map: Map<string, number>, kind: string, n: number) => map.set(kind, (map.get(kind) ?? 0) + n)
  for (const { event } of await api.all<EventRow>(`/api/v1/events?device=${device}&kind=trap&kind=log&kind=storm`)) {
    if (event.kind === 'trap') add(kept, event.trapOid, 1)
    else if (event.kind === 'log') add(kept, 'log', 1)
    else if (event.kind === 'storm') {
      add(folded, event.what === 'log' ? 'log' : event.key, event.count)
      storms.add(`${event.key} ${event.since}`)
    }
  }
  return { kept, folded, storms: storms.size }
}

export const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)
