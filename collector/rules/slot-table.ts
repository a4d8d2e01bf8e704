// Columns of rule state: one slot per rule and series it judges, one chain of slots per series. Numbers only, so that
// judging a sample costs no allocation and no hash. What a slot means is in series-rules.ts.

/**
 * Phases of a slot. Noticed: the alarm is there because an event said so; the next sample is the truth. Unseen and dormant:
 * the rule counts only after the series was good, and it has not been looked at, or has been bad ever since.
 */
export const NORMAL = 0
export const PENDING = 1
export const ACTIVE = 2
export const CLEARING = 3
export const NOTICED = 4
export const UNSEEN = 5
export const DORMANT = 6

/** Kinds of test. */
export const ABOVE = 0
export const BELOW = 1
export const STATES = 2
export const NO_DATA = 3
/** Judged from outside, by an expression. */
export const EXPRESSION = 4
/** Levels: of limits, and of states. */
export const LIMITS = 5
export const DEGREES = 6
/** Above and below, of what is derived from the samples. */
export const DERIVED_ABOVE = 7
export const DERIVED_BELOW = 8

export interface SlotTable {
  // by series id
  first: Int32Array
  lastAt: Float64Array
  lastValue: Float64Array
  /** 1: an expression reads it. */
  watched: Uint8Array
  // by slot
  next: Int32Array
  kind: Uint8Array
  phase: Uint8Array
  /** 1: another series must agree, so the slot is judged after all samples of the group. */
  guarded: Uint8Array
  /** Limit to raise, or bit mask of values 0-31 that raise; of LIMITS the least high limit. */
  raise: Float64Array
  /**
   * Limit to clear, or bit mask of values 0-31 that clear, or for no-data the silence allowed in ms; of LIMITS the greatest
   * low limit.
   */
  clear: Float64Array
  /** Event time at which the phase began. */
  since: Float64Array
  /** Samples up to this event time are older than what an event said later. */
  floor: Float64Array
  /** Adds a slot to a series' chain and answers its number. */
  add(series: number): number
  /** Takes all slots of a series away; answers their numbers. */
  remove(series: number): number[]
  /** Makes room for a series id. */
  reserve(series: number): void
  slotsOf(series: number): number[]
}

export function createSlotTable(): SlotTable {
  let used = 0
  const free: number[] = []
  const table: SlotTable = {
    first: new Int32Array(0),
    lastAt: new Float64Array(0),
    lastValue: new Float64Array(0),
    watched: new Uint8Array(0),
    next: new Int32Array(0),
    kind: new Uint8Array(0),
    phase: new Uint8Array(0),
    guarded: new Uint8Array(0),
    raise: new Float64Array(0),
    clear: new Float64Array(0),
    since: new Float64Array(0),
    floor: new Float64Array(0),
    reserve(series) {
      const had = table.first.length
      if (series < had) return
      const size = roomFor(series, had)
      table.first = grown(table.first, Int32Array, size).fill(-1, had)
      table.lastAt = grown(table.lastAt, Float64Array, size).fill(Number.NEGATIVE_INFINITY, had)
      table.lastValue = grown(table.lastValue, Float64Array, size).fill(Number.NaN, had)
      table.watched = grown(table.watched, Uint8Array, size)
    },
    add(series) {
      table.reserve(series)
      const slot = free.pop() ?? used++
      if (slot >= table.next.length) {
        const size = roomFor(slot, table.next.length)
        table.next = grown(table.next, Int32Array, size)
        table.kind = grown(table.kind, Uint8Array, size)
        table.phase = grown(table.phase, Uint8Array, size)
        table.guarded = grown(table.guarded, Uint8Array, size)
        table.raise = grown(table.raise, Float64Array, size)
        table.clear = grown(table.clear, Float64Array, size)
        table.since = grown(table.since, Float64Array, size)
        table.floor = grown(table.floor, Float64Array, size)
      }
      table.next[slot] = table.first[series] as number
      table.first[series] = slot
      table.phase[slot] = NORMAL
      table.guarded[slot] = 0
      table.since[slot] = 0
      table.floor[slot] = 0
      return slot
    },
    remove(series) {
      const slots = table.slotsOf(series)
      free.push(...slots)
      if (slots.length > 0) table.first[series] = -1
      return slots
    },
    slotsOf(series) {
      const slots: number[] = []
      for (let s = table.first[series] ?? -1; s >= 0; s = table.next[s] as number) slots.push(s)
      return slots
    },
  }
  return table
}

/** Bit mask for STATES of the values 0 to 31; others need the wide sets. */
export function maskOf(values: readonly number[]): number {
  let mask = 0
  for (const v of values) if (isSmall(v)) mask |= 1 << v
  return mask
}

export const isSmall = (value: number): boolean => value >= 0 && value < 32 && (value | 0) === value

function roomFor(index: number, had: number): number {
  return Math.max(1024, had * 2, 2 ** Math.ceil(Math.log2(index + 1)))
}

export function grown<T extends Int32Array | Float64Array | Uint8Array>(
  old: T,
  Column: { new (length: number): T },
  size: number,
): T {
  const column = new Column(size)
  column.set(old)
  return column
}
