// A simulated SNMP engine: one datagram in, one answer or silence out; and the notifications the device sends itself.
import { bytesOf, childrenOf, integerOf, integerTlv, octetsTlv, oidOf, oidTlv, readAt, TAG, tlv } from './ber.ts'
import { encodeValue, type OidTable, type OidValue } from './oid-table.ts'
import { type UsmKeys, type UsmUser, usmKeysOf } from './usm.ts'

export interface EngineOptions {
  readonly engineId: Buffer
  readonly communities: readonly string[]
  readonly users: readonly UsmUser[]
  readonly table: () => OidTable
  /** snmpEngineBoots and seconds since then. */
  readonly boots: () => number
  readonly engineTime: () => number
  /** Largest answer in bytes: GETBULK answers stop there, GET answers tooBig. */
  readonly maxBytes: number
}

export type Varbinds = readonly (readonly [string, OidValue])[]

export interface Engine {
  /** The answer to a request; undefined when a real device would keep silent (wrong community, undecodable). */
  answer(datagram: Buffer): Buffer | undefined
  /** A v2c or v3 trap or inform; v3 under the named user. */
  notification(how: {
    readonly version: 'v2c' | 'v3'
    readonly credentials: string
    readonly inform?: boolean
    readonly trapOid: string
    readonly uptime: number
    readonly varbinds: Varbinds
    readonly id: number
  }): Buffer
}

const PDU = { get: 0xa0, next: 0xa1, response: 0xa2, set: 0xa3, bulk: 0xa5, inform: 0xa6, trap: 0xa7, report: 0xa8 }
const USM_STATS = '1.3.6.1.6.3.15.1.1'
const TOO_BIG = 1
const NO_SUCH_NAME = 2
const NOT_WRITABLE = 17

interface Request {
  readonly pdu: number
  readonly id: number
  readonly second: number
  readonly third: number
  readonly oids: readonly string[]
  readonly v1: boolean
}

export function createEngine(options: EngineOptions): Engine {
  const keys = new Map<string, UsmKeys>()
  const usersByName = new Map(options.users.map((user) => [user.user, user]))
  const keysOf = (user: UsmUser): UsmKeys => {
    const known = keys.get(user.user) ?? usmKeysOf(user, options.engineId)
    keys.set(user.user, known)
    return known
  }

  return {
    answer(datagram) {
      try {
        const message = childrenOf(readAt(datagram, 0))
        const version = integerOf(message[0])
        if (version === 3) return answerV3(datagram, message)
        if (version !== 0 && version !== 1) return undefined
        const community = bytesOf(message[1])
        if (!options.communities.includes(community.toString('utf8'))) return undefined
        const request = requestOf(message[2], version === 0)
        const pdu = request && respond(options.table(), request, options.maxBytes - community.length - 12)
        return pdu && tlv(TAG.sequence, integerTlv(version), octetsTlv(community), pdu)
      } catch {
        return undefined
      }
    },
    notification(how) {
      const varbinds = [
        tlv(TAG.sequence, oidTlv('1.3.6.1.2.1.1.3.0'), integerTlv(Math.trunc(how.uptime), TAG.timeTicks)),
        tlv(TAG.sequence, oidTlv('1.3.6.1.6.3.1.1.4.1.0'), oidTlv(how.trapOid)),
        ...how.varbinds.map(([oid, value]) => tlv(TAG.sequence, oidTlv(oid), encodeValue(value))),
      ]
      const pdu = pduOf(how.inform ? PDU.inform : PDU.trap, how.id, 0, 0, varbinds)
      if (how.version === 'v2c') return tlv(TAG.sequence, integerTlv(1), octetsTlv(how.credentials), pdu)
      const user = usersByName.get(how.credentials)
      if (user === undefined) throw new Error(`no such v3 user: ${how.credentials}`)
      return sealV3(user, how.id, pdu)
    },
  }

  function answerV3(datagram: Buffer, message: ReturnType<typeof childrenOf>): Buffer | undefined {
    const global = childrenOf(message[1] as never)
    const id = integerOf(global[0])
    const flags = bytesOf(global[2])[0] ?? 0
    const outer = message[2] as ReturnType<typeof readAt>
    const security = childrenOf(readAt(datagram, outer.start, outer.end))
    const [boots, time] = [integerOf(security[1]), integerOf(security[2])]
    if (!bytesOf(security[0]).equals(options.engineId)) return report(id, `${USM_STATS}.4.0`)
    const user = usersByName.get(bytesOf(security[3]).toString('utf8'))
    if (user === undefined) return report(id, `${USM_STATS}.3.0`)
    const level = flags & 3
    if (level !== { noAuthNoPriv: 0, authNoPriv: 1, authPriv: 3 }[user.level]) return report(id, `${USM_STATS}.1.0`)
    if (level & 1) {
      const mac = security[4] as ReturnType<typeof readAt>
      const received = Buffer.from(bytesOf(mac))
      const blank = Buffer.from(datagram)
      blank.fill(0, mac.start, mac.end)
      if (!keysOf(user).mac(blank).equals(received)) return report(id, `${USM_STATS}.5.0`)
      // RFC 3414 3.2 7 a
      const inWindow = boots === options.boots() && Math.abs(time - options.engineTime()) <= 150
      if (!inWindow) return sealV3(user, id, reportPdu(`${USM_STATS}.2.0`), 1)
    }
    let scoped = message[3] as ReturnType<typeof readAt>
    if (level & 2) {
      const plain = keysOf(user).decrypt(bytesOf(scoped), bytesOf(security[5]), boots, time)
      if (plain[0] !== TAG.sequence) return report(id, `${USM_STATS}.6.0`)
      scoped = readAt(plain, 0)
    }
    const request = requestOf(childrenOf(scoped)[2], false)
    const pdu = request && respond(options.table(), request, options.maxBytes - 160)
    return pdu && sealV3(user, id, pdu)
  }

  function report(id: number, oid: string): Buffer {
    return sealV3({ user: '', level: 'noAuthNoPriv' }, id, reportPdu(oid))
  }

  function sealV3(user: UsmUser, id: number, pdu: Buffer, maxLevel = 3): Buffer {
    const flags = { noAuthNoPriv: 0, authNoPriv: 1, authPriv: 3 }[user.level] & maxLevel
    const [boots, time] = [options.boots(), options.engineTime()]
    const scoped = tlv(TAG.sequence, octetsTlv(options.engineId), octetsTlv(''), pdu)
    const sealed = flags & 2 ? keysOf(user).encrypt(scoped, boots, time) : undefined
    const build = (mac: Uint8Array) =>
      tlv(
        TAG.sequence,
        integerTlv(3),
        tlv(TAG.sequence, integerTlv(id), integerTlv(65507), octetsTlv(Uint8Array.of(flags)), integerTlv(3)),
        octetsTlv(
          tlv(
            TAG.sequence,
            octetsTlv(options.engineId),
            integerTlv(boots),
            integerTlv(time),
            octetsTlv(user.user),
            octetsTlv(mac),
            octetsTlv(sealed?.salt ?? ''),
          ),
        ),
        sealed ? octetsTlv(sealed.data) : scoped,
      )
    if (!(flags & 1)) return build(Buffer.alloc(0))
    return build(keysOf(user).mac(build(Buffer.alloc(keysOf(user).macLength))))
  }
}

/** A v1 trap; `generic` 6 means enterprise specific. */
export function encodeV1Trap(how: {
  readonly community: string
  readonly enterprise: string
  readonly agentAddress: string
  readonly generic: number
  readonly specific: number
  readonly uptime: number
  readonly varbinds: Varbinds
}): Buffer {
  const pdu = tlv(
    0xa4,
    oidTlv(how.enterprise),
    octetsTlv(Buffer.from(how.agentAddress.split('.').map(Number)), TAG.ipAddress),
    integerTlv(how.generic),
    integerTlv(how.specific),
    integerTlv(Math.trunc(how.uptime), TAG.timeTicks),
    tlv(TAG.sequence, ...how.varbinds.map(([oid, value]) => tlv(TAG.sequence, oidTlv(oid), encodeValue(value)))),
  )
  return tlv(TAG.sequence, integerTlv(0), octetsTlv(how.community), pdu)
}

function requestOf(pdu: ReturnType<typeof readAt> | undefined, v1: boolean): Request | undefined {
  if (pdu === undefined) return undefined
  const parts = childrenOf(pdu)
  const oids = childrenOf(parts[3] as never).map((varbind) => oidOf(childrenOf(varbind)[0]))
  return {
    pdu: pdu.tag,
    id: integerOf(parts[0]),
    second: integerOf(parts[1]),
    third: integerOf(parts[2]),
    oids,
    v1,
  }
}

function respond(table: OidTable, request: Request, maxBytes: number): Buffer | undefined {
  const { id, oids, v1 } = request
  const echo = () => oids.map((oid) => tlv(TAG.sequence, oidTlv(oid), tlv(TAG.null)))
  if (request.pdu === PDU.set) return pduOf(PDU.response, id, v1 ? NO_SUCH_NAME : NOT_WRITABLE, 1, echo())
  if (request.pdu === PDU.bulk && !v1) return bulk(table, request, maxBytes)
  if (request.pdu !== PDU.get && request.pdu !== PDU.next) return undefined
  const varbinds: Buffer[] = []
  let bytes = 0
  for (const [n, oid] of oids.entries()) {
    const entry = request.pdu === PDU.get ? table.get(oid) : table.next(oid)
    // RFC 3584 4.2.2.1: Counter64 does not exist for v1.
    if (v1 && (entry === undefined || entry.value.type === 'Counter64'))
      return pduOf(PDU.response, id, NO_SUCH_NAME, n + 1, echo())
    const missing = request.pdu === PDU.get ? TAG.noSuchInstance : TAG.endOfMibView
    const varbind = entry
      ? tlv(TAG.sequence, entry.oidBytes, encodeValue(entry.value))
      : tlv(TAG.sequence, oidTlv(oid), tlv(missing))
    bytes += varbind.length
    if (bytes > maxBytes) return pduOf(PDU.response, id, TOO_BIG, 0, v1 ? echo() : [])
    varbinds.push(varbind)
  }
  return pduOf(PDU.response, id, 0, 0, varbinds)
}

/** RFC 3416 4.2.3 */
function bulk(table: OidTable, request: Request, maxBytes: number): Buffer {
  const nonRepeaters = Math.max(0, Math.min(request.second, request.oids.length))
  const varbinds: Buffer[] = []
  let bytes = 0
  const put = (oid: string): string | undefined => {
    const entry = table.next(oid)
    const varbind = entry
      ? tlv(TAG.sequence, entry.oidBytes, encodeValue(entry.value))
      : tlv(TAG.sequence, oidTlv(oid), tlv(TAG.endOfMibView))
    bytes += varbind.length
    if (bytes > maxBytes) return undefined
    varbinds.push(varbind)
    return entry?.oid ?? oid
  }
  for (const oid of request.oids.slice(0, nonRepeaters)) put(oid)
  let row: string[] = request.oids.slice(nonRepeaters)
  fill: for (let n = 0; n < Math.max(0, request.third) && row.length > 0; n++) {
    const nextRow: string[] = []
    for (const oid of row) {
      const next = put(oid)
      if (next === undefined) break fill
      nextRow.push(next)
    }
    if (nextRow.every((oid, column) => oid === row[column])) break
    row = nextRow
  }
  return pduOf(PDU.response, request.id, 0, 0, varbinds)
}

function reportPdu(oid: string): Buffer {
  return pduOf(PDU.report, 0, 0, 0, [tlv(TAG.sequence, oidTlv(oid), integerTlv(1, TAG.counter32))])
}

function pduOf(tag: number, id: number, second: number, third: number, varbinds: readonly Buffer[]): Buffer {
  return tlv(tag, integerTlv(id), integerTlv(second), integerTlv(third), tlv(TAG.sequence, ...varbinds))
}
