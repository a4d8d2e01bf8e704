// Network equipment's own forms: a free mixture of sequence numbers, host names and clocks, then the vendor's name of
// the message after a percent sign. The name is what rules match, so it is found first and the header read around it.
//   Cisco   123: sw1: *Mar  1 18:46:11.123 UTC: %LINK-3-UPDOWN: Interface ...
//   Huawei  Nov 22 03:00:00 2026 HUAWEI %%01IFNET/4/LINK_STATE(l)[5]:The line protocol ...
//   H3C     Nov 22 03:00:00:123 2026 H3C %%10IFNET/3/PHY_UPDOWN: Physical state ...
//   DPtech  2026-11-22 03:00:00 DPTECH %%--CFGMANAGE/5/OPERLOG(l): log-type:...
import { readStamp } from './parse-stamp.ts'
import type { LogFields } from './parse-syslog.ts'
import type { SiteClock } from './site-clock.ts'

const CISCO = /%([A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*?-([0-7])-[A-Z0-9_]+) ?:/iy
const COMWARE = /%%(\d\d|--)([A-Z0-9_-]{1,48}\/([0-7])\/[A-Z0-9_-]{1,64})(\()?/iy
/** The name stands behind a header, not deep in somebody's prose. */
const MAX_HEADER = 256

/** False (fields untouched) when the text holds no vendor's message name. */
export function parseVendor(
  text: string,
  at: number,
  receivedAt: number,
  clock: SiteClock,
  fields: LogFields,
): boolean {
  const percent = text.indexOf('%', at)
  if (percent < 0 || percent - at > MAX_HEADER) return false
  const pattern = text.charCodeAt(percent + 1) === 37 ? COMWARE : CISCO
  pattern.lastIndex = percent
  const match = pattern.exec(text)
  if (match === null) return false
  if (pattern === COMWARE) {
    const [, version] = match
    const h3c = version === '10' || version === '--' || (version !== '01' && match[4] === undefined)
    fields.format = h3c ? 'h3c' : 'huawei'
    fields.mnemonic = match[2]
    fields.severity ??= Number(match[3])
  } else {
    fields.format = 'cisco'
    fields.mnemonic = (match[1] as string).slice(0, 128)
    fields.severity ??= Number(match[2])
  }
  readHeader(text, at, percent, receivedAt, clock, fields)
  fields.message = text.slice(percent)
  return true
}

/** Words before the name: the last stamp is the device's own, the first plain word its host name. */
function readHeader(text: string, from: number, end: number, receivedAt: number, clock: SiteClock, fields: LogFields) {
  let at = from
  while (at < end) {
    const c = text.charCodeAt(at)
    if (c === 32 || c === 58) {
      at++
      continue
    }
    // Cisco: '*' clock never set, '.' clock no longer synchronised.
    const marked = c === 42 || c === 46
    const stamp = readStamp(text, marked ? at + 1 : at, receivedAt, clock)
    if (stamp && stamp.end <= end) {
      fields.deviceTime = c === 42 || Number.isNaN(stamp.time) ? undefined : stamp.time
      if (c === 42) fields.clock = 'unset'
      at = stamp.end
      continue
    }
    at = readWord(text, at, end, fields)
  }
}

const UPTIME = /^(?:\d+:\d\d:\d\d|(?:\d+[ywdhms])+)/
const HOST = /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u
const AGENT = /^[A-Z][A-Za-z]{1,31}$/
const PROCESS = /^([A-Za-z][\w.-]*)\[\d+\]$/

function readWord(text: string, at: number, end: number, fields: LogFields): number {
  let stop = text.indexOf(' ', at)
  if (stop < 0 || stop > end) stop = end
  let last = stop
  while (last > at && text.charCodeAt(last - 1) === 58) last--
  if (isNumber(text, at, last)) return stop
  const word = text.slice(at, last)
  if (UPTIME.test(word)) return stop
  // IOS XR glues the clock to the node name: RP/0/RSP0/CPU0:Nov
  const colon = word.indexOf(':')
  if (colon >= 0 && word.includes('/')) return at + colon + 1
  const process = PROCESS.exec(word)
  if (process) fields.app = process[1]?.slice(0, 128)
  // EOS names its agent behind the host: `leaf1 Ebra: %LINEPROTO-5-UPDOWN: ...`
  else if (fields.host !== undefined && last < stop && AGENT.test(word)) fields.app = word
  else if (fields.host === undefined && HOST.test(word)) fields.host = word.slice(0, 255)
  return stop
}

function isNumber(text: string, at: number, end: number): boolean {
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i)
    if (c < 48 || c > 57) return false
  }
  return true
}
