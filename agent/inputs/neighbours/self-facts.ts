// What a device says of itself, so that what others see can be recognised as it.
import type { SelfFacts } from '#shared/domain/neighbours.ts'

const MOST = { macs: 1_024, addresses: 512 }
/** Addresses that several devices share: VRRP, HSRP, GLBP. */
const SHARED = /^(00:00:5e:00:0[12]|00:00:0c:07:ac|00:00:0c:9f:f|00:07:b4)/

/** Sorted and without repeats; addresses of redundancy groups and of the device's inner loops name nobody. */
export function selfFacts(said: {
  readonly name: string
  readonly chassis: string
  readonly macs: readonly (string | undefined)[]
  readonly addresses: readonly string[]
  readonly serials: readonly string[]
}): SelfFacts {
  const macs = new Set(said.macs.filter((mac): mac is string => mac !== undefined && !SHARED.test(mac)))
  const addresses = new Set(said.addresses.filter((ip) => !/^(127\.|0\.|169\.254\.)/.test(ip)))
  return {
    ...(said.name === '' ? {} : { name: said.name }),
    ...(said.chassis === '' ? {} : { chassis: said.chassis }),
    macs: [...macs].sort().slice(0, MOST.macs),
    addresses: [...addresses].sort().slice(0, MOST.addresses),
    serials: [...said.serials],
  }
}
