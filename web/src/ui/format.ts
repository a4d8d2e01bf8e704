// Numbers and times as people read them. Absolute times first; the zone is the reader's unless one is given.
import { instantOf, nextDate, wallTime } from './zone.ts'

/** `10:04:31` today, `11-21 10:04` this year, else `2025-11-21`; digits only, so that columns line up in any language. */
export function shortTime(at: number, now: number, zone?: string): string {
  const full = fullTime(at, zone)
  const today = fullTime(now, zone)
  if (full.slice(0, 10) === today.slice(0, 10)) return full.slice(11)
  return full.slice(0, 4) === today.slice(0, 4) ? full.slice(5, 16) : full.slice(0, 10)
}

/** `2026-11-21 10:04:31` in the reader's zone, or in the IANA zone given. */
export function fullTime(at: number, zone?: string): string {
  return wallTime(at, zone).replace('T', ' ')
}

/** `11-21 10:04:31` this year, else with the year. */
export function dayTime(at: number, now: number): string {
  const full = fullTime(at)
  return full.slice(0, 4) === fullTime(now).slice(0, 4) ? full.slice(5) : full
}

/** The larger number stands for {a}, the smaller for {b}. */
export interface DurationWords {
  readonly dayHour: string
  readonly hourMinute: string
  readonly minuteSecond: string
  readonly second: string
}

const SHORT: DurationWords = {
  dayHour: '{a}d {b}h',
  hourMinute: '{a}h {b}m',
  minuteSecond: '{a}m {b}s',
  second: '{a}s',
}
let words = SHORT

/** How durations are written from now on, for the whole page: in the reader's language. Nothing: as in English. */
export function setDurationWords(of: DurationWords = SHORT): void {
  words = of
}

/** Two largest units in the reader's language: `45s`, `12m 05s`, `3h 07m`, `2d 4h`. Negative (clocks apart) counts as 0. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const say = (text: string, a: number, b: number | string) => text.replace('{a}', String(a)).replace('{b}', String(b))
  const two = (n: number) => String(n).padStart(2, '0')
  if (s < 60) return say(words.second, s, '')
  if (s < 3600) return say(words.minuteSecond, Math.floor(s / 60), two(s % 60))
  if (s < 86_400) return say(words.hourMinute, Math.floor(s / 3600), two(Math.floor((s % 3600) / 60)))
  return say(words.dayHour, Math.floor(s / 86_400), Math.floor((s % 86_400) / 3600))
}

/** When a shelf of this length ends; `until-8` is the next 08:00 in the reader's zone. */
export function shelfEnd(choice: '15m' | '1h' | '4h' | 'until-8', now: number): number {
  if (choice !== 'until-8') return now + { '15m': 15, '1h': 60, '4h': 240 }[choice] * 60_000
  const today = wallTime(now).slice(0, 10)
  const eight = instantOf(`${today}T08:00`)
  return eight > now ? eight : instantOf(`${nextDate(today)}T08:00`)
}

const SI = ['', 'k', 'M', 'G', 'T', 'P']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']

/** Value with unit: `1.25 Gbit/s`, `3.4 MiB`, `21.5 °C`, `98 %`. */
export function withUnit(value: number, unit: string): string {
  const known = UNITS[unit]
  // a UCUM annotation says what is counted, which the metric's name says already: `{packet}/s` is `/s`
  if (/^\{[^}]*\}/.test(unit)) return withUnit(value, unit.replace(/^\{[^}]*\}/, ''))
  if (unit === 's' && value < 1 && value > 0) return withUnit(value * 1000, 'ms')
  if (unit.startsWith('/')) return `${trimmed(value)}${unit}`
  if (unit === 's' && value >= 60) return duration(value * 1000)
  if (known?.base === 1024 || known?.base === 1000) {
    const [scaled, prefix] = scale(value, known.base)
    return `${trimmed(scaled)} ${prefix}${known.text}`
  }
  const text = known?.text ?? unit
  return text === '' ? trimmed(value) : `${trimmed(value)} ${text}`
}

/** Two values that belong together under one prefix, the larger one's: `33 / 15.8 Mbit/s`. */
export function pairWithUnit(a: number, b: number, unit: string): string {
  const known = UNITS[unit]
  if (known?.base === undefined) return `${trimmed(a)} / ${withUnit(b, unit)}`
  const larger = Math.max(Math.abs(a), Math.abs(b))
  const [scaled, prefix] = scale(larger, known.base)
  const by = scaled === 0 ? 1 : larger / scaled
  return `${trimmed(a / by)} / ${trimmed(b / by)} ${prefix}${known.text}`
}

const UNITS: Readonly<Record<string, { readonly text: string; readonly base?: 1000 | 1024 }>> = {
  By: { text: 'B', base: 1024 },
  B: { text: 'B', base: 1024 },
  byte: { text: 'B', base: 1024 },
  'By/s': { text: 'B/s', base: 1000 },
  'B/s': { text: 'B/s', base: 1000 },
  'bit/s': { text: 'bit/s', base: 1000 },
  bit: { text: 'bit', base: 1000 },
  Hz: { text: 'Hz', base: 1000 },
  Cel: { text: '°C' },
  '1': { text: '' },
}

function scale(value: number, base: 1000 | 1024): [number, string] {
  const prefixes = base === 1000 ? SI : BINARY
  let step = 0
  let scaled = value
  // 999.96 k would read 1000 k
  while (Math.abs(scaled) >= base - 0.05 && step < prefixes.length - 1) {
    scaled /= base
    step += 1
  }
  return [scaled, prefixes[step] as string]
}

function trimmed(value: number): string {
  if (Number.isInteger(value)) return grouped(value)
  const size = Math.abs(value)
  return size >= 1000 ? grouped(Math.round(value)) : String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)))
}

/** Thousands apart by a thin space: reads the same in every language. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
}
