// What may stand where an address is due. Checked before it reaches a program's arguments or the resolver.
import { isIP } from 'node:net'

/** RFC 1123 host name: labels of letters, digits and inner hyphens (underscore tolerated); never starts with '-'. */
export function isHostName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i.test(text) &&
    !/^[\d.]+$/.test(text)
  )
}

/** An IP literal or a host name; a scoped IPv6 literal (fe80::1%eth0) counts when its scope is a plain word. */
export function isAddress(text: string): boolean {
  const [address = '', scope] = text.split('%', 2)
  if (scope !== undefined)
    return isIP(address) === 6 && /^[a-z0-9_.-]{1,15}$/i.test(scope) && !text.includes('%', address.length + 1)
  return isIP(text) !== 0 || isHostName(text)
}
