// Notices that the rows of an interface table are other ports than they were when they were named: after a restart, another
// unit in the place, a card or stack member in the middle. Values must not go to a port of the same number.
import type { SnmpValue } from '../../protocols/snmp/snmp-client.ts'
import { textOf } from '../neighbours/cell-text.ts'
import type { PollPlan, TableState } from './poll-plan.ts'
import type { Cells } from './read-columns.ts'

export const SYS_UPTIME = '1.3.6.1.2.1.1.3.0'
export const IF_TABLE_LAST_CHANGE = '1.3.6.1.2.1.31.1.5.0'

export interface PortWatch {
  /** What is asked beside the scalars of a poll: is the table as it was? */
  questions(plan: PollPlan): string[]
  /** Takes the answers; true when the device restarted or is another one. Tables whose rows may be others become stale. */
  answers(plan: PollPlan, values: ReadonlyMap<string, SnmpValue>): boolean
  /** The rows of a port table are not those that were named. */
  hasOthers(table: TableState, cells: Cells): boolean
  /** The rows were named. */
  named(table: TableState, cells: Cells): void
}

interface Named {
  /** Column that speaks for the table, and its rows. */
  readonly column: string
  readonly rows: ReadonlySet<string>
  /** Cells that name rows, with what they said. */
  readonly cells: readonly (readonly [oid: string, text: string])[]
}

/** Names looked at in each poll of a device that does not tell of changes, in turn; and the last, which any shift moves. */
const LOOKED_AT = 4
/** sysUpTime and our clock may drift apart by this much, in hundredths of a second, or by a tenth of the time passed. */
const DRIFT_TICKS = 3_000
/** A device whose names change with every look is left alone for a while: looking would make new series each time. */
const RESTLESS = { looks: 5, restMs: 3_600_000 } as const

/** `onOthers` is told when ports may have other numbers than before. */
export function createPortWatch(mono: () => number, onOthers: () => void): PortWatch {
  const known = new WeakMap<TableState, Named>()
  const asked = new Map<string, string>()
  let turn = 0
  let uptime: { readonly ticks: number; readonly at: number } | undefined
  let lastChange: number | undefined
  let inARow = 0
  let restUntil = Number.NEGATIVE_INFINITY

  return {
    questions(plan) {
      asked.clear()
      const ports = portTables(plan).filter((table) => table.columns.some((column) => column.presence === 'present'))
      // 0 is also the answer of those that never tell
      if (!lastChange && mono() >= restUntil)
        for (const table of ports) {
          const { cells } = known.get(table) ?? { cells: [] }
          const some = Array.from({ length: Math.min(LOOKED_AT, cells.length) }, () => cells[turn++ % cells.length])
          for (const cell of [...some, cells.at(-1)]) if (cell !== undefined) asked.set(cell[0], cell[1])
        }
      return [SYS_UPTIME, ...(ports.length > 0 ? [IF_TABLE_LAST_CHANGE] : []), ...asked.keys()]
    },
    answers(plan, values) {
      const restarted = isRestart(values.get(SYS_UPTIME)?.value)
      if (restarted) for (const table of plan.tables) table.stale = true
      const change = values.get(IF_TABLE_LAST_CHANGE)?.value
      const told = typeof change === 'number' && lastChange !== undefined && change !== lastChange
      if (typeof change === 'number') lastChange = change
      const otherNames = [...asked].some(([oid, text]) => textOf(values.get(oid), 256) !== text)
      if (!restarted) inARow = otherNames ? inARow + 1 : 0
      if (inARow >= RESTLESS.looks) restUntil = mono() + RESTLESS.restMs
      const others = told || otherNames
      if (others) for (const table of portTables(plan)) table.stale = true
      if (restarted || others) onOthers()
      return restarted
    },
    hasOthers(table, cells) {
      const named = known.get(table)
      if (named === undefined) return false
      const rows = cells.get(named.column)
      return (
        rows !== undefined && (rows.size !== named.rows.size || [...rows.keys()].some((row) => !named.rows.has(row)))
      )
    },
    named(table, cells) {
      if (!isPortTable(table)) return
      const column = table.columns.find((c) => c.presence === 'present')?.oid
      if (column === undefined) return
      const rows = new Set(cells.get(column)?.keys())
      const names = [...rows].flatMap((row) => {
        for (const oid of nameColumns(table)) {
          const text = textOf(cells.get(oid)?.get(row), 256)
          if (text !== '') return [[`${oid}.${row}`, text] as const]
        }
        return []
      })
      known.set(table, { column, rows, cells: names })
    },
  }

  function isRestart(ticks: SnmpValue['value'] | undefined): boolean {
    if (typeof ticks !== 'number') return false
    const before = uptime
    uptime = { ticks, at: mono() }
    if (before === undefined) return false
    const passed = (uptime.at - before.at) / 10
    return ticks < before.ticks || ticks - before.ticks > passed + Math.max(DRIFT_TICKS, passed / 10)
  }
}

const isPortTable = ({ table }: TableState): boolean => table.resource.prefix === 'if'
const portTables = (plan: PollPlan): TableState[] => plan.tables.filter(isPortTable)

/** Columns that name a row by its own index, in the order in which they are preferred. */
function nameColumns({ table }: TableState): string[] {
  return table.resource.tags.flatMap((name) =>
    table.tags.flatMap((tag) => (tag.tag === name && tag.from === 'column' && !tag.transform ? [tag.oid] : [])),
  )
}
