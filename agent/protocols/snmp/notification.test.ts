import fc from 'fast-check'
import { expect, it } from 'vitest'
import { integer, octets, tlv } from '#agent/protocols/snmp/ber-writer.ts'
import { overLong, trapPdu, v1Pdu, v2cTrap } from '#test/support/trap-bytes.ts'
import { withoutCommunity } from './notification.ts'

it('blanks the community of any message, whole or cut off, and nothing else', () => {
  const community = 'between-us'
  const messages = [
    v2cTrap({ community }),
    tlv(0x30, integer(0), octets(community), v1Pdu({})),
    tlv(0x30, integer(1), overLong(octets(community)), trapPdu({})),
    overLong(v2cTrap({ community })),
  ]
  for (const message of messages)
    for (let end = 0; end <= message.length; end++) {
      const text = message.toString('latin1', 0, end)
      const at = text.indexOf('bet')
      const expected = at < 0 ? undefined : text.slice(0, at) + '*'.repeat(Math.min(10, end - at)) + text.slice(at + 10)
      const blanked = withoutCommunity(message.subarray(0, end)).toString('latin1')
      if (expected !== undefined) expect(blanked).toBe(expected)
      else expect(blanked).toHaveLength(end)
    }
})

it('takes any bytes, and leaves a v3 message as it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, framed) => {
      const message = framed ? Buffer.concat([Buffer.of(0x30, 0x80, 2, 1, 1, 4), bytes]) : Buffer.from(bytes)
      expect(withoutCommunity(message)).toHaveLength(message.length)
    }),
  )
  const v3 = tlv(0x30, integer(3), tlv(0x30, integer(1)), octets('user'))
  expect(withoutCommunity(v3)).toEqual(v3)
})
