// Maintenance windows as the API keeps and shows them. Wiring between the store, the turns and the gate.

import type { DeviceWork, WindowBody, WindowListQuery, WindowRow } from '#shared/http/maintenance.ts'
import type { Page } from '#shared/http/paging.ts'
import type { Outcome, SuppressionBook } from './api/deps.ts'
import type { Done } from './judgement-actions.ts'
import { emptyChangeSet } from './storage/change-set.ts'
import { pageFrom, readCursor } from './storage/sqlite/reads/paging.ts'
import type { MaintenanceWindow } from './suppression/maintenance-gate.ts'
import {
  adjustedWindow,
  changedMeanwhile,
  isWindowRefusal,
  type WindowRefusal,
  writtenWindow,
} from './suppression/window-changes.ts'
import { concerns, previewOf, windowRow } from './suppression/window-rows.ts'
import { type WindowTimes, windowTimes } from './suppression/window-times.ts'
import type { SuppressionDeskParts } from './suppression-desk.ts'

export type WindowBook = Omit<SuppressionBook, 'counts' | 'inhibitions' | 'saveInhibition' | 'removeInhibition'>

const MAX_WINDOWS = 2000
const MOST_WORK = 200
const STATES = ['active', 'planned', 'disabled', 'over']

export function windowBook(parts: SuppressionDeskParts): WindowBook {
  const { now } = parts
  const gate = () => parts.judgement().written.windows

  function rowOf(window: MaintenanceWindow, held = heldByWindow()): WindowRow {
    return windowRow(window, gate().times(window.id), held.get(window.id) ?? 0, now())
  }

  function heldByWindow(): ReadonlyMap<string, number> {
    const { suppression, alarms } = parts.judgement()
    const counts = new Map<string, number>()
    for (const id of suppression.heldBy('maintenance')) {
      const ref = alarms.get(id)?.suppression?.ref
      if (ref != null) counts.set(ref, (counts.get(ref) ?? 0) + 1)
    }
    return counts
  }

  /** One turn: what becomes of a window, null: it is deleted. */
  function change(
    id: string,
    action: string,
    actor: string,
    work: (before: MaintenanceWindow | undefined, at: number) => MaintenanceWindow | WindowRefusal | null,
  ): Promise<Outcome<{ readonly id: string }>> {
    return parts.turns().run((at): Done<Outcome<{ readonly id: string }>> => {
      const windows = gate().list()
      const after = work(gate().get(id), at)
      if (after !== null && isWindowRefusal(after)) return refused(after)
      if (windows.length >= MAX_WINDOWS && after !== null && gate().get(id) === undefined)
        return refused({ code: 'conflict', message: `there are ${MAX_WINDOWS} windows; delete those that are over` })
      const others = windows.filter((window) => window.id !== id)
      const { changes } = parts.judgement().written.replaceWindows(after ? [...others, after] : others, at)
      changes.suppression.push({ kind: 'window', id, window: after })
      const detail = after ? { window: after } : {}
      changes.audit.push({ at, actor, action: `maintenance.${action}`, subject: `window:${id}`, detail })
      return { changes, value: { ok: true, id } }
    })
  }

  const known =
    (work: (before: MaintenanceWindow, at: number) => MaintenanceWindow | WindowRefusal | null) =>
    (before: MaintenanceWindow | undefined, at: number) =>
      before === undefined ? { code: 'not-found' as const, message: 'there is no such window' } : work(before, at)

  return {
    windows: (query) => page(gate().list(), query),
    window: (id) => {
      const window = gate().get(id)
      return window && rowOf(window)
    },
    workOn(device, from, to) {
      const { inventory } = parts.judgement()
      const fitting = gate()
        .list()
        .filter((window) => window.enabled && concerns(window, { device }, inventory))
      return {
        items: fitting.flatMap((window) => workOf(window, gate().times(window.id), from, to)).slice(0, MOST_WORK),
      }
    },
    addWindow(body, actor) {
      const id = crypto.randomUUID()
      return change(id, 'add', actor, (_, at) => writtenWindow(body, undefined, id, { actor, at }))
    },
    changeWindow: (id, body, version, actor) =>
      change(
        id,
        'change',
        actor,
        known((window, at) => writtenWindow(body, { window, version }, id, { actor, at })),
      ),
    removeWindow: (id, version, actor) =>
      change(
        id,
        'delete',
        actor,
        known((window) => (window.version === version ? null : changedMeanwhile(window))),
      ),
    endWindow: (id, actor) =>
      change(
        id,
        'end',
        actor,
        known((window, at) => adjustedWindow(window, at, { actor, at })),
      ),
    extendWindow: (id, until, actor) =>
      change(
        id,
        'extend',
        actor,
        known((window, at) => adjustedWindow(window, until, { actor, at })),
      ),
    previewWindow(body: WindowBody) {
      const times = windowTimes(body)
      if ('problem' in times) return outcomeOf({ code: 'bad-request', message: times.problem, path: times.path })
      const { alarms, inventory } = parts.judgement()
      return { ok: true, preview: previewOf(body, times, alarms.active(), inventory, now()) }
    },
  }

  function page(all: readonly MaintenanceWindow[], query: WindowListQuery): Page<WindowRow> {
    const { inventory } = parts.judgement()
    const held = heldByWindow()
    const place = (row: WindowRow) =>
      [STATES.indexOf(row.state), row.active?.end ?? row.next[0]?.start ?? -row.updatedAt, row.id] as const
    const rows = all
      .filter((window) => concerns(window, query, inventory))
      .map((window) => rowOf(window, held))
      .map((row) => ({ row, at: place(row) }))
      .filter(({ row }) =>
        query.state === undefined ? query.over !== false || row.state !== 'over' : row.state === query.state,
      )
      .sort((a, b) => compare(a.at, b.at))
    const cursor = readCursor(query.cursor, 3) as unknown as ReturnType<typeof place> | undefined
    const left = cursor === undefined ? rows : rows.filter(({ at }) => compare(at, cursor) > 0)
    return pageFrom(
      left.slice(0, query.limit + 1),
      query.limit,
      ({ row }) => row,
      ({ at }) => at,
    )
  }
}

function compare(a: readonly [number, number, string], b: readonly [number, number, string]): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0)
}

const refused = (refusal: WindowRefusal): Done<Outcome<{ readonly id: string }>> => ({
  changes: emptyChangeSet(),
  value: outcomeOf(refusal),
})

function outcomeOf({ code, message, path }: WindowRefusal): Extract<Outcome, { readonly ok: false }> {
  return { ok: false, code, message, ...(path === undefined ? {} : { details: [{ path, message }] }) }
}

/** Its occurrences that touch the time between. */
function workOf(
  { id, title }: MaintenanceWindow,
  times: WindowTimes | undefined,
  from: number,
  to: number,
): DeviceWork['items'] {
  if (times === undefined) return []
  const running = times.activeAt(from)
  const all = [...(running ? [running] : []), ...times.next(from, MOST_WORK)]
  return all.filter(({ start }) => start < to).map(({ start, end }) => ({ window: id, title, start, end }))
}
