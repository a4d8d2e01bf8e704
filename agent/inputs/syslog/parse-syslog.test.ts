import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEvents, isPoison } from '#shared/wire/event-lines.ts'
import { decodeLog, logLine } from './log-line.ts'
import { parseSyslog } from './parse-syslog.ts'
import { createSiteClock } from './site-clock.ts'

const receivedAt = Date.parse('2026-11-22T03:00:05+08:00')
const clock = createSiteClock('Asia/Shanghai')

const timeOf = (line: string, zone = clock, at = receivedAt) => {
  const time = parseSyslog(line, at, zone).deviceTime
  return time === undefined ? undefined : new Date(time).toISOString()
}

describe('stamps', () => {
  it('take the year nearest to the receipt', () => {
    const newYear = Date.parse('2027-01-01T00:00:10+08:00')
    expect(timeOf('<13>Dec 31 23:59:59 h a: x', clock, newYear)).toBe('2026-12-31T15:59:59.000Z')
    expect(timeOf('<13>Jan  1 00:00:02 h a: x', clock, newYear)).toBe('2026-12-31T16:00:02.000Z')
    expect(timeOf('<13>Feb 29 12:00:00 h a: x', clock, Date.parse('2028-03-01T00:00:00Z'))).toBe(
      '2028-02-29T04:00:00.000Z',
    )
  })

  it.each([
    ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59.000Z'],
    ['Europe/Berlin', '2026-03-29 02:30:00', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25 02:30:00', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2026-11-01 03:00:00', '2026-11-01T08:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04 01:59:00', '2026-10-03T15:29:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04 02:30:00', '2026-10-03T15:30:00.000Z'],
    ['Asia/Kathmandu', '2026-11-22 05:45:00', '2026-11-22T00:00:00.000Z'],
  ])('in %s %s is %s', (zone, local, utc) => {
    expect(timeOf(`<13>${local} h a: x`, createSiteClock(zone))).toBe(utc)
  })

  it('refuses a zone that does not exist', () => {
    expect(() => createSiteClock('Mars/Olympus')).toThrow(RangeError)
  })

  it('agrees with Temporal on every quarter hour of a year with changes', () => {
    const zone = createSiteClock('Australia/Lord_Howe')
    for (let local = Date.UTC(2026, 0, 1); local < Date.UTC(2027, 0, 1); local += 11 * 60_000) {
      const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
      expect(zone.toUtc(local)).toBe(plain.toZonedDateTime('Australia/Lord_Howe').epochMilliseconds)
    }
  })
})

describe('any bytes', () => {
  const pieces = fc.constantFrom(
    '<13>',
    '1 ',
    'Nov 22 03:00:00 ',
    '2026-11-22T03:00:00Z ',
    '%%01',
    '%LINK-3-UPDOWN: ',
    '- ',
    '[a b="c"]',
    '* ',
    ': ',
  )
  const bytes = fc
    .array(
      fc.oneof(
        pieces.map((p) => Buffer.from(p)),
        fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b)),
      ),
      { maxLength: 12 },
    )
    .map((parts) => Buffer.concat(parts))

  it('become a record that the schema accepts', () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const { text, plain } = decodeLog(input)
        if (plain) expect(JSON.stringify(text)).toBe(`"${text}"`)
        const fields = parseSyslog(text, receivedAt, clock)
        const line = logLine(receivedAt, '"device":"sw1","source":"10.0.0.1",', 'udp', fields, plain)
        const events = decodeEvents(Buffer.from(line))
        expect(events).toHaveLength(1)
        expect(events.filter(isPoison)).toEqual([])
      }),
      { numRuns: 5000 },
    )
  })

  it.each(['%', '%A-', ' :', '1 ', '[', '<13>1 ', 'Nov 22 ', '%%01A/', '"\\', '\u202e'])(
    '64 KB of %j are read in one go: quadratic reading would not end within the time a test has',
    (piece) => {
      const input = Buffer.from(piece.repeat(65_000 / piece.length))
      for (let i = 0; i < 500; i++) parseSyslog(decodeLog(input).text, receivedAt, clock)
      const fields = parseSyslog(decodeLog(input).text, receivedAt, clock)
      expect(fields.message.length).toBeLessThanOrEqual(8192)
    },
  )
})
