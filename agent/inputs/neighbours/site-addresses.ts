// Addresses of the devices this agent watches, for finding them in the long tables of others.
import { isIP } from 'node:net'

export interface SiteAddresses {
  isAddress(ip: string): boolean
  isMac(mac: string): boolean
  /** This MAC belongs to one of the devices. */
  learn(mac: string): void
  /** The devices' addresses from now on; host names cannot be looked for. */
  replace(addresses: readonly string[]): void
}

const MOST_MACS = 100_000

export function createSiteAddresses(): SiteAddresses {
  let addresses: ReadonlySet<string> = new Set()
  const macs = new Set<string>()
  return {
    isAddress: (ip) => addresses.has(ip),
    isMac: (mac) => macs.has(mac),
    learn(mac) {
      if (macs.size < MOST_MACS) macs.add(mac)
    },
    replace(next) {
      addresses = new Set(next.filter((address) => isIP(address) !== 0))
    },
  }
}
