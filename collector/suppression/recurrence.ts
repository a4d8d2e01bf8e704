// The recurrence rule of a window, RFC 5545: checked part by part with words people understand, then walked by a library.
// It is walked in wall time; which instant a wall time is, is decided in window-times.ts.
import { RRuleTemporal } from 'rrule-temporal'

export interface Recurrence {
  /** Beginnings from `from` (included) up to `to` (left out), wall time, ascending; at most `limit`. */
  between(from: Temporal.PlainDateTime, to: Temporal.PlainDateTime, limit: number): Temporal.PlainDateTime[]
  /** Where the rule ends: a wall time or an instant, both included. */
  readonly until: { readonly wall?: Temporal.PlainDateTime; readonly instant?: number } | undefined
}

/** A rule that cannot be used; the message says what is wrong with it. */
export class BadRecurrence extends Error {
  override name = 'BadRecurrence'
}

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY']
const DAY = /^([+-]?(?:[1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)$/
/** Parts that are lists of numbers: least, greatest, whether they count from the end too. */
const NUMBERS: Readonly<Record<string, readonly [least: number, greatest: number, signed: boolean]>> = {
  BYMONTH: [1, 12, false],
  BYMONTHDAY: [1, 31, true],
  BYYEARDAY: [1, 366, true],
  BYWEEKNO: [1, 53, true],
  BYHOUR: [0, 23, false],
  BYMINUTE: [0, 59, false],
  BYSETPOS: [1, 366, true],
}
const MAX_COUNT = 5000
/** Beginnings a day may have, by BYHOUR and BYMINUTE. */
const MAX_A_DAY = 48

/** Throws BadRecurrence. `start`: wall time of the first beginning when the rule fits it, else the earliest it may be. */
export function readRecurrence(text: string, start: Temporal.PlainDateTime): Recurrence {
  const parts = partsOf(text)
  const until = untilOf(parts.get('UNTIL'))
  check(parts)
  parts.delete('UNTIL')
  const rruleString = [...parts].map(([name, value]) => `${name}=${value}`).join(';')
  const rule = walked(() => new RRuleTemporal({ rruleString, dtstart: start.toZonedDateTime('UTC') }))
  return {
    until,
    between(from, to, limit) {
      const ms = (t: Temporal.PlainDateTime) => new Date(t.toZonedDateTime('UTC').epochMilliseconds)
      const all = walked(() => rule.between(ms(from), ms(to), true))
      const found = all.map((t) => t.toPlainDateTime())
      return found.filter((t) => Temporal.PlainDateTime.compare(t, to) < 0).slice(0, limit)
    },
  }
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')) {
    const [name = '', value, ...more] = part.split('=')
    if (value === undefined || value === '' || more.length > 0) throw new BadRecurrence(`"${part}" is not NAME=VALUE`)
    if (parts.has(name)) throw new BadRecurrence(`${name} is there twice`)
    parts.set(name, value)
  }
  return parts
}

function check(parts: ReadonlyMap<string, string>): void {
  const freq = parts.get('FREQ')
  if (freq === undefined) throw new BadRecurrence('FREQ is missing: DAILY, WEEKLY, MONTHLY or YEARLY')
  if (!FREQUENCIES.includes(freq))
    throw new BadRecurrence(`FREQ=${freq}: a window recurs DAILY, WEEKLY, MONTHLY or YEARLY (several a day: BYHOUR)`)
  for (const [name, value] of parts) {
    const range = NUMBERS[name]
    if (range) checkNumbers(name, value, range)
    else if (name === 'INTERVAL') whole(name, value, 1, 1000)
    else if (name === 'COUNT') whole(name, value, 1, MAX_COUNT)
    else if (name === 'WKST') checkDays(name, value, false)
    else if (name === 'BYDAY') checkDays(name, value, freq === 'MONTHLY' || freq === 'YEARLY')
    else if (name !== 'FREQ' && name !== 'UNTIL')
      throw new BadRecurrence(`${name} is not a part that is understood here`)
  }
  if (parts.has('COUNT') && parts.has('UNTIL')) throw new BadRecurrence('COUNT and UNTIL exclude each other')
  const only = (name: string, ...fits: string[]) => {
    if (parts.has(name) && !fits.includes(freq)) throw new BadRecurrence(`${name} does not go with FREQ=${freq}`)
  }
  only('BYWEEKNO', 'YEARLY')
  only('BYYEARDAY', 'YEARLY')
  only('BYMONTHDAY', 'DAILY', 'MONTHLY', 'YEARLY')
  if (parts.has('BYWEEKNO') && /\d/.test(parts.get('BYDAY') ?? ''))
    throw new BadRecurrence('BYDAY with a number does not go with BYWEEKNO')
  if (parts.has('BYSETPOS') && ![...parts.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS'))
    throw new BadRecurrence('BYSETPOS needs another BY... part to choose from')
  const size = (name: string) => parts.get(name)?.split(',').length ?? 1
  if (size('BYHOUR') * size('BYMINUTE') > MAX_A_DAY)
    throw new BadRecurrence(`BYHOUR and BYMINUTE make more than ${MAX_A_DAY} windows a day`)
}

function checkNumbers(
  name: string,
  value: string,
  [least, greatest, signed]: readonly [number, number, boolean],
): void {
  for (const one of value.split(',')) {
    const n = Math.abs(Number(one))
    if (!/^[+-]?\d{1,3}$/.test(one) || n < least || n > greatest || (!signed && /^[+-]/.test(one)))
      throw new BadRecurrence(
        `${name}=${one}: ${least} to ${greatest}${signed ? ', or from the end -1 and so on' : ''}`,
      )
  }
}

function checkDays(name: string, value: string, numbered: boolean): void {
  for (const one of name === 'WKST' ? [value] : value.split(',')) {
    const found = DAY.exec(one)
    if (!found) throw new BadRecurrence(`${name}=${one}: MO, TU, WE, TH, FR, SA or SU`)
    if (found[1] !== undefined && !numbered)
      throw new BadRecurrence(`${name}=${one}: a number before the day only with FREQ=MONTHLY or YEARLY`)
  }
}

function whole(name: string, value: string, least: number, greatest: number): void {
  if (!/^\d{1,6}$/.test(value) || Number(value) < least || Number(value) > greatest)
    throw new BadRecurrence(`${name}=${value}: ${least} to ${greatest}`)
}

/** A day means its end; a time with Z is UTC, one without is of the window's zone. */
function untilOf(value: string | undefined): Recurrence['until'] {
  if (value === undefined) return undefined
  const found = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value)
  try {
    if (!found) throw new RangeError()
    const [, year, month, day, hour = '23', minute = '59', second = '59', utc] = found
    const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`
    const wall = Temporal.PlainDateTime.from(text)
    return utc === undefined ? { wall } : { instant: wall.toZonedDateTime('UTC').epochMilliseconds }
  } catch {
    throw new BadRecurrence(`UNTIL=${value}: a date like 20261231, or 20261231T220000Z`)
  }
}

/** What the library refuses beyond what was checked, in its words. */
function walked<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new BadRecurrence((error as Error).message)
  }
}
