// Lines of many vendors by a seed, each with the truth about it.
import { drac, esxi, linux, ontap, topsec, windows } from './host-vendors.ts'
import type { LineSeed, TrueLine, Writer } from './line.ts'
import {
  arista,
  ciscoAsa,
  ciscoIos,
  fortinet,
  h3c,
  huawei,
  juniper,
  paloAlto,
  proCurve,
  ruijie,
} from './network-vendors.ts'

const VENDORS: Readonly<Record<string, Writer>> = {
  'cisco ios, nx-os': ciscoIos,
  'cisco asa': ciscoAsa,
  huawei,
  h3c,
  ruijie,
  juniper,
  arista,
  fortinet,
  'palo alto': paloAlto,
  'hpe procurve': proCurve,
  linux,
  esxi,
  windows,
  'netapp ontap': ontap,
  topsec,
  'dell idrac': drac,
}

/** `count` lines, vendors in turn. `now` is the wall clock of who receives them. */
export function trueLines(count: number, random: () => number, now: number): TrueLine[] {
  const vendors = Object.entries(VENDORS)
  const number = (below: number) => Math.floor(random() * below)
  return Array.from({ length: count }, (_, i) => {
    const [vendor, write] = vendors[i % vendors.length] as [string, Writer]
    const seed: LineSeed = {
      token: String(70_000_000 + i),
      facility: number(24),
      severity: number(8),
      time: Math.floor((now + (random() - 0.5) * 40 * 86_400_000) / 1000) * 1000,
      fraction: 1 + number(999),
      number,
      pick: (...values) => values[number(values.length)] as (typeof values)[number],
    }
    const written = write(seed)
    const priority = `<${seed.facility * 8 + seed.severity}>`
    const body = typeof written.line === 'string' ? Buffer.from(written.line) : written.line
    return {
      ...{ vendor, token: seed.token, facility: seed.facility, severity: seed.severity },
      bytes: Buffer.concat([Buffer.from(priority), body]),
      host: written.host,
      time: 'time' in written ? written.time : seed.time,
      name: written.name,
      app: written.app,
      text: written.text,
    }
  })
}
