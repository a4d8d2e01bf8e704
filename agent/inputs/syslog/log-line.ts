// From the bytes of a log line to its record: clean text first, then fields, then the JSON line by hand.
import { isAscii, isUtf8 } from 'node:buffer'
import type { LogEvent } from '#shared/domain/device-event.ts'
import { cleanText } from '../device-text.ts'
import type { LogFields } from './parse-syslog.ts'

/** Decoded before parsing: what the message keeps plus room for header and structured data. */
const MAX_TEXT = 16_384

/** Clean text of a line; `plain` when nothing of it needs escaping in JSON: asked once per line, not per field. */
export interface DecodedLine {
  readonly text: string
  readonly plain: boolean
}

/**
 * Text of a line without control characters. UTF-8 when it is valid; else GB 18030, which much equipment in China
 * writes, when that is valid; else ASCII with `\xNN` for every other byte, so that nothing is lost.
 */
export function decodeLog(bytes: Buffer): DecodedLine {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] as number) <= 32) end--
  const line = end === bytes.length ? bytes : bytes.subarray(0, end)
  if (!isAscii(line)) return cleaned(readWide(line))
  const text = line.toString('latin1')
  return text.length > MAX_TEXT || UNUSUAL_ASCII.test(text) ? cleaned(text) : { text, plain: true }
}

function cleaned(unclean: string): DecodedLine {
  const text = cleanText(unclean, MAX_TEXT)
  return { text, plain: isPlain(text) }
}

function readWide(line: Buffer): string {
  if (isUtf8(line)) return line.toString('utf8')
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(line)
  } catch {
    return line.toString('latin1').replace(/[\u0080-\u00ff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)
  }
}

function isPlain(text: string): boolean {
  return !ESCAPED.test(text)
}

/**
 * The LogEvent line. `sourceJson` is `"device":...,"source":...,`; `plain` says that the line the fields were cut from
 * is (see DecodedLine). Equal to the schema, proven by tests.
 */
export function logLine(
  at: number,
  sourceJson: string,
  transport: LogEvent['transport'],
  f: LogFields,
  plain: boolean,
): string {
  const quoted = plain ? bare : escaped
  let line = `{"kind":"log","at":${receivedText(at)},${sourceJson}"transport":"${transport}","format":"${f.format}",`
  if (f.facility !== undefined) line += `"facility":${f.facility},`
  if (f.severity !== undefined) line += `"severity":${f.severity},`
  if (f.host !== undefined) line += `"host":${quoted(f.host)},`
  if (f.app !== undefined) line += `"app":${quoted(f.app)},`
  if (f.mnemonic !== undefined) line += `"mnemonic":${quoted(f.mnemonic)},`
  if (f.deviceTime !== undefined) line += `"deviceTime":${deviceText(f.deviceTime)},`
  if (f.dialect !== undefined) line += `"dialect":"${f.dialect}",`
  if (f.clock !== undefined) line += `"clock":"${f.clock}",`
  return `${line}"message":${quoted(f.message)}}`
}

const receivedText = numberText()
const deviceText = numberText()

/** Text of a number that is mostly the one before: in a storm many lines share a millisecond. */
function numberText(): (value: number) => string {
  let last = Number.NaN
  let text = ''
  return (value) => {
    if (value !== last) {
      last = value
      text = `${value}`
    }
    return text
  }
}

/** All that is neither a control character nor escaped in JSON stands outside. */
const UNUSUAL_ASCII = /[^ !#-[\]-~]/
const ESCAPED = /[\t"\\\ud800-\udfff]/

const bare = (text: string) => `"${text}"`
const escaped = (text: string) => (isPlain(text) ? bare(text) : JSON.stringify(text))
