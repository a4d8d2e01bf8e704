// The gates that people write themselves, windows and inhibitions, put beside the judgement: what they ask of it, and turns
// that change them.
import { type Alarm, alarmKeyOf } from '#shared/domain/alarm.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { Inventory } from './inventory/inventory.ts'
import type { Done } from './judgement-actions.ts'
import type { Rules } from './rules/rules.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import type { Gate } from './suppression/gate.ts'
import { createInhibitionGate, type DefinedInhibition, type InhibitionGate } from './suppression/inhibition-gate.ts'
import { createMaintenanceGate, type MaintenanceGate, type MaintenanceWindow } from './suppression/maintenance-gate.ts'

export interface WrittenGates {
  readonly gates: readonly Gate[]
  readonly windows: Pick<MaintenanceGate, 'list' | 'get' | 'times'>
  readonly inhibitions: Pick<InhibitionGate, 'list' | 'holding'>
  restore(stored: StoredGates): void
  /** Turns; the caller writes what is kept. */
  replaceWindows(windows: readonly MaintenanceWindow[], now: number): Done<void>
  replaceInhibitions(inhibitions: readonly DefinedInhibition[], now: number): Done<void>
}

export interface StoredGates {
  readonly windows?: readonly MaintenanceWindow[]
  /** All that hold: shipped, of files, of the database. */
  readonly inhibitions?: readonly DefinedInhibition[]
}

export function createWrittenGates(parts: {
  readonly inventory: Inventory
  readonly rules: Rules
  readonly alarms: Alarms
  settle(changes: ChangeSet, now: number): void
  finish(changes: ChangeSet): ChangeSet
}): WrittenGates {
  const { inventory, rules, alarms, settle, finish } = parts
  const lastCheck = (alarm: Alarm) => rules.lastCheck({ ...alarm, key: alarmKeyOf(alarm) })
  const windows = createMaintenanceGate({ places: inventory, lastCheck })
  const inhibitions = createInhibitionGate({ places: inventory, lastCheck })
  const turn = (now: number): Done<void> => {
    const changes = emptyChangeSet()
    settle(changes, now)
    return { changes: finish(changes), value: undefined }
  }
  return {
    gates: [windows, inhibitions],
    windows,
    inhibitions,
    restore(stored) {
      windows.replace(stored.windows ?? [])
      inhibitions.replace(stored.inhibitions ?? [], [])
    },
    replaceWindows(next, now) {
      windows.replace(next, now)
      return turn(now)
    },
    replaceInhibitions(next, now) {
      inhibitions.replace(next, alarms.active())
      return turn(now)
    },
  }
}
