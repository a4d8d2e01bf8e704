// Builds notifications byte by byte for tests: right ones and wrong ones.
import { integer, octets, oid, tlv } from '#agent/protocols/snmp/ber-writer.ts'

export const OIDS = {
  sysUpTime: '1.3.6.1.2.1.1.3.0',
  snmpTrapOid: '1.3.6.1.6.3.1.1.4.1.0',
  linkDown: '1.3.6.1.6.3.1.1.5.3',
  linkUp: '1.3.6.1.6.3.1.1.5.4',
  ifIndex: '1.3.6.1.2.1.2.2.1.1',
  ifDescr: '1.3.6.1.2.1.2.2.1.2',
}

export function varbind(name: string, value: Uint8Array): Buffer {
  return tlv(0x30, oid(name), value)
}

export interface TrapOptions {
  readonly pdu?: number
  readonly requestId?: number
  readonly trapOid?: string
  readonly uptime?: number
  readonly varbinds?: readonly Uint8Array[]
  readonly community?: string
}

/** A v2 PDU: trap (0xa7) unless another tag is given. */
export function trapPdu({
  pdu = 0xa7,
  requestId = 1,
  trapOid = OIDS.linkDown,
  uptime = 100,
  varbinds,
}: TrapOptions = {}) {
  const list = varbinds ?? [varbind(`${OIDS.ifIndex}.3`, integer(3)), varbind(`${OIDS.ifDescr}.3`, octets('ge0/3'))]
  return tlv(
    pdu,
    integer(requestId),
    integer(0),
    integer(0),
    tlv(0x30, varbind(OIDS.sysUpTime, integer(uptime, 0x43)), varbind(OIDS.snmpTrapOid, oid(trapOid)), ...list),
  )
}

export function v2cTrap(options: TrapOptions = {}): Buffer {
  return tlv(0x30, integer(1), octets(options.community ?? 'public'), trapPdu(options))
}

export function v1Trap(options: {
  readonly enterprise?: string
  readonly generic?: number
  readonly specific?: number
  readonly varbinds?: readonly Uint8Array[]
}): Buffer {
  return tlv(0x30, integer(0), octets('public'), v1Pdu(options))
}

export function v1Pdu({
  enterprise = '1.3.6.1.4.1.9',
  generic = 2,
  specific = 0,
  varbinds = [],
}: Parameters<typeof v1Trap>[0]) {
  return tlv(
    0xa4,
    oid(enterprise),
    tlv(0x40, Buffer.from([10, 0, 0, 7])),
    integer(generic),
    integer(specific),
    integer(4242, 0x43),
    tlv(0x30, ...varbinds),
  )
}

/** The same value with its length written in more bytes than needed (net-snmp issue 253). */
export function overLong(value: Buffer): Buffer {
  const short = (value[1] as number) < 0x80
  const content = short ? value.subarray(2) : value.subarray(2 + ((value[1] as number) & 0x7f))
  const header = Buffer.from([value[0] as number, 0x84, 0, 0, 0, 0])
  header.writeUInt32BE(content.length, 2)
  return Buffer.concat([header, content])
}
