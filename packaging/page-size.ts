// Node's builder puts what it adds on pages of 4 KB. Many arm64 kernels have pages of 16 KB (Raspberry Pi 5) or 64 KB (RHEL 8);
// there the added part would cover the end of the program's variables, read-only, and the program would crash at once.

const LARGEST_PAGE = 0x10000
const LOAD = 1

interface Segment {
  readonly headerAt: number
  readonly type: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

/**
 * A copy of a 64-bit little-endian ELF program where the part with the program headers and all loaded after it begin on
 * pages of their own, whatever the size of a page. Without table of sections: no running program reads it.
 */
export function alignAddedSegments(file: Buffer): Buffer {
  const tableAt = Number(file.readBigUInt64LE(32))
  const segments = readSegments(file, tableAt)
  const loads = segments.filter((segment) => segment.type === LOAD).sort((a, b) => a.address - b.address)
  const first = loads.findIndex((segment) => isInside(tableAt, segment))
  const before = loads[first - 1]
  if (before === undefined) throw new Error('the program headers are where the linker put them: nothing was added')
  const out: Buffer[] = [Buffer.from(file.subarray(0, before.offset + before.size))]
  let length = before.offset + before.size
  let address = before.address + before.size
  const moved = loads.slice(first).map((segment) => {
    const place = { segment, offset: up(length), address: up(address) }
    out.push(Buffer.alloc(place.offset - length), file.subarray(segment.offset, segment.offset + segment.size))
    length = place.offset + segment.size
    address = place.address + segment.size
    return place
  })
  const made = Buffer.concat(out)
  const placeOf = (offset: number) => moved.find(({ segment }) => isInside(offset, segment))
  const tablePlace = placeOf(tableAt) as (typeof moved)[number]
  const newTableAt = tablePlace.offset + tableAt - tablePlace.segment.offset
  for (const segment of segments) {
    const place = placeOf(segment.offset)
    if (place === undefined || segment.size === 0) continue
    const at = newTableAt + segment.headerAt - tableAt
    const inside = segment.offset - place.segment.offset
    made.writeBigUInt64LE(BigInt(place.offset + inside), at + 8)
    for (const field of [16, 24]) made.writeBigUInt64LE(BigInt(place.address + inside), at + field)
    if (segment.type === LOAD) made.writeBigUInt64LE(BigInt(LARGEST_PAGE), at + 48)
  }
  made.writeBigUInt64LE(BigInt(newTableAt), 32)
  made.writeBigUInt64LE(0n, 40)
  made.fill(0, 60, 64)
  return made
}

/** Whether no two loaded parts share a page, for every size of a page up to 64 KB. */
export function hasOwnPages(file: Buffer): boolean {
  const loads = readSegments(file, Number(file.readBigUInt64LE(32)))
    .filter((segment) => segment.type === LOAD)
    .sort((a, b) => a.address - b.address)
  return loads.every((segment, n) => {
    const next = loads[n + 1]
    return next === undefined || up(segment.address + segment.size) <= next.address - (next.address % LARGEST_PAGE)
  })
}

const up = (value: number) => Math.ceil(value / LARGEST_PAGE) * LARGEST_PAGE
const isInside = (offset: number, segment: Segment) =>
  offset >= segment.offset && offset < segment.offset + segment.size

function readSegments(file: Buffer, tableAt: number): Segment[] {
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const headerAt = tableAt + index * file.readUInt16LE(54)
    return {
      headerAt,
      type: file.readUInt32LE(headerAt),
      offset: Number(file.readBigUInt64LE(headerAt + 8)),
      address: Number(file.readBigUInt64LE(headerAt + 16)),
      size: Number(file.readBigUInt64LE(headerAt + 32)),
    }
  })
}
