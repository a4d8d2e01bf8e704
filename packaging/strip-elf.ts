// Drops symbols and debug data from a 64-bit little-endian ELF program, whatever processor it is for. The runtime comes
// with a quarter of its size in them.

const HEADER = 64
const SECTION = 64
const ALLOCATED = 2n
const NO_BITS = 8

/**
 * A copy that keeps everything a running program maps, and the names of those sections. Throws for anything that is not
 * a 64-bit little-endian ELF file, or whose symbols are not at its end.
 */
export function stripElf(file: Buffer): Buffer {
  if (file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) throw new Error('not a 64-bit ELF file')
  const sections = readSections(file)
  const kept = sections.filter((section) => section.index === 0 || (section.flags & ALLOCATED) !== 0n)
  const end = Math.max(...kept.filter((s) => s.type !== NO_BITS).map((s) => s.offset + s.size), segmentsEnd(file))
  if (sections.some((s) => !kept.includes(s) && s.type !== NO_BITS && s.offset + s.size < end))
    throw new Error('symbols lie between what the program needs')
  const names = sections[file.readUInt16LE(62)]
  if (names === undefined) throw new Error('sections without names')
  const tableAt = Math.ceil((end + names.size) / 8) * 8
  const out = Buffer.alloc(tableAt + (kept.length + 1) * SECTION)
  file.copy(out, 0, 0, end)
  file.copy(out, end, names.offset, names.offset + names.size)
  const place = new Map([...kept, names].map((section, index) => [section.index, index]))
  for (const [index, section] of [...kept, names].entries()) {
    const at = tableAt + index * SECTION
    file.copy(out, at, section.headerAt, section.headerAt + SECTION)
    out.writeUInt32LE(place.get(file.readUInt32LE(section.headerAt + 40)) ?? 0, at + 40)
    // sh_info is a section's number where the section holds relocations (SHF_INFO_LINK)
    if ((section.flags & 0x40n) !== 0n)
      out.writeUInt32LE(place.get(file.readUInt32LE(section.headerAt + 44)) ?? 0, at + 44)
    if (section === names) out.writeBigUInt64LE(BigInt(end), at + 24)
  }
  out.writeBigUInt64LE(BigInt(tableAt), 40)
  out.writeUInt16LE(kept.length + 1, 60)
  out.writeUInt16LE(kept.length, 62)
  return out
}

function readSections(file: Buffer) {
  const at = Number(file.readBigUInt64LE(40))
  const count = file.readUInt16LE(60)
  if (at < HEADER || count === 0 || at + count * SECTION > file.length) throw new Error('no table of sections')
  return Array.from({ length: count }, (_, index) => {
    const headerAt = at + index * SECTION
    return {
      index,
      headerAt,
      type: file.readUInt32LE(headerAt + 4),
      flags: file.readBigUInt64LE(headerAt + 8),
      offset: Number(file.readBigUInt64LE(headerAt + 24)),
      size: Number(file.readBigUInt64LE(headerAt + 32)),
    }
  })
}

/** Where the last part that gets mapped ends in the file. */
function segmentsEnd(file: Buffer): number {
  const at = Number(file.readBigUInt64LE(32))
  const ends = Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const header = at + index * file.readUInt16LE(54)
    return Number(file.readBigUInt64LE(header + 8) + file.readBigUInt64LE(header + 32))
  })
  return Math.max(...ends)
}
