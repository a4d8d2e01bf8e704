// RFC 5424: <PRI>1 TIMESTAMP HOST APP PROCID MSGID SD [MSG]. Structured data stays readable in the message.
import { cut } from '../device-text.ts'
import { readStamp } from './parse-stamp.ts'
import type { LogFields } from './parse-syslog.ts'
import type { SiteClock } from './site-clock.ts'

/** Reads from the version on. False (fields untouched) when the header is not that of RFC 5424. */
export function parseRfc5424(
  text: string,
  at: number,
  receivedAt: number,
  clock: SiteClock,
  fields: LogFields,
): boolean {
  if (text.charCodeAt(at + 1) !== 32) return false
  let i = at + 2
  let time: number | undefined
  if (isNil(text, i)) i += 1
  else {
    const stamp = readStamp(text, i, receivedAt, clock)
    if (!stamp) return false
    time = stamp.time
    i = stamp.end
  }
  const hostAt = i + 1
  const hostEnd = text.indexOf(' ', hostAt)
  const appEnd = hostEnd < 0 ? -1 : text.indexOf(' ', hostEnd + 1)
  const procEnd = appEnd < 0 ? -1 : text.indexOf(' ', appEnd + 1)
  const idEnd = procEnd < 0 ? -1 : text.indexOf(' ', procEnd + 1)
  if (text.charCodeAt(i) !== 32 || idEnd < 0) return false
  const sdEnd = structuredDataEnd(text, idEnd + 1)
  if (sdEnd < 0) return false
  fields.format = 'rfc5424'
  if (time !== undefined && !Number.isNaN(time)) fields.deviceTime = time
  const host = word(text, hostAt, hostEnd, 255)
  const app = word(text, hostEnd + 1, appEnd, 128)
  const proc = word(text, appEnd + 1, procEnd, 128)
  fields.host = host
  fields.app = app
  fields.mnemonic = word(text, procEnd + 1, idEnd, 128)
  if (fields.mnemonic === undefined && text.startsWith(NXLOG, idEnd + 1)) readNxlog(text, idEnd + 1, sdEnd, fields)
  const process = proc === undefined ? '' : `${app ?? ''}[${proc}]: `
  const data = isNil(text, idEnd + 1) ? '' : text.slice(idEnd + 1, sdEnd)
  // The byte order mark only says that UTF-8 follows.
  const from = sdEnd + (text.charCodeAt(sdEnd + 1) === 0xfeff ? 2 : 1)
  const message = text.slice(from)
  fields.message = `${process}${data}${data && message ? ' ' : ''}${message}`
  return true
}

/** NXLog sends Windows' event id among its own data and no message id. */
const NXLOG = '[NXLOG@14506 '

function readNxlog(text: string, at: number, end: number, fields: LogFields): void {
  const id = /\bEventID="(\d{1,10})"/.exec(text.slice(at, Math.min(end, at + 2048)))
  if (id === null) return
  fields.mnemonic = id[1]
  fields.dialect = 'nxlog'
}

const isNil = (text: string, at: number) =>
  text.charCodeAt(at) === 45 && (at + 1 === text.length || text.charCodeAt(at + 1) === 32)

function word(text: string, at: number, end: number, max: number): string | undefined {
  return end - at === 1 && text.charCodeAt(at) === 45 ? undefined : cut(text.slice(at, end), max)
}

/** End of `-` or `[id a="b" ...][...]`; quotes and escaped brackets inside values are respected. -1 when malformed. */
function structuredDataEnd(text: string, at: number): number {
  if (isNil(text, at)) return at + 1
  let i = at
  while (text.charCodeAt(i) === 91) {
    let quoted = false
    for (i++; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c === 92 && quoted) i++
      else if (c === 34) quoted = !quoted
      else if (c === 93 && !quoted) break
    }
    if (i >= text.length) return -1
    i++
  }
  return i > at && (i === text.length || text.charCodeAt(i) === 32) ? i : -1
}
