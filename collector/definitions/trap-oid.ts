// OIDs of traps and varbinds as equipment really sends them.

/**
 * The other spelling of a trap's OID: one `0` before its last number put in or left out. SNMPv1 traps are translated with
 * it (RFC 3584 3.1), many MIBs are written without it, and agents send either.
 */
export function otherTrapOid(oid: string): string {
  const last = oid.lastIndexOf('.')
  const before = oid.lastIndexOf('.', last - 1)
  return oid.slice(before + 1, last) === '0'
    ? oid.slice(0, before) + oid.slice(last)
    : `${oid.slice(0, last)}.0${oid.slice(last)}`
}

/** Finds by the OID itself, else by the longest OID it lies below. */
export function longestPrefix<T>(
  table: ReadonlyMap<string, T>,
  oid: string,
): { readonly prefix: string; readonly item: T } | undefined {
  for (let prefix = oid; prefix.includes('.'); prefix = prefix.slice(0, prefix.lastIndexOf('.'))) {
    const item = table.get(prefix)
    if (item !== undefined) return { prefix, item }
  }
  return undefined
}
