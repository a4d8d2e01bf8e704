// From the bytes of a log line to its record: clean text first, then fields, then the JSON line by hand.
import { isAscii, isUtf8 } from 'node:buffer'
import type { LogEvent } from '#shared/domain/device-event.ts'
import { cleanText } from '../device-text.ts'
import type { LogFields } from './parse-syslog.ts'

/** Decoded before parsing: what the message keeps plus room for header and structured data. */
const MAX_TEXT = 16_384

/**
 * Text of a line without control characters. UTF-8 when it is valid; else GB 18030, which much equipment in China
 * writes, when that is valid; else ASCII with `\xNN` for every other byte, so that nothing is lost.
 */
export function decodeLog(bytes: Buffer): string {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] as number) <= 32) end--
  const line = end === bytes.length ? bytes : bytes.subarray(0, end)
  if (isAscii(line)) return cleanText(line.toString('latin1'), MAX_TEXT)
  if (isUtf8(line)) return cleanText(line.toString('utf8'), MAX_TEXT)
  try {
    return cleanText(new TextDecoder('gb18030', { fatal: true }).decode(line), MAX_TEXT)
  } catch {
    const text = line.toString('latin1')
    return cleanText(
      text.replace(/[\u0080-\u00ff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`),
      MAX_TEXT,
    )
  }
}

/** True when nothing of the text needs escaping in JSON: asked once per line, instead of once per field. */
export function isPlain(text: string): boolean {
  return !ESCAPED.test(text)
}

/**
 * The LogEvent line. `sourceJson` is `"device":...,"source":...,`; `plain` says that the line the fields were cut from
 * is (see isPlain). Equal to the schema, proven by tests.
 */
export function logLine(
  at: number,
  sourceJson: string,
  transport: LogEvent['transport'],
  f: LogFields,
  plain: boolean,
): string {
  const quoted = plain ? bare : escaped
  let line = `{"kind":"log","at":${at},${sourceJson}"transport":"${transport}","format":"${f.format}",`
  if (f.facility !== undefined) line += `"facility":${f.facility},`
  if (f.severity !== undefined) line += `"severity":${f.severity},`
  if (f.host !== undefined) line += `"host":${quoted(f.host)},`
  if (f.app !== undefined) line += `"app":${quoted(f.app)},`
  if (f.mnemonic !== undefined) line += `"mnemonic":${quoted(f.mnemonic)},`
  if (f.deviceTime !== undefined) line += `"deviceTime":${f.deviceTime},`
  return `${line}"message":${quoted(f.message)}}`
}

const ESCAPED = /[\t"\\\ud800-\udfff]/

const bare = (text: string) => `"${text}"`
const escaped = (text: string) => (isPlain(text) ? bare(text) : JSON.stringify(text))
