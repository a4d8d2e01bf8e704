// Event and result bodies: one JSON object per line, each line readable or poison by itself.
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { decodeEvents, type Poison } from '#shared/wire/event-lines.ts'
import { MAX_RECORD_BYTES } from '#shared/wire/limits.ts'
import { ResultRecord } from '#shared/wire/result.ts'

/** No honest record is nested deeper; writing out a deep one would overflow the stack. */
const MAX_DEPTH = 32

export function readEvents(body: Buffer): (DeviceEvent | Poison)[] {
  if (nesting(body) <= MAX_DEPTH) return decodeEvents(body)
  return lines(body).map((line) => (nesting(line) > MAX_DEPTH ? tooDeep(line) : (decodeEvents(line)[0] as DeviceEvent)))
}

export function readResults(body: Buffer): (ResultRecord | Poison)[] {
  return lines(body).map((line) => {
    if (line.length > 4 * MAX_RECORD_BYTES) return { poison: `record of ${line.length} bytes`, raw: text(line) }
    if (nesting(line) > MAX_DEPTH) return tooDeep(line)
    try {
      const parsed = ResultRecord.safeParse(JSON.parse(line.toString('utf8')))
      if (parsed.success) return parsed.data
      const issue = parsed.error.issues[0]
      return { poison: `${issue?.path.join('.') || 'record'}: ${issue?.message}`, raw: text(line) }
    } catch {
      return { poison: 'not JSON', raw: text(line) }
    }
  })
}

/** Deepest nesting of objects and arrays in JSON text. */
export function nesting(json: Uint8Array): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (byte === 0x0a) {
      depth = 0
      quoted = false
    } else if (quoted) {
      if (byte === 0x5c) i++
      else if (byte === 0x22) quoted = false
    } else if (byte === 0x22) quoted = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > deepest) deepest = depth
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return deepest
}

const tooDeep = (line: Buffer): Poison => ({ poison: `nested deeper than ${MAX_DEPTH}`, raw: text(line) })
const text = (line: Buffer): string => line.toString('utf8', 0, 1024)

function lines(body: Buffer): Buffer[] {
  const out: Buffer[] = []
  let start = 0
  while (start < body.length) {
    let end = body.indexOf(10, start)
    if (end < 0) end = body.length
    out.push(body.subarray(start, end))
    start = end + 1
  }
  return out
}
