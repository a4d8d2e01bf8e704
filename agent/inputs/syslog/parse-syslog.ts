// Reads one log line of whatever equipment sent it. Pure; never throws; what it cannot read stays text ('raw').
import type { LogEvent } from '#shared/domain/device-event.ts'
import { syslogLevelOf } from '#shared/domain/severity.ts'
import { cut } from '../device-text.ts'
import { parseRfc5424 } from './parse-5424.ts'
import { readBody, readName } from './parse-body.ts'
import { parseKeyValues } from './parse-key-values.ts'
import { readStamp } from './parse-stamp.ts'
import { parseVendor } from './parse-vendor.ts'
import type { SiteClock } from './site-clock.ts'

/** The fields of a LogEvent that come from the text. */
export interface LogFields {
  format: LogEvent['format']
  facility: number | undefined
  severity: number | undefined
  host: string | undefined
  app: string | undefined
  mnemonic: string | undefined
  deviceTime: number | undefined
  dialect: string | undefined
  clock: string | undefined
  message: string
}

export const MAX_MESSAGE = 8192
/** A year: no line waits that long on its way. */
const CLOCK_WRONG_MS = 366 * 86_400_000

/**
 * Parses clean text (no control characters but tab, see decodeLog). `receivedAt` is wall ms and decides the year of
 * stamps without one; `clock` is the zone of stamps without one.
 */
export function parseSyslog(text: string, receivedAt: number, clock: SiteClock): LogFields {
  const fields: LogFields = {
    format: 'raw',
    facility: undefined,
    severity: undefined,
    host: undefined,
    app: undefined,
    mnemonic: undefined,
    deviceTime: undefined,
    dialect: undefined,
    clock: undefined,
    message: '',
  }
  const at = readPriority(text, fields)
  const read =
    (at > 0 && text.charCodeAt(at) === 49 && parseRfc5424(text, at, receivedAt, clock, fields)) ||
    parseVendor(text, at, receivedAt, clock, fields) ||
    parseRfc3164(text, at, receivedAt, clock, fields)
  if (!read) fields.message = text.slice(at)
  // the stated time stays, for it is what the device said; `at` of the record is when it was received
  if (Math.abs((fields.deviceTime ?? receivedAt) - receivedAt) > CLOCK_WRONG_MS) fields.clock = 'wrong'
  if (fields.message.length > MAX_MESSAGE) fields.message = cut(fields.message, MAX_MESSAGE)
  return fields
}

/** `<0>` to `<191>`; returns the position after it, 0 when there is none. */
function readPriority(text: string, fields: LogFields): number {
  if (text.charCodeAt(0) !== 60) return 0
  let value = 0
  let i = 1
  for (; i < 5; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) break
    value = value * 10 + digit
  }
  if (i === 1 || text.charCodeAt(i) !== 62 || value > 191) return 0
  fields.facility = value >> 3
  fields.severity = value & 7
  return i + 1
}

/** `Nov 22 03:00:00 host tag[pid]: text`, also without stamp, without host, or with an ISO stamp (rsyslog files). */
function parseRfc3164(text: string, start: number, receivedAt: number, clock: SiteClock, fields: LogFields): boolean {
  let at = start
  while (text.charCodeAt(at) === 32) at++
  const stamp = readStamp(text, at, receivedAt, clock)
  if (!stamp && parseKeyValues(text, at, receivedAt, clock, fields)) return true
  if (stamp) {
    at = stamp.end
    if (!Number.isNaN(stamp.time)) fields.deviceTime = stamp.time
    while (text.charCodeAt(at) === 32) at++
    const hostEnd = wordEnd(text, at)
    // A first word with a colon or bracket is the tag: the sender gave no host name.
    if (hostEnd > at && hostEnd < text.length && !isTagEnd(text.charCodeAt(hostEnd - 1))) {
      const word = text.slice(at, Math.min(hostEnd, at + 255))
      const level = start === 0 ? syslogLevelOf(word) : undefined
      // A log file of a program: `2026-11-22 03:00:00,250 ERROR worker: ...` names a level where syslog names a host.
      if (level === undefined) fields.host = word
      else fields.severity = level
      at = hostEnd + 1
    }
  }
  const body = stamp !== undefined && readBody(text, at, fields)
  const tagEnd = body ? -1 : tagEndAt(text, at)
  if (tagEnd > at) fields.app = text.slice(at, Math.min(tagEnd, at + 128))
  if (!stamp && tagEnd <= at) return false
  if (!stamp && start === 0) {
    fields.app = undefined
    return false
  }
  fields.format = 'rfc3164'
  // behind a relay's header may stand what has one of its own
  if (tagEnd <= at && !body && parseKeyValues(text, at, receivedAt, clock, fields)) return true
  if (tagEnd > at) readName(text, tagClose, fields)
  fields.message = text.slice(at)
  return true
}

const isTagEnd = (c: number) => c === 58 || c === 93

/** A word ends at a blank or, as Snare writes, at a tab. */
function wordEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 32 || c === 9) return i
  }
  return text.length
}

/** Last position of the tag that was found last: its colon, or its closing bracket. */
let tagClose = 0

/** End of a tag (`name:` or `name[pid]:`) that starts at `at`; -1 when the text does not start with one. */
function tagEndAt(text: string, at: number): number {
  for (let i = at; i < at + 128; i++) {
    const c = text.charCodeAt(i)
    if (c === 58) {
      tagClose = i
      return i
    }
    if (c === 91) {
      const close = text.indexOf(']', i)
      tagClose = close
      return close > 0 && close - i < 64 ? i : -1
    }
    if (c === 32 || c === 37 || c === 61 || Number.isNaN(c)) return -1
  }
  return -1
}
