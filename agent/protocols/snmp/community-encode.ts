// Requests of v1 and v2c as bytes (RFC 1157, RFC 3416). Written from the end, so that every length is known.
import { oidBytes } from './oid.ts'
import type { SnmpQuestion } from './session.ts'

const PDU = { get: 0xa0, 'get-next': 0xa1, 'get-bulk': 0xa5 } as const

/** `version` is the wire's number: 0 for v1, 1 for v2c. `id` is 0 to 2^31-1. */
export function encodeRequest(version: 0 | 1, community: string, id: number, question: SnmpQuestion): Buffer {
  const name = Buffer.from(community, 'utf8')
  const oids = question.oids.map(oidBytes)
  const out = Buffer.allocUnsafe(64 + name.length + oids.reduce((sum, oid) => sum + oid.length + 14, 0))
  let at = out.length

  const header = (tag: number, end: number) => {
    const length = end - at
    if (length < 0x80) out[--at] = length
    else {
      let rest = length
      let octets = 0
      for (; rest > 0; rest >>>= 8, octets++) out[--at] = rest & 0xff
      out[--at] = 0x80 | octets
    }
    out[--at] = tag
  }
  const integer = (value: number) => {
    const end = at
    let rest = value
    do {
      out[--at] = rest & 0xff
      rest >>= 8
    } while (rest > 0)
    if ((out[at] as number) & 0x80) out[--at] = 0
    header(0x02, end)
  }

  const end = at
  for (let i = oids.length - 1; i >= 0; i--) {
    const varbindEnd = at
    out[--at] = 0
    out[--at] = 0x05
    const oid = oids[i] as number[]
    const oidEnd = at
    at -= oid.length
    out.set(oid, at)
    header(0x06, oidEnd)
    header(0x30, varbindEnd)
  }
  header(0x30, end)
  integer(question.kind === 'get-bulk' ? question.maxRepetitions : 0)
  integer(0)
  integer(id)
  header(PDU[question.kind], end)
  const nameEnd = at
  at -= name.length
  out.set(name, at)
  header(0x04, nameEnd)
  integer(version)
  header(0x30, end)
  return out.subarray(at)
}
