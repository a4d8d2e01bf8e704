// Text that a device sent is hostile: it is kept readable, but nothing in it may steer a terminal or a browser.
import { isUtf8 } from 'node:buffer'

/**
 * Text of octets when they are printable UTF-8 (tab, CR and LF allowed; trailing NULs of C strings dropped), else
 * undefined. At most `max` UTF-16 units.
 */
export function printableText(bytes: Buffer, max: number): string | undefined {
  let end = bytes.length
  while (end > 1 && bytes[end - 1] === 0) end--
  const octets = bytes.subarray(0, end)
  if (!isUtf8(octets)) return undefined
  const text = octets.toString('utf8')
  if (CONTROL.test(text)) return undefined
  return cut(text.replace(BIDI, ''), max)
}

/** Text without control characters (tab stays, each other becomes a space) and without bidirectional overrides. */
export function cleanText(text: string, max: number): string {
  return cut(UNCLEAN.test(text) ? text.replace(ALL_CONTROLS, ' ').replace(BIDI, '') : text, max)
}

/** `0x` and hex digits, at most `max` characters. */
export function hexText(bytes: Buffer, max: number): string {
  return `0x${bytes.toString('hex', 0, Math.floor((max - 2) / 2))}`
}

/** Cuts to `max` UTF-16 units without leaving half a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? max - 1 : max)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, without tab
const ALL_CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: one test that decides whether any replacing is needed
const UNCLEAN = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
