// Where outgoing requests may go. Names are resolved, checked and pinned in one step (the socket gets the checked
// address), so that a name which answers differently the second time gains nothing.
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Never: this host's neighbours by link, groups, nothing. Cloud metadata services live here. */
const NEVER: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['240.0.0.0', 4, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
]
/** Only where the configuration says allowPrivate. */
const PRIVATE: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  // forms that carry an IPv4 address inside: unspecified, loopback, compatible, NAT64, 6to4, Teredo
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['2001::', 32, 'ipv6'],
]
const never = listOf(NEVER)
const inside = listOf(PRIVATE)

/** True when a request may go to this address. IPv4-mapped IPv6 counts as its IPv4. */
export function mayReach(address: string, allowPrivate: boolean): boolean {
  const plain = address.replace(/^\[|\]$/g, '')
  const family = isIP(plain)
  if (family === 0) return false
  const kind = family === 4 ? 'ipv4' : 'ipv6'
  return !never.check(plain, kind) && plain !== '::' && (allowPrivate || !inside.check(plain, kind))
}

export class EgressRefused extends Error {}

/** A `lookup` for node:http(s) that resolves, refuses and hands over only checked addresses. */
export function guardedLookup(allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, [])
      const addresses = found as LookupAddress[]
      const bad = addresses.find((a) => !mayReach(a.address, allowPrivate))
      if (bad || addresses.length === 0) return callback(new EgressRefused('the address is not allowed'), [])
      const first = addresses[0] as LookupAddress
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}

function listOf(entries: readonly [string, number, 'ipv4' | 'ipv6'][]): BlockList {
  const list = new BlockList()
  for (const [network, bits, kind] of entries) list.addSubnet(network, bits, kind)
  return list
}
