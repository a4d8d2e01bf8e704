// Pre-encoded messages for the generators: 10,000 variants, so that nothing profits from repeating one.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { integerTlv, octetsTlv, oidTlv, TAG, tlv } from '../support/virtual-site/ber.ts'

export const VARIANTS = 10_000

/** v2c linkDown traps with six varbinds, about 165 bytes, each of another port and request id. */
export function trapDatagrams(seed: number): Buffer[] {
  return Array.from({ length: VARIANTS }, (_, i) => {
    const port = 1 + ((seed + i) % 4800)
    const bind = (oid: string, value: Buffer) => tlv(TAG.sequence, oidTlv(oid), value)
    const binds = tlv(
      TAG.sequence,
      bind('1.3.6.1.2.1.1.3.0', integerTlv(1_000_000 + i, TAG.timeTicks)),
      bind('1.3.6.1.6.3.1.1.4.1.0', oidTlv('1.3.6.1.6.3.1.1.5.3')),
      bind(`1.3.6.1.2.1.2.2.1.1.${port}`, integerTlv(port)),
      bind(`1.3.6.1.2.1.2.2.1.7.${port}`, integerTlv(1)),
      bind(`1.3.6.1.2.1.2.2.1.8.${port}`, integerTlv(2)),
      bind(`1.3.6.1.2.1.2.2.1.2.${port}`, octetsTlv(`GigabitEthernet0/0/${port}`)),
    )
    return tlv(
      TAG.sequence,
      integerTlv(1),
      octetsTlv('public'),
      tlv(0xa7, integerTlv(1_000 + i), integerTlv(0), integerTlv(0), binds),
    )
  })
}

/** RFC 3164 lines of about 157 bytes. */
export function syslogLines(seed: number): Buffer[] {
  const days = ['Nov 22 03:00:0', 'Nov 22 03:01:1', 'Nov 22 04:02:2']
  return Array.from({ length: VARIANTS }, (_, i) => {
    const head = `<${128 + (i % 8) + 8 * (i % 4)}>${days[i % 3]}${i % 10} host-${(seed + i) % 200} daemon[${1000 + (i % 30_000)}]: `
    const text = `session ${i} opened for user operator by (uid=${i % 100}) from 192.0.2.${i % 250} port ${20_000 + i} reason=scheduled-maintenance-window`
    return Buffer.from(head + text)
  })
}

/** Writes the generator's format (u32 little-endian length + bytes) to a temporary file; returns its path. */
export function writeDatagrams(name: string, datagrams: readonly Buffer[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'outrider-datagrams-')), name)
  const parts: Buffer[] = []
  for (const bytes of datagrams) {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    parts.push(length, bytes)
  }
  writeFileSync(file, Buffer.concat(parts))
  return file
}
