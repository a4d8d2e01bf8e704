// Where a sweep may go: the site's own word, which a collector cannot widen. Without one: private networks and those its
// devices stand in.
import {
  type AddressRange,
  countOf,
  networkAround,
  readRanges,
  textOfRange,
  without,
} from '#shared/domain/address-ranges.ts'

/** Private (RFC 1918, RFC 6598) and link-local networks, and unique local IPv6 (RFC 4193). */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
]
/** Around an address of a device. */
const AROUND = { 4: 24, 6: 120 } as const

/** `named`: of the policy file; undefined: the default, with the networks of `devices` (addresses; names are passed over). */
export function reachOf(named: readonly string[] | undefined, devices: readonly string[]): AddressRange[] {
  const around = devices.map((address) => networkAround(address, AROUND)).filter((range) => range !== undefined)
  return [...readRanges(named ?? PRIVATE, 'exclude').ranges, ...(named === undefined ? around : [])]
}

/** Why a sweep may not go there; undefined: it may. */
export function outOfReach(ranges: readonly AddressRange[], reach: readonly AddressRange[]): string | undefined {
  const outside = without(ranges, reach)
  const first = outside[0]
  if (first === undefined) return undefined
  const count = countOf(outside)
  const more = outside.length > 1 ? ` and ${outside.length - 1} more ${outside.length === 2 ? 'range' : 'ranges'}` : ''
  return (
    `${count} of the addresses (${textOfRange(first)}${more}) lie outside of what this site lets be swept: ` +
    'name them under discovery.ranges in the policy file of the agent, or leave them out'
  )
}
