// Firewalls that write `key=value` instead of a header: Fortinet, Sophos, and the WELF family (Topsec, SonicWall).
//   date=2026-11-22 time=03:00:00 devname="FW1" devid="FG..." tz="+0800" logid="0100032002" level="alert" ...
//   id=tos time="2026-11-22 03:00:00" fw=TopsecOS pri=5 type=mgmt user=admin msg="..."
import { eachKeyValue } from '#shared/domain/key-values.ts'
import { syslogLevelOf } from '#shared/domain/severity.ts'
import { readStamp } from './parse-stamp.ts'
import type { LogFields } from './parse-syslog.ts'
import type { SiteClock } from './site-clock.ts'

/** The first key of such a line. Others are prose with an equals sign in it. */
const FIRST = /(?:date|time|id|device|devname|logver|itime|timestamp)=/y
/** Keys read before giving up on the rest: what a header says stands in front. */
const MAX_HEAD = 40

interface Head {
  date: string
  time: string
  zone: string
  host: string
  level: string
  name: string
}

/** False (fields untouched) when the text at `at` does not begin as such a line, or says no time. */
export function parseKeyValues(
  text: string,
  at: number,
  receivedAt: number,
  clock: SiteClock,
  fields: LogFields,
): boolean {
  FIRST.lastIndex = at
  if (!FIRST.test(text)) return false
  const head = headOf(text, at)
  const stamp = head.date ? `${head.date}T${head.time}${head.zone}` : `${head.time}${head.zone}`
  const read = readStamp(stamp, 0, receivedAt, clock)
  if (read === undefined) return false
  fields.format = 'rfc3164'
  fields.dialect = 'key-value'
  if (!Number.isNaN(read.time)) fields.deviceTime = read.time
  // behind a relay's header the device's own name counts
  if (head.host) fields.host = head.host.slice(0, 255)
  if (head.name) fields.mnemonic = head.name.slice(0, 128)
  fields.severity ??= /^[0-7]$/.test(head.level) ? Number(head.level) : syslogLevelOf(head.level)
  fields.message = text.slice(at)
  return true
}

function headOf(text: string, at: number): Head {
  const head: Head = { date: '', time: '', zone: '', host: '', level: '', name: '' }
  let seen = 0
  eachKeyValue(text, at, (key, value) => {
    const part = PARTS.get(key)
    if (part !== undefined && head[part] === '' && (part !== 'zone' || ZONE.test(value))) head[part] = value
    return ++seen < MAX_HEAD
  })
  return head
}

const ZONE = /^[+-]\d\d:?\d\d$/
const PARTS = new Map<string, keyof Head>([
  ['date', 'date'],
  ['time', 'time'],
  ['timestamp', 'time'],
  ['tz', 'zone'],
  ['devname', 'host'],
  ['device_name', 'host'],
  ['fw', 'host'],
  ['level', 'level'],
  ['priority', 'level'],
  ['pri', 'level'],
  ['logid', 'name'],
  ['log_id', 'name'],
  ['log_msgid', 'name'],
])
