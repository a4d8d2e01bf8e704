import { describe, expect, it } from 'vitest'
import { alignAddedSegments, hasOwnPages } from './page-size.ts'
import { stripElf } from './strip-elf.ts'

// Real programs are made and run in test/system/package.test.ts; here is what a small file shows better.
describe('programs as files', () => {
  it('are not taken apart when they are none', () => {
    expect(() => stripElf(Buffer.from('#!/bin/sh\n'.padEnd(64)))).toThrow('not a 64-bit ELF file')
    expect(() => stripElf(elf([]))).toThrow('no table of sections')
  })

  it('are moved only when something was added', () => {
    expect(() => alignAddedSegments(elf([load(0, 0x400000, 0x200)]))).toThrow('nothing was added')
  })

  it('get pages of their own for what was added, and the headers say so', () => {
    const variables = load(0x1000, 0x401000, 0x600)
    const made = alignAddedSegments(elf([load(0, 0x400000, 0x40), variables, load(0x2000, 0x402000, 0x300)], 0x2000))
    const tableAt = Number(made.readBigUInt64LE(32))
    expect(tableAt).toBe(0x10000)
    const added = tableAt + 2 * 56
    expect([8, 16].map((field) => Number(made.readBigUInt64LE(added + field)))).toEqual([0x10000, 0x410000])
    expect(made.length).toBe(0x10300)
    expect(made.subarray(0x10000 + 0x2c0, 0x10300).every((byte) => byte === 7)).toBe(true)
    expect(hasOwnPages(made)).toBe(false)
    expect(hasOwnPages(elf([load(0, 0x400000, 0x40), load(0x10000, 0x410000, 0x600)]))).toBe(true)
  })
})

interface Load {
  readonly offset: number
  readonly address: number
  readonly size: number
}

function load(offset: number, address: number, size: number): Load {
  return { offset, address, size }
}

/** A file of nothing but headers; where the third part is, there are sevens behind the table. */
function elf(loads: readonly Load[], tableAt = 64): Buffer {
  const file = Buffer.alloc(Math.max(tableAt + loads.length * 56, ...loads.map((one) => one.offset + one.size), 64))
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeBigUInt64LE(BigInt(tableAt), 32)
  file.writeUInt16LE(56, 54)
  file.writeUInt16LE(loads.length, 56)
  if (tableAt > 64) file.fill(7, tableAt + loads.length * 56)
  for (const [index, { offset, address, size }] of loads.entries()) {
    const at = tableAt + index * 56
    file.writeUInt32LE(1, at)
    for (const [field, value] of [
      [8, offset],
      [16, address],
      [24, address],
      [32, size],
      [40, size],
    ] as const)
      file.writeBigUInt64LE(BigInt(value), at + field)
    file.writeBigUInt64LE(0x1000n, at + 48)
  }
  return file
}
