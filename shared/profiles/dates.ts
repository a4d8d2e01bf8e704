// Dates as equipment tells them: DateAndTime octets, and texts of licences and certificates.

/** SNMPv2-TC DateAndTime, 8 or 11 octets, as ISO text; undefined for anything else. */
export function dateAndTime(octets: Uint8Array): string | undefined {
  if (octets.length !== 8 && octets.length !== 11) return undefined
  const [high, low, ...rest] = octets as unknown as number[]
  const [month, day, hour, minute, second] = rest.map((n) => String(n).padStart(2, '0'))
  const zone =
    octets.length === 11
      ? `${String.fromCharCode(octets[8] ?? 43)}${String(octets[9]).padStart(2, '0')}:${String(octets[10]).padStart(2, '0')}`
      : ''
  return `${(high as number) * 256 + (low as number)}-${month}-${day}T${hour}:${minute}:${second}${zone}`
}

/** Seconds since 1970 UTC; without a zone the time counts as UTC. NaN for anything else. */
export function secondsOfDateAndTime(octets: Uint8Array): number {
  const text = dateAndTime(octets)
  if (text === undefined) return Number.NaN
  return Date.parse(octets.length === 8 ? `${text}Z` : text) / 1000
}

/**
 * Seconds since 1970 UTC of a date in words: 2026-03-01, 20260301, 2026/03/01 12:00:00, 1 Mar 2026, Sun Mar 1 12:00:00 2026, 03/01/2026
 * (month first, as American equipment writes it; day first where the first number is above 12). NaN for no date.
 */
export function secondsOfDate(text: string): number {
  const found = parts(text.slice(0, 64))
  if (found === undefined) return Number.NaN
  const [year, month, day, time] = found
  const [hour = 0, minute = 0, second = 0] = time
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(ms)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms / 1000 : Number.NaN
}

type Parts = readonly [year: number, month: number, day: number, time: readonly number[]]

function parts(text: string): Parts | undefined {
  const time = (/(\d{1,2}):(\d{2})(?::(\d{2}))?/.exec(text) ?? []).slice(1).flatMap((n) => (n ? Number(n) : []))
  const [, y, m, d] =
    /\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? []
  if (y && m && d) return [Number(y), Number(m), Number(d), time]
  const american = /\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b/.exec(text)?.slice(1).map(Number) as
    | [number, number, number]
    | undefined
  if (american) {
    const [first, second, year] = american
    return first > 12 ? [year, second, first, time] : [year, first, second, time]
  }
  const words = text.toLowerCase().match(/[a-z]+/g) ?? []
  const month = words.map((word) => MONTHS.indexOf(word.slice(0, 3)) + 1).find((n) => n > 0) ?? 0
  const year = /\b(?:19|20)\d{2}\b/.exec(text)?.[0]
  const day = /(?<![\d:])(\d{1,2})(?:st|nd|rd|th)?(?![\d:])/.exec(text)?.[1]
  return month > 0 && year && day ? [Number(year), month, Number(day), time] : undefined
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
