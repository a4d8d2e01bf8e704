// IP ranges as people write them: `10.0.0.0/24`, `10.0.0.1-10.0.0.50`, `10.0.0.1-50`, `10.0.0.7`, `2001:db8::10`. Pure; what
// cannot be used is said with where, why and what to write instead.

/** Both ends belong to it. */
export interface AddressRange {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
}

export interface RangeProblem {
  /** Place in the list, from 0. */
  readonly index: number
  readonly message: string
}

export interface ReadRanges {
  /** Merged, in rising order, IPv4 first. */
  readonly ranges: readonly AddressRange[]
  /** Any of these and the list is not to be used. */
  readonly problems: readonly RangeProblem[]
  /** Harmless, and worth knowing. */
  readonly notes: readonly string[]
}

/** Most addresses one sweep may ask. */
export const MAX_SWEEP_ADDRESSES = 65_536
export const MAX_RANGES = 256

/** Never throws. `exclude`: what is left out may be larger than what could be asked. */
export function readRanges(texts: readonly string[], use: 'ask' | 'exclude' = 'ask'): ReadRanges {
  const problems: RangeProblem[] = []
  const notes: string[] = []
  const read: { readonly index: number; readonly range: AddressRange }[] = []
  for (const [index, text] of texts.entries()) {
    const range = readRange(text.trim())
    if (typeof range === 'string') problems.push({ index, message: range })
    else if (use === 'ask' && sizeOf(range) > BigInt(MAX_SWEEP_ADDRESSES))
      problems.push({ index, message: tooMany(text.trim(), sizeOf(range)) })
    else read.push({ index, range })
  }
  if (texts.length > MAX_RANGES)
    problems.push({ index: MAX_RANGES, message: `${texts.length} ranges, ${MAX_RANGES} at most: join neighbours` })
  const sorted = read.toSorted((a, b) => compareRanges(a.range, b.range))
  const ranges: AddressRange[] = []
  let before: (typeof sorted)[number] | undefined
  for (const one of sorted) {
    const last = ranges.at(-1)
    if (last && last.family === one.range.family && one.range.first <= last.last) {
      const inner = one.range.last < last.last ? one.range : last
      const shared = inner.last - one.range.first + 1n
      if (use === 'ask' && before)
        notes.push(
          `${texts[before.index]?.trim()} and ${texts[one.index]?.trim()} overlap: ${shared} ` +
            `${shared === 1n ? 'address is' : 'addresses are'} asked once`,
        )
      if (one.range.last > last.last) ranges[ranges.length - 1] = { ...last, last: one.range.last }
    } else ranges.push(one.range)
    before = one
  }
  return { ranges, problems, notes }
}

/** `ranges` without `excluded`; both merged and in rising order. */
export function without(ranges: readonly AddressRange[], excluded: readonly AddressRange[]): AddressRange[] {
  let left = [...ranges]
  for (const hole of excluded)
    left = left.flatMap((range) => {
      if (range.family !== hole.family || hole.last < range.first || hole.first > range.last) return [range]
      return [
        ...(range.first < hole.first ? [{ ...range, last: hole.first - 1n }] : []),
        ...(range.last > hole.last ? [{ ...range, first: hole.last + 1n }] : []),
      ]
    })
  return left
}

/** How many addresses. */
export function countOf(ranges: readonly AddressRange[]): number {
  return Number(ranges.reduce((sum, range) => sum + sizeOf(range), 0n))
}

export function* addressesOf(ranges: readonly AddressRange[]): Generator<string> {
  for (const range of ranges)
    for (let n = range.first; n <= range.last; n++) yield textOfAddress({ family: range.family, value: n })
}

export function holds(ranges: readonly AddressRange[], address: string): boolean {
  const at = readAddress(address)
  return at !== undefined && ranges.some((r) => r.family === at.family && at.value >= r.first && at.value <= r.last)
}

/** `10.0.0.0-10.0.0.255`, or the address alone. */
export function textOfRange({ family, first, last }: AddressRange): string {
  const from = textOfAddress({ family, value: first })
  return first === last ? from : `${from}-${textOfAddress({ family, value: last })}`
}

/** One spelling per address; undefined for anything else than a literal. A zone (`%eth0`) is not taken. */
export function canonicalAddress(text: string): string | undefined {
  const read = readAddress(text)
  return read && textOfAddress(read)
}

/** The network of `bits` bits an address lies in; undefined for anything else than a literal. */
export function networkAround(
  text: string,
  bits: { readonly 4: number; readonly 6: number },
): AddressRange | undefined {
  const read = readAddress(text)
  return read && network(read, bits[read.family], 'all')
}

interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** The range, or what is wrong with the text. */
function readRange(text: string): AddressRange | string {
  if (text === '') return 'nothing is written here: take the line away, or write a range like 10.0.0.0/24'
  const [head = '', tail, ...more] = text.split(text.includes('/') ? '/' : '-').map((part) => part.trim())
  const first = readAddress(head)
  if (first === undefined) return notAnAddress(text, head)
  if (more.length > 0) return `"${text}" has more than two ends: write one range a line, like 10.0.0.1-10.0.0.50`
  const never = neverAsked(first)
  const whole = text.includes('/') && /^\d+$/.test(tail ?? '') && Number(tail) <= 8
  if (never !== undefined && !whole) return `"${text}" ${never}`
  if (tail === undefined) return { family: first.family, first: first.value, last: first.value }
  if (!text.includes('/')) return toLast(text, first, head, tail)
  const most = first.family === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(tail) || Number(tail) > most)
    return `"/${tail}" is no prefix length: write a number from 0 to ${most}, like 10.0.0.0/24`
  return network(first, Number(tail), 'hosts')
}

function toLast(text: string, first: Address, head: string, tail: string): AddressRange | string {
  const short = first.family === 4 && /^\d{1,3}$/.test(tail) && Number(tail) <= 255
  const last = readAddress(short ? `${head.slice(0, head.lastIndexOf('.'))}.${tail}` : tail)
  if (last === undefined) return notAnAddress(text, tail)
  if (last.family !== first.family) return `"${text}" begins as IPv${first.family} and ends as IPv${last.family}`
  if (last.value < first.value) return `"${text}" runs backwards: write ${textOfAddress(last)}-${textOfAddress(first)}`
  const never = neverAsked(last)
  return never === undefined ? { family: first.family, first: first.value, last: last.value } : `"${text}" ${never}`
}

/** `hosts`: without the network's own and the broadcast address, which no device has (not in /31 and /32, RFC 3021). */
function network({ family, value }: Address, prefix: number, which: 'all' | 'hosts'): AddressRange {
  const free = BigInt((family === 4 ? 32 : 128) - prefix)
  const first = (value >> free) << free
  const last = first + (1n << free) - 1n
  if (which === 'all' || family === 6 || free < 2n) return { family, first, last }
  return { family, first: first + 1n, last: last - 1n }
}

function notAnAddress(text: string, part: string): string {
  if (/[a-z]/i.test(part) && !part.includes(':'))
    return `"${part}" is a name: a sweep takes addresses, since a name may lead anywhere. Write the address it stands for`
  const like = 'write 10.0.0.7, 10.0.0.0/24, 10.0.0.1-10.0.0.50 or 2001:db8::7'
  return part === text ? `"${text}" is no address: ${like}` : `"${part}" in "${text}" is no address: ${like}`
}

/** Why no device can have it. */
function neverAsked({ family, value }: Address): string | undefined {
  const unicast = 'write addresses that devices can have'
  if (family === 6) return value >> 120n === 0xffn ? `is multicast: ${unicast}` : undefined
  const top = Number(value >> 24n)
  if (top === 0) return `lies in 0.0.0.0/8, which no device can have: ${unicast}`
  if (top >= 224) return `lies above 223.255.255.255 (multicast, reserved or broadcast): ${unicast}`
  return undefined
}

function tooMany(text: string, size: bigint): string {
  const most = MAX_SWEEP_ADDRESSES.toLocaleString('en')
  const hint = text.includes(':') ? 'name its addresses one by one' : 'name smaller ranges, and sweep one after another'
  return `"${text}" holds ${size.toLocaleString('en')} addresses, a sweep asks ${most} at most: ${hint}`
}

function sizeOf(range: AddressRange): bigint {
  return range.last - range.first + 1n
}

function compareRanges(a: AddressRange, b: AddressRange): number {
  if (a.family !== b.family) return a.family - b.family
  return a.first < b.first ? -1 : a.first > b.first ? 1 : a.last < b.last ? -1 : a.last > b.last ? 1 : 0
}

function readAddress(text: string): Address | undefined {
  if (text.includes(':')) {
    const value = readIpv6(text)
    return value === undefined ? undefined : { family: 6, value }
  }
  const parts = text.split('.')
  // 010 is octal to some and decimal to others.
  if (parts.length !== 4 || !parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) <= 255)) return undefined
  return { family: 4, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) }
}

function readIpv6(text: string): bigint | undefined {
  const halves = text.toLowerCase().split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const count = groups.flat().length
  if (!groups.flat().every((g) => /^[0-9a-f]{1,4}$/.test(g))) return undefined
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined
  const [head = [], tail = []] = groups
  const all = [...head, ...Array<string>(8 - count).fill('0'), ...tail]
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n)
}

/** RFC 5952: the longest run of zero groups, two at least, is shortened. */
function textOfAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n)).join('.')
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  const runs = [...groups.join(':').matchAll(/(?:^|:)(0(?::0)+)(?=:|$)/g)].map((m) => m[1] as string)
  const longest = runs.toSorted((a, b) => b.length - a.length)[0]
  if (longest === undefined) return groups.join(':')
  return `:${groups.join(':')}:`
    .replace(`:${longest}:`, '::')
    .replace(/^:(?!:)/, '')
    .replace(/(?<!:):$/, '')
}
