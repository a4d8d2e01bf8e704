// Tells the collector a table when it changed, and once a day; a long one in parts that each stand for themselves.
import { createHash } from 'node:crypto'
import {
  type AnnouncedRow,
  type ArpRow,
  type LearnedRow,
  type NeighboursEvent,
  type NeighbourTable,
  neighbourKey,
  type ObservedRow,
  type SelfFacts,
} from '#shared/domain/neighbours.ts'
import type { Recorder } from '../input.ts'

/** One table as it was read; `note` says why it is short or missing. */
export interface Found {
  readonly self?: SelfFacts
  readonly announced?: readonly AnnouncedRow[]
  readonly learned?: readonly LearnedRow[]
  readonly arp?: readonly ArpRow[]
  readonly note?: string
}

export interface Teller {
  tell(table: NeighbourTable, found: Found): void
}

const DAILY_MS = 86_400_000
/** Of one record, characters; the wire takes 64 KB. */
const PART_CHARACTERS = 40_000

export function createTeller(
  recorder: Pick<Recorder, 'event'>,
  device: string,
  clock: { wall(): number; mono(): number },
): Teller {
  const told = new Map<NeighbourTable, { readonly hash: string; readonly at: number }>()
  return {
    tell(table, found) {
      const sorted = { ...found, ...sortedRows(found) }
      const hash = createHash('sha256').update(JSON.stringify(sorted)).digest('base64')
      const last = told.get(table)
      if (last?.hash === hash && clock.mono() - last.at < DAILY_MS) return
      for (const event of partsOf(table, sorted, device, clock.wall())) recorder.event(event)
      told.set(table, { hash, at: clock.mono() })
    },
  }
}

type Field = 'announced' | 'learned' | 'arp'
const FIELDS: readonly Field[] = ['announced', 'learned', 'arp']

/** By key; of rows with one key the first stays. */
function sortedRows(found: Found): Found {
  const out: Record<string, readonly ObservedRow[]> = {}
  for (const field of FIELDS) {
    const rows: readonly ObservedRow[] | undefined = found[field]
    if (rows === undefined) continue
    const byKey = new Map(rows.toReversed().map((row) => [neighbourKey(row), row]))
    out[field] = [...byKey.keys()].sort().map((key) => byKey.get(key) as ObservedRow)
  }
  return out as Found
}

/** The records of one table, in order; each is complete for its range of keys. */
export function partsOf(table: NeighbourTable, found: Found, device: string, at: number): NeighboursEvent[] {
  const base = {
    ...{ kind: 'neighbours' as const, at, device, table },
    ...(found.note === undefined ? {} : { note: found.note.slice(0, 256) }),
  }
  const whole = { after: null, upTo: null }
  if (found.self !== undefined) return [{ ...base, range: whole, self: found.self }]
  const field = FIELDS.find((name) => found[name] !== undefined)
  const rows: readonly ObservedRow[] = field === undefined ? [] : (found[field] ?? [])
  const parts: ObservedRow[][] = [[]]
  let size = 0
  for (const row of rows) {
    const characters = JSON.stringify(row).length + 1
    if (size + characters > PART_CHARACTERS && size > 0) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(row)
    size += characters
  }
  return parts.map((part, i) => {
    const lastOf = (n: number) => neighbourKey(parts[n]?.at(-1) as ObservedRow)
    const range = { after: i === 0 ? null : lastOf(i - 1), upTo: i === parts.length - 1 ? null : lastOf(i) }
    return { ...base, range, ...(field === undefined ? {} : { [field]: part }) }
  })
}
