// Wallboards: links with their screens, and what these read.
import { type Boards, createBoards } from './api/boards.ts'
import type { Reads } from './api/reads.ts'
import type { Turns } from './ingest/evaluation.ts'
import { createKiosks, type Kiosks } from './kiosk/kiosk.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import type { Database } from './storage/sqlite/database.ts'
import type { createKioskStore } from './storage/sqlite/kiosk-store.ts'
import { createBoardReads } from './storage/sqlite/reads/board-reads.ts'

/** `kiosks` and `boards` are for the API; sweep() belongs into the clockwork, once a minute or less. */
export function createKioskDesk(deps: {
  readonly kiosks: ReturnType<typeof createKioskStore>
  readonly records: { readonly database: Database }
  readonly reads: Pick<Reads, 'counts'>
  readonly turns: () => Turns<ChangeSet>
  readonly now: () => number
}): { readonly kiosks: Kiosks; readonly boards: Boards } {
  const { reads, now } = deps
  const kiosks = createKiosks({
    ...{ store: deps.kiosks, now },
    commit: (writes, entry) =>
      deps.turns().run((at) => ({
        changes: { ...emptyChangeSet(), kiosks: [...writes], audit: [{ at, ...entry }] },
        value: undefined,
      })),
  })
  const boards = createBoards({ ...createBoardReads(deps.records.database), counts: (only) => reads.counts(only) }, now)
  return { kiosks, boards }
}
