// Body of event batches: one JSON object per line. The decoder checks the two frequent kinds by hand (no zod on the
// hot path); event-lines.test.ts proves it accepts exactly what the schema accepts.
import { DeviceEvent, type LogEvent, type TrapEvent, type Varbind } from '../domain/device-event.ts'
import { MAX_RECORD_BYTES } from './limits.ts'

/** A line that could not be read; `seq` still counts, the raw text goes to quarantine. */
export interface Poison {
  readonly poison: string
  readonly raw: string
}

/** One line, without the newline. */
export function encodeEvent(event: DeviceEvent): string {
  return JSON.stringify(event)
}

/** One entry per line, in order; unreadable lines become Poison. */
export function decodeEvents(body: Buffer): (DeviceEvent | Poison)[] {
  const out: (DeviceEvent | Poison)[] = []
  let start = 0
  while (start < body.length) {
    let end = body.indexOf(10, start)
    if (end < 0) end = body.length
    out.push(decodeEvent(body.toString('utf8', start, end)))
    start = end + 1
  }
  return out
}

export function isPoison(record: object): record is Poison {
  return 'poison' in record
}

function decodeEvent(line: string): DeviceEvent | Poison {
  if (line.length > MAX_RECORD_BYTES) return { poison: `record of ${line.length} characters`, raw: line.slice(0, 1024) }
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { poison: 'not JSON', raw: line }
  }
  if (isTrap(value) || isLog(value)) return value
  const parsed = DeviceEvent.safeParse(value)
  if (parsed.success && parsed.data.kind === 'asset')
    return { poison: 'kind: asset is not for agents to say', raw: line }
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return { poison: `${issue?.path.join('.') || 'record'}: ${issue?.message}`, raw: line }
}

const isText = (v: unknown, max: number): v is string => typeof v === 'string' && v.length <= max
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v)
const maybe = (v: unknown, check: (v: unknown) => boolean) => v === undefined || check(v)

function isTrap(v: unknown): v is TrapEvent {
  const t = v as Partial<TrapEvent> | null
  if (t === null || typeof t !== 'object' || t.kind !== 'trap') return false
  if (!isNumber(t.at) || !(t.device === null || isText(t.device, 63)) || !isText(t.source, 64)) return false
  if (t.version !== 'v2c' && t.version !== 'v1' && t.version !== 'v3') return false
  if (typeof t.confirmed !== 'boolean' || !isText(t.trapOid, 512) || !isText(t.user, 64)) return false
  if (!maybe(t.uptime, isNumber) || !Array.isArray(t.varbinds) || t.varbinds.length > 128) return false
  return t.varbinds.every(isVarbind)
}

function isVarbind(v: Partial<Varbind> | null): boolean {
  if (v === null || typeof v !== 'object' || !isText(v.oid, 512) || !isText(v.type, 16)) return false
  return v.value === null || isNumber(v.value) || isText(v.value, 4096)
}

function isLog(v: unknown): v is LogEvent {
  const t = v as Partial<LogEvent> | null
  if (t === null || typeof t !== 'object' || t.kind !== 'log') return false
  if (!isNumber(t.at) || !(t.device === null || isText(t.device, 63)) || !isText(t.source, 256)) return false
  if (t.transport !== 'udp' && t.transport !== 'tcp' && t.transport !== 'file') return false
  if (!isText(t.format, 7) || !FORMATS.has(t.format) || !isText(t.message, 8192)) return false
  if (!maybe(t.facility, (n) => Number.isInteger(n) && (n as number) >= 0 && (n as number) <= 23)) return false
  if (!maybe(t.severity, (n) => Number.isInteger(n) && (n as number) >= 0 && (n as number) <= 7)) return false
  if (!maybe(t.host, (s) => isText(s, 255)) || !maybe(t.app, (s) => isText(s, 128))) return false
  if (!maybe(t.dialect, (s) => isText(s, 16)) || !maybe(t.clock, (s) => isText(s, 16))) return false
  return maybe(t.mnemonic, (s) => isText(s, 128)) && maybe(t.deviceTime, isNumber)
}

const FORMATS: ReadonlySet<string> = new Set(['rfc5424', 'rfc3164', 'cisco', 'huawei', 'h3c', 'raw'])
