// A device on loopback that does exactly what a test tells it, well-formed or not. Speaks v1 and v2c; scripts that
// need v3 send prepared bytes.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { integer, octets, oid, tlv } from '#agent/protocols/snmp/ber-writer.ts'
import { decodeResponse } from '#agent/protocols/snmp/community-decode.ts'
import { compareOids } from '#agent/protocols/snmp/oid.ts'

export interface ScriptedRequest {
  readonly version: number
  readonly community: string
  /** 0xa0 get, 0xa1 get-next, 0xa5 get-bulk. */
  readonly pdu: number
  readonly id: number
  readonly maxRepetitions: number
  readonly oids: readonly string[]
  readonly raw: Buffer
}

/** OID and encoded value. */
export type ScriptedVarbind = readonly [oid: string, value: Buffer]

export interface AnswerOptions {
  readonly version?: number
  readonly community?: string
  readonly id?: number
  readonly pdu?: number
  readonly errorStatus?: number
  readonly errorIndex?: number
}

export interface Reply {
  /** Raw bytes from the device's own address and port. */
  bytes(datagram: Uint8Array): void
  /** Raw bytes from another socket. */
  bytesFromElsewhere(datagram: Uint8Array): void
  answer(varbinds: readonly ScriptedVarbind[], options?: AnswerOptions): void
  /** The well-formed message, for scripts that damage it. */
  encode(varbinds: readonly ScriptedVarbind[], options?: AnswerOptions): Buffer
}

export interface ScriptedDevice {
  readonly address: string
  readonly port: number
  readonly requests: readonly ScriptedRequest[]
  close(): Promise<void>
}

export const value = {
  int: (n: number) => integer(n),
  counter32: (n: number) => integer(n, 0x41),
  gauge32: (n: number) => integer(n, 0x42),
  ticks: (n: number) => integer(n, 0x43),
  counter64: (bytes: number[]) => tlv(0x46, Buffer.from(bytes)),
  text: (text: string | Uint8Array) => octets(text),
  oid: (text: string) => oid(text),
  ip: (bytes: number[]) => tlv(0x40, Buffer.from(bytes)),
  noSuchObject: tlv(0x80),
  noSuchInstance: tlv(0x81),
  endOfMibView: tlv(0x82),
}

/** Starts a device on `address` (default 127.0.0.1) and a free port. Requests it cannot read go to `script` with pdu 0. */
export async function startScriptedDevice(
  script: (request: ScriptedRequest, reply: Reply) => void,
  address = '127.0.0.1',
): Promise<ScriptedDevice> {
  const socket = createSocket('udp4')
  const elsewhere = createSocket('udp4')
  const requests: ScriptedRequest[] = []
  socket.on('message', (raw, from) => {
    const decoded = decodeResponse(raw)
    const request: ScriptedRequest = decoded.ok
      ? {
          version: decoded.response.version,
          community: decoded.response.community,
          pdu: decoded.response.pdu,
          id: decoded.response.id,
          maxRepetitions: decoded.response.errorIndex,
          oids: decoded.response.varbinds.map((v) => v.oid),
          raw,
        }
      : { version: decoded.version ?? -1, community: '', pdu: 0, id: 0, maxRepetitions: 0, oids: [], raw }
    requests.push(request)
    const encode = (varbinds: readonly ScriptedVarbind[], options: AnswerOptions = {}) =>
      encodeMessage(varbinds, { version: request.version, community: request.community, id: request.id, ...options })
    script(request, {
      bytes: (datagram) => socket.send(datagram, from.port, from.address),
      bytesFromElsewhere: (datagram) => elsewhere.send(datagram, from.port, from.address),
      answer: (varbinds, options) => socket.send(encode(varbinds, options), from.port, from.address),
      encode,
    })
  })
  socket.bind(0, address)
  elsewhere.bind(0, '127.0.0.1')
  await Promise.all([once(socket, 'listening'), once(elsewhere, 'listening')])
  return {
    address,
    port: (socket.address() as AddressInfo).port,
    requests,
    close: async () => {
      const closed = Promise.all([once(socket, 'close'), once(elsewhere, 'close')])
      socket.close()
      elsewhere.close()
      await closed
    },
  }
}

/** A script that answers like a proper agent holding `table`. */
export function agentWith(table: Readonly<Record<string, Buffer>>): (request: ScriptedRequest, reply: Reply) => void {
  const oids = Object.keys(table).sort(compareOids)
  const after = (asked: string): ScriptedVarbind => {
    const next = oids.find((o) => compareOids(o, asked) > 0)
    return next === undefined ? [asked, value.endOfMibView] : [next, table[next] as Buffer]
  }
  return (request, reply) => {
    if (request.pdu === 0xa0) {
      const missing = request.oids.findIndex((o) => table[o] === undefined)
      if (request.version === 0 && missing >= 0)
        return reply.answer(
          request.oids.map((o) => [o, tlv(0x05)]),
          { errorStatus: 2, errorIndex: missing + 1 },
        )
      return reply.answer(request.oids.map((o) => [o, table[o] ?? value.noSuchInstance]))
    }
    const rows = request.pdu === 0xa5 ? request.maxRepetitions : 1
    const varbinds: ScriptedVarbind[] = []
    let cursors = request.oids
    for (let row = 0; row < rows; row++) {
      const line = cursors.map(after)
      varbinds.push(...line)
      cursors = line.map(([o]) => o)
    }
    const ended = varbinds.findIndex(([, v]) => v === value.endOfMibView)
    if (request.version === 0 && ended >= 0)
      return reply.answer(
        request.oids.map((o) => [o, tlv(0x05)]),
        { errorStatus: 2, errorIndex: ended + 1 },
      )
    reply.answer(varbinds)
  }
}

/** A v2c response unless told otherwise. */
export function encodeMessage(varbinds: readonly ScriptedVarbind[], o: AnswerOptions): Buffer {
  const list = tlv(0x30, ...varbinds.map(([name, encoded]) => tlv(0x30, oid(name), encoded)))
  const pdu = tlv(o.pdu ?? 0xa2, integer(o.id ?? 0), integer(o.errorStatus ?? 0), integer(o.errorIndex ?? 0), list)
  return tlv(0x30, integer(o.version ?? 1), octets(o.community ?? 'public'), pdu)
}
