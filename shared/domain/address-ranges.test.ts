import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressesOf,
  canonicalAddress,
  countOf,
  holds,
  networkAround,
  readRanges,
  textOfRange,
  without,
} from './address-ranges.ts'

const texts = (...ranges: string[]) => readRanges(ranges).ranges.map(textOfRange)
const problem = (text: string) => readRanges([text]).problems[0]?.message

describe('address ranges', () => {
  it('reads networks, ranges, short ranges and single addresses', () => {
    expect(texts('10.0.0.0/30')).toEqual(['10.0.0.1-10.0.0.2'])
    expect(texts('10.0.0.7/31', '10.0.1.1/32')).toEqual(['10.0.0.6-10.0.0.7', '10.0.1.1'])
    expect(texts(' 10.0.0.9 ', '10.0.0.250-10.0.1.3', '10.0.2.1-50')).toEqual([
      '10.0.0.9',
      '10.0.0.250-10.0.1.3',
      '10.0.2.1-10.0.2.50',
    ])
    expect(texts('2001:DB8::7', 'fe80::/126')).toEqual(['2001:db8::7', 'fe80::-fe80::3'])
    expect(countOf(readRanges(['10.1.0.0/22']).ranges)).toBe(1022)
    expect(countOf(readRanges(['10.1.0.0/16']).ranges)).toBe(65_534)
  })

  it('asks each address once and says which ranges overlap', () => {
    const { ranges, notes, problems } = readRanges(['10.0.0.0/24', '10.0.0.100-10.0.1.9', '10.0.0.5'])
    expect(problems).toEqual([])
    expect(ranges.map(textOfRange)).toEqual(['10.0.0.1-10.0.1.9'])
    expect(notes).toEqual([
      '10.0.0.0/24 and 10.0.0.5 overlap: 1 address is asked once',
      expect.stringContaining('10.0.0.100-10.0.1.9 overlap: 155 addresses are asked once'),
    ])
    expect([...addressesOf(ranges)]).toHaveLength(countOf(ranges))
  })

  it('says what cannot be swept, why, and what to write', () => {
    expect(problem('0.0.0.0/0')).toMatch(/4,294,967,294 addresses, a sweep asks 65,536 at most: name smaller ranges/)
    expect(problem('10.0.0.0/8')).toMatch(/16,777,214 addresses/)
    expect(problem('2001:db8::/64')).toMatch(/18,446,744,073,709,551,616 addresses.*one by one/)
    expect(problem('::/0')).toMatch(/one by one/)
    expect(problem('sw1.example.net')).toMatch(/is a name.*Write the address it stands for/)
    expect(problem('10.0.0.50-10.0.0.1')).toBe('"10.0.0.50-10.0.0.1" runs backwards: write 10.0.0.1-10.0.0.50')
    expect(problem('10.0.0.50-9')).toMatch(/runs backwards/)
    expect(problem('10.0.0.0/33')).toMatch(/no prefix length/)
    expect(problem('10.0.0.0/')).toMatch(/no prefix length/)
    expect(problem('10.0.0.1-2001:db8::1')).toMatch(/begins as IPv4 and ends as IPv6/)
    expect(problem('10.0.0.1-2-3')).toMatch(/more than two ends/)
    expect(problem('010.0.0.1')).toMatch(/no address/)
    expect(problem('224.0.0.5')).toMatch(/multicast/)
    expect(problem('255.255.255.255')).toMatch(/broadcast/)
    expect(problem('ff02::1')).toMatch(/multicast/)
    expect(problem('0.0.0.0')).toMatch(/no device can have/)
    expect(problem('-h')).toBeDefined()
    expect(problem('')).toMatch(/nothing is written/)
    const many = readRanges(Array.from({ length: 300 }, (_, i) => `10.0.${i % 256}.1`))
    expect(many.problems.at(-1)?.message).toMatch(/300 ranges, 256 at most/)
    expect(readRanges(['10.0.0.1', 'bad', '10.0.0.3']).problems.map((p) => p.index)).toEqual([1])
  })

  it('leaves out what is excluded, however large', () => {
    const { ranges } = readRanges(['10.0.0.0/24', '10.9.0.1'])
    const { ranges: out, problems } = readRanges(['10.0.0.10-20', '10.9.0.0/16', '10.0.0.250-10.0.1.5'], 'exclude')
    expect(problems).toEqual([])
    expect(without(ranges, out).map(textOfRange)).toEqual(['10.0.0.1-10.0.0.9', '10.0.0.21-10.0.0.249'])
    expect(holds(out, '10.9.3.4')).toBe(true)
    expect(holds(out, '2001:db8::1')).toBe(false)
    expect(textOfRange(networkAround('10.1.2.3', { 4: 24, 6: 120 }) as never)).toBe('10.1.2.0-10.1.2.255')
  })

  it('spells every address one way, and reads back what it spells', () => {
    expect(canonicalAddress('2001:0db8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1')
    expect(canonicalAddress('0:0:0:0:0:0:0:1')).toBe('::1')
    expect(canonicalAddress('1::')).toBe('1::')
    expect(canonicalAddress('::')).toBe('::')
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.nat(7), (value, zeros) => {
        const groups = Array.from({ length: 8 }, (_, i) =>
          i <= zeros && i > 1 ? 0n : (value >> BigInt(112 - 16 * i)) & 0xffffn,
        )
        const text = groups.map((g) => g.toString(16)).join(':')
        const short = canonicalAddress(text) as string
        expect(isIP(short)).toBe(6)
        expect(canonicalAddress(short)).toBe(short)
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void readRanges([text])))
  })
})
