// GET of any number of objects: chunked, split when the device says tooBig, single missing objects as values.
import { ERROR_STATUS, type SnmpReply, type SnmpSession } from './session.ts'
import type { SnmpAnswer, SnmpValue } from './snmp-client.ts'

/** Values in the order asked. Missing objects are values of type noSuchObject or noSuchInstance (v1: noSuchName). */
export async function getMany(
  session: SnmpSession,
  oids: readonly string[],
  signal: AbortSignal,
): Promise<SnmpAnswer<readonly SnmpValue[]>> {
  const found = new Map<string, SnmpValue>()
  const queue = chunksOf([...new Set(oids)])
  let genErr = 0
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    const answer = await session.ask({ kind: 'get', oids: chunk, maxRepetitions: 0 }, signal)
    if (answer.outcome !== 'ok') return answer
    const reply = answer.value
    const status = reply.errorStatus
    if (status === 0) {
      const problem = take(chunk, reply, found)
      if (problem !== null) return { outcome: 'parse', detail: problem }
      continue
    }
    const named = chunk[reply.errorIndex - 1]
    if (status === ERROR_STATUS.noSuchName && (named !== undefined || chunk.length === 1)) {
      const missing = named ?? (chunk[0] as string)
      found.set(missing, { oid: missing, type: 'noSuchObject', value: null })
      const rest = chunk.filter((oid) => oid !== missing)
      if (rest.length > 0) queue.unshift(rest)
    } else if (chunk.length > 1) {
      const half = Math.ceil(chunk.length / 2)
      queue.unshift(chunk.slice(0, half), chunk.slice(half))
    } else if (status === ERROR_STATUS.tooBig) {
      return { outcome: 'limit', detail: `tooBig for ${chunk[0]}` }
    } else if (status === ERROR_STATUS.authorizationError || status === ERROR_STATUS.noAccess) {
      return { outcome: 'auth', detail: `error status ${status} for ${chunk[0]}` }
    } else {
      genErr++
      found.set(chunk[0] as string, { oid: chunk[0] as string, type: 'noSuchInstance', value: null })
    }
  }
  if (genErr > 0 && genErr === found.size)
    return { outcome: 'parse', detail: 'the device reports an error for every object' }
  return { outcome: 'ok', value: oids.map((oid) => found.get(oid) ?? { oid, type: 'noSuchInstance', value: null }) }
}

/** Values by name, not by place: some agents answer in another order. Returns what is wrong, or null. */
function take(asked: readonly string[], reply: SnmpReply, found: Map<string, SnmpValue>): string | null {
  const wanted = new Set(asked)
  for (const value of reply.varbinds) {
    if (!wanted.delete(value.oid)) return `answered ${value.oid}, which was not asked`
    found.set(value.oid, value)
  }
  const missing = wanted.values().next().value
  return missing === undefined ? null : `no answer for ${missing}`
}

function chunksOf(oids: readonly string[]): string[][] {
  const chunks: string[][] = []
  for (let i = 0; i < oids.length; i += OBJECTS_PER_GET) chunks.push(oids.slice(i, i + OBJECTS_PER_GET))
  return chunks
}

/** About one Ethernet frame of answer. */
const OBJECTS_PER_GET = 24
