// Reads the many ways equipment writes the time. Hand-written because it runs once per line.
//   Nov 22 03:00:00[.123|:123] [2026]      Nov 22 2026 03:00:00[+08:00]      Sun Nov 22 03:00:00 2026
//   2026 Nov 22 03:00:00                   2026-11-22[T ]03:00:00[.123][Z|+08:00]
import type { SiteClock } from './site-clock.ts'

export interface Stamp {
  /** Position after the stamp (and its zone name, if it had one). */
  readonly end: number
  /** ms since 1970 UTC; NaN when the date does not exist. */
  readonly time: number
}

/**
 * Reads a stamp at `at`; undefined when there is none. A stamp without a year gets the year nearest to `receivedAt`,
 * one without a zone the site's zone.
 */
export function readStamp(text: string, at: number, receivedAt: number, clock: SiteClock): Stamp | undefined {
  const first = text.charCodeAt(at)
  const s: Scan = { at, year: 0, month: 0, day: 0, ms: 0, offset: Number.NaN }
  const found = isDigit(first) ? readYearFirst(text, s) : readMonthFirst(text, s)
  if (!found) return undefined
  readZone(text, s)
  return { end: s.at, time: timeOf(s, receivedAt, clock) }
}

interface Scan {
  at: number
  year: number
  month: number
  day: number
  /** Milliseconds of the day. */
  ms: number
  /** Minutes east of UTC; NaN when not stated. */
  offset: number
}

const [SPACE, COLON, DOT, COMMA, DASH, SLASH, PLUS, LETTER_T, LETTER_Z] = [32, 58, 46, 44, 45, 47, 43, 84, 90] as const

function readYearFirst(text: string, s: Scan): boolean {
  const year = digits(text, s.at, 4)
  if (year < 1970 || year > 2199) return false
  s.year = year
  const separator = text.charCodeAt(s.at + 4)
  if (separator === SPACE) {
    s.at += 5
    return readMonthFirst(text, s)
  }
  if (separator !== DASH && separator !== SLASH) return false
  s.month = digits(text, s.at + 5, 2)
  if (text.charCodeAt(s.at + 7) !== separator) return false
  s.day = digits(text, s.at + 8, 2)
  const between = text.charCodeAt(s.at + 10)
  if (s.month < 0 || s.day < 0 || (between !== LETTER_T && between !== SPACE)) return false
  s.at += 11
  return readTime(text, s)
}

function readMonthFirst(text: string, s: Scan): boolean {
  let month = monthAt(text, s.at)
  if (month === 0) {
    if (!isWeekday(text, s.at)) return false
    s.at = skipSpaces(text, s.at + 3)
    month = monthAt(text, s.at)
    if (month === 0) return false
  }
  s.month = month
  if (text.charCodeAt(s.at + 3) !== SPACE) return false
  s.at = skipSpaces(text, s.at + 3)
  const two = digits(text, s.at, 2)
  s.day = two >= 0 ? two : digits(text, s.at, 1)
  if (s.day < 0) return false
  s.at += two >= 0 ? 2 : 1
  if (text.charCodeAt(s.at) !== SPACE) return false
  s.at++
  const year = text.charCodeAt(s.at + 4) === SPACE ? digits(text, s.at, 4) : -1
  if (year >= 1970) {
    s.year = year
    s.at += 5
  }
  if (!readTime(text, s)) return false
  if (s.year === 0 && text.charCodeAt(s.at) === SPACE) {
    const after = digits(text, s.at + 1, 4)
    if (after >= 1970 && after < 2200 && isEnd(text, s.at + 5)) {
      s.year = after
      s.at += 5
    }
  }
  return true
}

function readTime(text: string, s: Scan): boolean {
  const hour = digits(text, s.at, 2)
  const minute = digits(text, s.at + 3, 2)
  const second = digits(text, s.at + 6, 2)
  if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 60) return false
  if (text.charCodeAt(s.at + 2) !== COLON || text.charCodeAt(s.at + 5) !== COLON) return false
  s.ms = ((hour * 60 + minute) * 60 + second) * 1000
  s.at += 8
  const mark = text.charCodeAt(s.at)
  if ((mark === DOT || mark === COMMA || mark === COLON) && isDigit(text.charCodeAt(s.at + 1))) {
    let scale = 100
    for (s.at++; isDigit(text.charCodeAt(s.at)); s.at++) {
      s.ms += Math.floor((text.charCodeAt(s.at) - 48) * scale)
      scale /= 10
    }
  }
  return true
}

/** `Z`, `+08:00`, `+0800`, ` UTC`. Other names (CST is China's and Chicago's) are read as the site's own zone. */
function readZone(text: string, s: Scan): void {
  const sign = text.charCodeAt(s.at)
  if (sign === LETTER_Z && !isLetter(text.charCodeAt(s.at + 1))) {
    s.offset = 0
    s.at++
  } else if (sign === PLUS || sign === DASH) {
    const hours = digits(text, s.at + 1, 2)
    const colon = text.charCodeAt(s.at + 3) === COLON ? 1 : 0
    const minutes = digits(text, s.at + 3 + colon, 2)
    if (hours < 0 || minutes < 0 || hours > 14) return
    s.offset = (sign === PLUS ? 1 : -1) * (hours * 60 + minutes)
    s.at += 5 + colon
  } else if (sign === SPACE && isUpper(text.charCodeAt(s.at + 1)) && isUpper(text.charCodeAt(s.at + 2))) {
    let end = s.at + 1
    while (end < s.at + 6 && isUpper(text.charCodeAt(end))) end++
    const name = text.slice(s.at + 1, end)
    const known = name === 'UTC' || name === 'GMT'
    // A name alone may also be the host: it counts as a zone when Cisco's colon follows.
    if (text.charCodeAt(end) !== COLON && !(known && text.charCodeAt(end) === SPACE)) return
    if (known) s.offset = 0
    s.at = end
  }
}

function timeOf(s: Scan, receivedAt: number, clock: SiteClock): number {
  const year = s.year || nearestYear(s, receivedAt)
  const days = dayNumber(year, s.month, s.day)
  const local = days * 86_400_000 + s.ms
  if (Number.isNaN(local)) return Number.NaN
  return Number.isNaN(s.offset) ? clock.toUtc(local) : local - s.offset * 60_000
}

function nearestYear(s: Scan, receivedAt: number): number {
  const middle = yearOf(receivedAt)
  const half = 183 * 86_400_000
  const away = dayNumber(middle, s.month, s.day) * 86_400_000 + s.ms - receivedAt
  if (away <= half && away >= -half) return middle
  // 29 February only exists in the leap year next to it.
  if (Number.isNaN(away)) return Number.isNaN(dayNumber(middle - 1, s.month, s.day)) ? middle + 1 : middle - 1
  return away > half ? middle - 1 : middle + 1
}

let dayKnown = Number.NaN
let yearKnown = 0

/** UTC year; a day's lines ask the calendar once. */
function yearOf(wall: number): number {
  const day = Math.floor(wall / 86_400_000)
  if (day !== dayKnown) {
    dayKnown = day
    yearKnown = new Date(wall).getUTCFullYear()
  }
  return yearKnown
}

/** Days since 1970-01-01 of a proleptic Gregorian date; NaN when it does not exist. */
function dayNumber(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return Number.NaN
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function monthLength(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

const three = (text: string, at: number) =>
  ((text.charCodeAt(at) | 32) << 16) | ((text.charCodeAt(at + 1) | 32) << 8) | (text.charCodeAt(at + 2) | 32)
const namesOf = (names: string) => new Map(names.split(' ').map((name, i) => [three(name, 0), i + 1]))
const MONTHS = namesOf('jan feb mar apr may jun jul aug sep oct nov dec')
const WEEKDAYS = namesOf('mon tue wed thu fri sat sun')

const monthAt = (text: string, at: number) => MONTHS.get(three(text, at)) ?? 0
const isWeekday = (text: string, at: number) => WEEKDAYS.has(three(text, at)) && text.charCodeAt(at + 3) === SPACE
const isDigit = (c: number) => c >= 48 && c <= 57
const isUpper = (c: number) => c >= 65 && c <= 90
const isLetter = (c: number) => isUpper(c & ~32)
const isEnd = (text: string, at: number) =>
  at >= text.length || text.charCodeAt(at) === SPACE || text.charCodeAt(at) === COLON

function skipSpaces(text: string, at: number): number {
  let i = at
  while (text.charCodeAt(i) === SPACE) i++
  return i
}

/** Number of exactly `count` digits at `at`, else -1. */
function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return -1
    value = value * 10 + digit
  }
  return value
}
