// What equipment writes behind an RFC 3164 stamp and host and is still header: the name of the message.
//   Palo Alto   1,2026/11/22 03:00:00,0123456789,SYSTEM,auth,0,2026/11/22 03:00:00,,auth-fail,admin,...
//   ProCurve    00077 ports: port 5 is now off-line
//   NetApp      [node1: vifmgr: vifmgr.portdown:notice]: A link down event ...
//   Snare       MSWinEventLog<tab>1<tab>Security<tab>...<tab>4625<tab>Microsoft-Windows-Security-Auditing<tab>...
//   iDRAC       Severity: Critical, Category: System Health, MessageID: PSU0003, Message: ...
//   Junos       mib2d[812]: SNMP_TRAP_LINK_DOWN: ifIndex 517, ...
import { syslogLevelOf } from '#shared/domain/severity.ts'
import type { LogFields } from './parse-syslog.ts'

const [COMMA, LETTER_M, LETTER_S, BRACKET] = [44, 77, 83, 91] as const

/** Reads the name of a message that starts at `at`, by its first character. True when it was one of these forms. */
export function readBody(text: string, at: number, fields: LogFields): boolean {
  const c = text.charCodeAt(at)
  if (c >= 48 && c <= 57) return readPaloAlto(text, at, fields) || readProCurve(text, at, fields)
  if (c === BRACKET) return readNetApp(text, at, fields)
  if (c === LETTER_M && text.startsWith(SNARE, at)) return readSnare(text, at, fields)
  return c === LETTER_S && text.startsWith('Severity: ', at) && readDrac(text, at, fields)
}

/** `SNMP_TRAP_LINK_DOWN:` behind a tag whose last position is `close`: capital letters with an underscore, then a colon. */
export function readName(text: string, close: number, fields: LogFields): void {
  const colon = text.charCodeAt(close) === 58 ? close : close + 1
  if (text.charCodeAt(colon) !== 58 || text.charCodeAt(colon + 1) !== 32) return
  let underscore = false
  for (let i = colon + 2; i < colon + 80; i++) {
    const c = text.charCodeAt(i)
    if (c === 95) underscore = true
    else if (c === 58) {
      if (underscore) fields.mnemonic = text.slice(colon + 2, i)
      return
    } else if (!(c >= 65 && c <= 90) && !(c >= 48 && c <= 57)) return
  }
}

const SNARE = 'MSWinEventLog\t'

/** Columns of Snare: name, criticality, log, counter, time, event id, source ... */
function readSnare(text: string, at: number, fields: LogFields): boolean {
  const columns = text.slice(at, at + 400).split('\t', 8)
  if (columns.length < 7 || !/^\d{1,10}$/.test(columns[5] as string)) return false
  fields.dialect = 'snare'
  fields.mnemonic = columns[5]
  fields.app = (columns[6] as string).slice(0, 128)
  return true
}

/** Type, subtype and, of system messages, event: `SYSTEM/auth/auth-fail`. */
function readPaloAlto(text: string, at: number, fields: LogFields): boolean {
  const second = text.charCodeAt(at + 1) === COMMA ? at + 2 : -1
  if (second < 0 || text.charCodeAt(second + 4) !== 47) return false
  const columns = text.slice(at, at + 512).split(',', 10)
  const [, , , type = '', subtype = '', , , , event = ''] = columns
  if (!/^[A-Z][A-Z0-9_-]{1,30}$/.test(type)) return false
  fields.dialect = 'palo-alto'
  const named = type === 'SYSTEM' && event !== '' ? [type, subtype, event] : [type, subtype]
  fields.mnemonic = named
    .filter((part) => part !== '')
    .join('/')
    .slice(0, 128)
  return true
}

const PROCURVE = /(\d{5}) ([a-zA-Z][\w-]{1,31}):/y

function readProCurve(text: string, at: number, fields: LogFields): boolean {
  PROCURVE.lastIndex = at
  const match = PROCURVE.exec(text)
  if (match === null) return false
  fields.dialect = 'procurve'
  fields.mnemonic = match[1]
  fields.app = match[2]
  return true
}

const NETAPP = /\[([\w.-]{1,255}): ?(?:([\w.-]{1,64}): ?)?([A-Za-z][\w-]*(?:\.[\w-]+)+):([a-z]{3,13})\]:/y

function readNetApp(text: string, at: number, fields: LogFields): boolean {
  NETAPP.lastIndex = at
  const match = NETAPP.exec(text)
  if (match === null) return false
  fields.dialect = 'ems'
  fields.host = match[1]
  fields.app = match[2]
  fields.mnemonic = (match[3] as string).slice(0, 128)
  fields.severity ??= syslogLevelOf(match[4] as string)
  return true
}

const DRAC = /MessageID: ([A-Z]{2,8}\d{2,6})\b/

function readDrac(text: string, at: number, fields: LogFields): boolean {
  const match = DRAC.exec(text.slice(at, at + 256))
  if (match === null) return false
  fields.dialect = 'idrac'
  fields.mnemonic = match[1]
  return true
}
