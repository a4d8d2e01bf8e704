// A self-signed certificate made on the spot, valid until any moment a test wants (RFC 5280).
import { generateKeyPairSync, sign } from 'node:crypto'
import { integer, octets, oid, tlv } from '#agent/protocols/snmp/ber-writer.ts'

/** PEM key and certificate for `name`; `notAfter` in wall ms. */
export function selfSigned(name: string, notAfter: number): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = tlv(0x30, oid('1.2.840.10045.4.3.2'))
  const who = tlv(0x30, tlv(0x31, tlv(0x30, oid('2.5.4.3'), tlv(0x0c, Buffer.from(name)))))
  const validity = tlv(0x30, time(notAfter - 365 * 86_400_000), time(notAfter))
  const altNames = tlv(0x30, oid('2.5.29.17'), octets(tlv(0x30, tlv(0x82, Buffer.from(name)))))
  const body = tlv(
    0x30,
    tlv(0xa0, integer(2)),
    integer(1),
    algorithm,
    who,
    validity,
    who,
    publicKey.export({ format: 'der', type: 'spki' }),
    tlv(0xa3, tlv(0x30, altNames)),
  )
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const der = tlv(0x30, body, algorithm, signature).toString('base64')
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${der.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
  }
}

function time(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d{3}/g, '')
  return tlv(0x18, Buffer.from(text))
}
