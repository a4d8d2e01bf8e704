// Which slots judge an alarm, and what they last saw. Found by device once, then by name until the device's slots change.
import { answerOfLevels } from './levels.ts'
import type { AlarmOfRule } from './series-rules.ts'
import type { Slot } from './slot.ts'
import type { SlotSteps } from './slot-steps.ts'
import { ACTIVE, type SlotTable } from './slot-table.ts'

export interface LastCheck {
  /** Event time of the newest sample. */
  readonly at: number
  /** False while it may be over: the condition holds no more. */
  readonly found: boolean
}

export interface SlotChecks {
  /** When polls last looked at this alarm, and whether they found it; undefined: none judges it. */
  lastCheck(alarm: AlarmOfRule, key: string): LastCheck | undefined
  /** Whether a rule still stands behind this alarm. */
  holds(alarm: AlarmOfRule): boolean
  /** The slots of a device are others now. */
  forget(device: string): void
}

export function createSlotChecks(parts: {
  readonly table: SlotTable
  readonly slots: readonly (Slot | undefined)[]
  readonly byKey: ReadonlyMap<string, ReadonlySet<number>>
  readonly steps: Pick<SlotSteps, 'stands'>
  slotsOf(device: string): Iterable<number>
}): SlotChecks {
  const { table, slots, byKey, steps } = parts
  const byDevice = new Map<string, Map<string, number[]>>()

  function slotsOf({ rule, device, resource, qualifier }: AlarmOfRule): readonly number[] {
    if (device === null) return []
    let named = byDevice.get(device)
    if (named === undefined) {
      named = new Map()
      byDevice.set(device, named)
      for (const s of parts.slotsOf(device)) {
        const slot = slots[s] as Slot
        const name = nameOf(slot.rule.rule.id, slot.resource, slot.qualifier)
        const same = named.get(name)
        if (same) same.push(s)
        else named.set(name, [s])
      }
    }
    return named.get(nameOf(rule, resource, qualifier)) ?? []
  }

  function isFound(s: number): boolean {
    const { levels, series } = slots[s] as Slot
    if (!steps.stands(s) || table.phase[s] !== ACTIVE) return false
    return levels === undefined || answerOfLevels(levels, table.lastValue[series.id] as number) !== 'not-met'
  }

  return {
    lastCheck(alarm, key) {
      const keyed = byKey.get(key)
      const judging = keyed !== undefined && keyed.size > 0 ? keyed : slotsOf(alarm)
      let at: number | undefined
      let found = false
      for (const s of judging) {
        at = Math.max(at ?? Number.NEGATIVE_INFINITY, table.lastAt[(slots[s] as Slot).series.id] as number)
        found ||= isFound(s)
      }
      return at === undefined ? undefined : { at, found }
    },
    holds: (alarm) => slotsOf(alarm).some((s) => steps.stands(s)),
    forget: (device) => void byDevice.delete(device),
  }
}

const nameOf = (rule: string, resource: string, qualifier: string) => `${rule}\u001f${resource}\u001f${qualifier}`
