// OIDs as dotted text: order, subtree and BER form.

/** Negative, 0 or positive: lexicographic order of arcs (RFC 3416 2.2). Both are digits with dots; '' is before all. */
export function compareOids(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    let x = 0
    let y = 0
    for (; i < a.length; i++) {
      const c = a.charCodeAt(i)
      if (c === DOT) break
      x = x * 10 + c - ZERO
    }
    for (; j < b.length; j++) {
      const c = b.charCodeAt(j)
      if (c === DOT) break
      y = y * 10 + c - ZERO
    }
    if (x !== y) return x - y
    i++
    j++
  }
  return Math.sign(a.length - i) - Math.sign(b.length - j)
}

/** The index below `subtree`, '' for the subtree itself, undefined outside it. */
export function suffixOf(oid: string, subtree: string): string | undefined {
  if (!oid.startsWith(subtree)) return undefined
  if (oid.length === subtree.length) return ''
  return oid.charCodeAt(subtree.length) === DOT ? oid.slice(subtree.length + 1) : undefined
}

/** True for two to 128 arcs of at most 32 bits with a first arc of 0 to 2; anything else cannot be sent. */
export function isOid(text: string): boolean {
  if (text.length > 1408 || !/^[0-2](\.\d{1,10}){1,127}$/.test(text)) return false
  const arcs = text.split('.')
  return arcs.every((arc) => Number(arc) <= 0xffffffff) && (Number(arcs[0]) === 2 || Number(arcs[1]) < 40)
}

/** Content octets of an OID that passed isOid (X.690 8.19). */
export function oidBytes(oid: string): number[] {
  const arcs = oid.split('.')
  const out: number[] = []
  pushArc(out, Number(arcs[0]) * 40 + Number(arcs[1]))
  for (let i = 2; i < arcs.length; i++) pushArc(out, Number(arcs[i]))
  return out
}

function pushArc(out: number[], arc: number): void {
  if (arc >= 0x10000000) out.push(0x80 | Math.floor(arc / 0x10000000))
  if (arc >= 0x200000) out.push(0x80 | ((arc >>> 21) & 0x7f))
  if (arc >= 0x4000) out.push(0x80 | ((arc >>> 14) & 0x7f))
  if (arc >= 0x80) out.push(0x80 | ((arc >>> 7) & 0x7f))
  out.push(arc & 0x7f)
}

const DOT = 46
const ZERO = 48
