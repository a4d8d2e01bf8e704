// Columns of tables by GETBULK over several columns at once, sized to about one frame, smaller for devices that choke.
import { type ColumnCells, createColumnCells } from './column-cells.ts'
import type { OidHint } from './community-decode.ts'
import { compareOids, oidBytes, suffixOf } from './oid.ts'
import { ERROR_STATUS, type SnmpReply, type SnmpSession } from './session.ts'
import type { SnmpAnswer, SnmpColumn, SnmpValue } from './snmp-client.ts'
import type { Stamina } from './stamina.ts'

export interface WalkLimits {
  /** Values over all columns of one call. */
  readonly maxValues: number
  /** Bytes of answers of one call. */
  readonly maxBytes: number
  /** A column with this many rows is read far enough. */
  readonly firstRows?: number
  /** GETNEXT only, for equipment that chokes on GETBULK. */
  readonly noBulk?: boolean
}

interface Column {
  readonly oid: string
  readonly hint: OidHint
  readonly cells: ColumnCells
  /** Index reached; '' at the start. */
  last: string
  done: boolean
}

interface Walk {
  readonly session: SnmpSession
  readonly stamina: Stamina
  readonly limits: WalkLimits
  readonly signal: AbortSignal
  values: number
  bytes: number
}

type Failure = Exclude<SnmpAnswer<never>, { outcome: 'ok' }>

/**
 * Reads the columns from start to end. A column outside its subtree, endOfMibView, v1 noSuchName or an empty answer
 * ends it; an index that does not increase is `parse`, a cap is `limit`.
 */
export async function walkColumns(
  session: SnmpSession,
  stamina: Stamina,
  oids: readonly string[],
  limits: WalkLimits,
  signal: AbortSignal,
): Promise<SnmpAnswer<ReadonlyMap<string, SnmpColumn>>> {
  const walk: Walk = { session, stamina, limits, signal, values: 0, bytes: 0 }
  const columns = [...new Set(oids)].map((oid) => ({
    oid,
    hint: { oid, bytes: oidBytes(oid) },
    cells: createColumnCells(oid),
    last: '',
    done: false,
  }))
  for (let i = 0; i < columns.length; i += COLUMNS_PER_PDU) {
    const failure = await walkGroup(walk, columns.slice(i, i + COLUMNS_PER_PDU))
    if (failure !== null) return failure
  }
  return { outcome: 'ok', value: new Map(columns.map((c) => [c.oid, c.cells])) }
}

const SINGLE_STEPS = { kind: 'get-next', maxRepetitions: 0 } as const

async function walkGroup(walk: Walk, group: readonly Column[]): Promise<Failure | null> {
  for (;;) {
    const open = group.filter((c) => !c.done)
    if (open.length === 0) return null
    const { columns, ...planned } = walk.stamina.plan(open.length)
    const { kind, maxRepetitions } = walk.limits.noBulk ? SINGLE_STEPS : planned
    const active = open.slice(0, columns)
    const answer = await walk.session.ask(
      {
        kind,
        oids: active.map((c) => (c.last === '' ? c.oid : `${c.oid}.${c.last}`)),
        maxRepetitions,
        hints: active.map((c) => c.hint),
        // Once it has answered, silence means this request was too much; that is found out faster without repeats.
        ...(walk.stamina.doubtful ? { retries: 0 } : {}),
      },
      walk.signal,
    )
    if (answer.outcome !== 'ok') {
      if (answer.outcome !== 'timeout' || walk.signal.aborted || !(await choked(walk, active))) return answer
      continue
    }
    const failure = digest(walk, active, answer.value)
    if (failure !== null) return failure
  }
}

/** After silence: does the device answer the smallest question? Then it chokes on large ones, and they get smaller. */
async function choked(walk: Walk, active: readonly Column[]): Promise<boolean> {
  if (walk.stamina.smallest) return false
  const first = active[0] as Column
  const probe = await walk.session.ask(
    { kind: 'get-next', oids: [first.oid], maxRepetitions: 0, retries: 0 },
    walk.signal,
  )
  if (probe.outcome !== 'ok') return false
  walk.stamina.tooMuch(4)
  return true
}

function digest(walk: Walk, active: readonly Column[], reply: SnmpReply): Failure | null {
  walk.bytes += reply.bytes
  if (walk.bytes > walk.limits.maxBytes) return { outcome: 'limit', detail: `more than ${walk.limits.maxBytes} bytes` }
  if (reply.errorStatus !== 0) return afterError(walk, active, reply)
  if (reply.varbinds.length === 0) {
    // Seen at the end of the MIB of real equipment; asking again would never end.
    for (const column of active) column.done = true
    return null
  }
  const before = active.map((c) => c.last)
  for (let i = 0; i < reply.varbinds.length; i++) {
    const column = active[i % active.length] as Column
    if (column.done) continue
    const value = reply.varbinds[i] as SnmpValue
    const index = EXCEPTIONS.has(value.type) ? undefined : (reply.indexes?.[i] ?? suffixOf(value.oid, column.oid))
    if (index === undefined) {
      column.done = true
      continue
    }
    if (column.last === '' ? index === '' : compareOids(index, column.last) <= 0)
      return { outcome: 'parse', detail: `OID does not increase: ${value.oid}` }
    column.last = index
    column.cells.add(index, value.type, value.value)
    if (column.cells.size >= (walk.limits.firstRows ?? Number.POSITIVE_INFINITY)) column.done = true
    if (++walk.values > walk.limits.maxValues)
      return { outcome: 'limit', detail: `more than ${walk.limits.maxValues} values` }
  }
  // A short answer leaves the last columns where they were; the next request asks them again. None moved: no progress.
  if (active.every((c, i) => !c.done && c.last === before[i]))
    return { outcome: 'parse', detail: 'answer without progress' }
  walk.stamina.went()
  return null
}

function afterError(walk: Walk, active: readonly Column[], reply: SnmpReply): Failure | null {
  const status = reply.errorStatus
  const named = active[reply.errorIndex - 1]
  if (status === ERROR_STATUS.noSuchName && (named !== undefined || active.length === 1)) {
    const column = named ?? (active[0] as Column)
    column.done = true
    return null
  }
  if (status === ERROR_STATUS.authorizationError || status === ERROR_STATUS.noAccess)
    return { outcome: 'auth', detail: `error status ${status}` }
  if (!walk.stamina.smallest) {
    walk.stamina.tooMuch(2)
    return null
  }
  // genErr on a single GETNEXT: this column cannot be read beyond here, the others may.
  if (status === ERROR_STATUS.tooBig) return { outcome: 'limit', detail: 'tooBig for one value' }
  const column = active[0] as Column
  if (column.cells.size === 0 && active.length === 1) return { outcome: 'parse', detail: `error status ${status}` }
  column.done = true
  return null
}

const EXCEPTIONS: ReadonlySet<SnmpValue['type']> = new Set(['noSuchObject', 'noSuchInstance', 'endOfMibView'])
/** Eight 64-bit counters with their names x eight rows fill an Ethernet frame. */
const COLUMNS_PER_PDU = 8
