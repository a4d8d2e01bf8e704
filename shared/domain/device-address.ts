// The address of a device as people write it: an IP address or a host name. Pure; what cannot be one is said with why and
// what to write instead.
import { canonicalAddress } from './address-ranges.ts'

/** Nothing a URL or a program's option could be made of. */
const SHAPE = /^[a-zA-Z0-9_:][a-zA-Z0-9_.:%-]{0,253}$/

/** Why `text` is no address and what to write instead; undefined: it can be one. */
export function addressProblem(text: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(text)
  if (url) return `a URL: write only the host, ${url[1] || '192.0.2.10'}; web addresses are checked under HTTP`
  if (/^[^/]+\/\d{1,3}$/.test(text)) return 'a range: write one address; ranges are swept under Discovery'
  const port = /^(\[[^\]]+\]|[^:\s]+):(\d{1,5})$/.exec(text)
  if (port) return `a port is in it: write only ${port[1]?.replace(/[[\]]/g, '')}; ports have a field of their own`
  if (!SHAPE.test(text)) return 'an IP address or a host name'
  if (/^[\d.]+$/.test(text) && canonicalAddress(text) === undefined)
    return 'no IPv4 address: it has four numbers from 0 to 255, such as 192.0.2.10'
  if (text.includes(':') && !isIpv6(text)) return 'no IPv6 address: it has groups of hex digits, such as 2001:db8::10'
  return undefined
}

/** With a zone (RFC 4007 11) or with IPv4 at its end (RFC 4291 2.2) too. */
function isIpv6(text: string): boolean {
  const [bare = ''] = text.split('%')
  const dotted = /^(.*:)(\d+(?:\.\d+){3})$/.exec(bare)
  if (dotted === null) return canonicalAddress(bare) !== undefined
  return canonicalAddress(dotted[2] ?? '') !== undefined && canonicalAddress(`${dotted[1]}0:0`) !== undefined
}
