// The reader's time zone: the browser's, unless they chose another. And local times in a zone, without a library: the
// browser knows every zone, forwards only.

let chosen: string | undefined

/** The reader's zone, e.g. `Asia/Shanghai`. */
export function readerZone(): string {
  return chosen ?? browserZone()
}

/** Asking costs some tenths of a millisecond and every time on screen asks; a machine seldom travels. */
let browsers: { readonly zone: string; readonly until: number } | undefined

export function browserZone(): string {
  const now = performance.now()
  if (browsers === undefined || now >= browsers.until)
    browsers = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, until: now + 60_000 }
  return browsers.zone
}

/** For the whole page; null: the browser's. A zone this browser does not know counts as null. */
export function setReaderZone(zone: string | null): void {
  chosen = zone !== null && isZone(zone) ? zone : undefined
}

export function isZone(zone: string): boolean {
  try {
    partsFormat(zone)
    return true
  } catch {
    return false
  }
}

/** `2026-11-21T10:04:31` in the reader's zone, or in the one given. */
export function wallTime(at: number, zone: string = readerZone()): string {
  if (!(at > QUICK_FROM && at < QUICK_TO)) return formattedWallTime(at, zone)
  return new Date(at + offsetOfSlot(Math.floor(at / SLOT_MS), zone)).toISOString().slice(0, 19)
}

/** Zones change their offset at a quarter of an hour: asked for once in each, as a list shows hundreds of times a second. */
const SLOT_MS = 900_000
const MOST_SLOTS = 5000
/** Before, some zones were off by odd seconds. */
const QUICK_FROM = Date.UTC(1973, 0)
const QUICK_TO = Date.UTC(2200, 0)
/** By zone and slot, ms. */
const offsets = new Map<string, number>()

function offsetOfSlot(slot: number, zone: string): number {
  const key = `${zone} ${slot}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const offset = Date.parse(`${formattedWallTime(slot * SLOT_MS, zone)}Z`) - slot * SLOT_MS
  if (offsets.size >= MOST_SLOTS) offsets.clear()
  offsets.set(key, offset)
  return offset
}

function formattedWallTime(at: number, zone: string): string {
  const parts = partsFormat(zone).formatToParts(at)
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}`
}

/**
 * The instant (ms) of `2026-11-21T10:04` in the reader's zone, or in the one given; NaN for anything else. A time that comes
 * twice is the first of the two, one that is skipped is as much later as is skipped.
 */
export function instantOf(wall: string, zone: string = readerZone()): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(wall)) return Number.NaN
  const asUtc = Date.parse(`${wall}Z`)
  if (Number.isNaN(asUtc)) return asUtc
  const before = asUtc - offsetAt(asUtc - DAY_MS, zone)
  const after = asUtc - offsetAt(asUtc + DAY_MS, zone)
  const fits = [before, after].filter((at) => at + offsetAt(at, zone) === asUtc)
  return fits.length === 0 ? before : Math.min(...fits)
}

/** An instant (ms UTC) as an address has it: undefined for what is none, or before 1970. */
export function readInstant(value: unknown): number | undefined {
  const at = Number(value)
  return value !== undefined && value !== null && value !== '' && at >= 0 && at <= 8.64e15 ? at : undefined
}

/** `UTC+8`, `UTC+5:30`, `UTC`: how far the reader's zone, or the one given, is from UTC at that moment. */
export function utcOffset(at: number, zone: string = readerZone()): string {
  const minutes = Math.round(offsetAt(at, zone) / 60_000)
  if (minutes === 0) return 'UTC'
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '\u2212' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}

/** The date after `2026-11-21`. */
export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10)
}

const DAY_MS = 86_400_000

/** Local time minus UTC, ms. */
function offsetAt(at: number, zone: string): number {
  return Date.parse(`${wallTime(at, zone)}Z`) - Math.floor(at / 1000) * 1000
}

const formats = new Map<string, Intl.DateTimeFormat>()

function partsFormat(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const two = '2-digit'
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
    ...{ hourCycle: 'h23', timeZone: zone },
  })
  formats.set(zone, made)
  return made
}
