// Windows and inhibitions as people keep them: each change is one turn with its audit entry, and holds from that turn on. Wiring.
import { SUPPRESSED_BY, type SuppressedBy } from '#shared/domain/suppression.ts'
import type { InhibitionBody, InhibitionList, InhibitionRow } from '#shared/http/suppression.ts'
import type { Outcome, SuppressionBook } from './api/deps.ts'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import type { Done } from './judgement-actions.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import { joinInhibitions, readStockInhibitions, watchInhibitions } from './suppression/inhibition-files.ts'
import type { DefinedInhibition } from './suppression/inhibition-gate.ts'
import type { SuppressionStore } from './suppression/suppression-store.ts'
import { windowBook } from './window-book.ts'
import type { StoredGates } from './written-gates.ts'

export interface SuppressionDesk {
  readonly book: SuppressionBook
  /** What holds, for the judgement to begin with. */
  read(): StoredGates
  /** Takes up files that have changed; every few seconds. */
  refresh(): Promise<void>
}

export interface SuppressionDeskParts {
  readonly store: SuppressionStore
  /** Folder of rule files, which may hold inhibitions. */
  readonly dir: string
  readonly now: () => number
  judgement(): Judgement
  turns(): Turns<ChangeSet>
}

export function createSuppressionDesk(parts: SuppressionDeskParts): SuppressionDesk {
  const { store, now } = parts
  const stock = readStockInhibitions()
  const files = watchInhibitions(parts.dir)

  const fromDatabase = (): DefinedInhibition[] =>
    store.inhibitions().map(({ inhibition, version }) => ({ inhibition, origin: { kind: 'database', version } }))
  const joined = (database: readonly DefinedInhibition[]) =>
    joinInhibitions([stock.inhibitions, files.inhibitions(), database])

  function saveInhibition(id: string, body: InhibitionBody | null, version: number, actor: string): Promise<Outcome> {
    return parts.turns().run((at): Done<Outcome> => {
      const database = fromDatabase()
      const before = database.find((one) => one.inhibition.id === id)
      const has = before?.origin.kind === 'database' ? before.origin.version : 0
      if (body === null && before === undefined) return refused('not-found', 'there is no such inhibition here')
      if (version !== has) return refused('conflict', `it has been changed meanwhile; it is version ${has} now`)
      const kept = body && { inhibition: body, version: has + 1 }
      const others = database.filter((one) => one !== before)
      const origin = { kind: 'database' as const, version: has + 1 }
      const next = body ? [...others, { inhibition: body, origin }] : others
      const { changes } = parts.judgement().written.replaceInhibitions(joined(next).inhibitions, at)
      changes.suppression.push({ kind: 'inhibition', id, inhibition: kept })
      const action = body ? 'inhibition.save' : 'inhibition.delete'
      changes.audit.push({ at, actor, action, subject: `inhibition:${id}`, detail: body ? { inhibition: body } : {} })
      return { changes, value: { ok: true } }
    })
  }

  function heldBy(inhibition: string): number {
    const { suppression, alarms, written } = parts.judgement()
    let count = 0
    for (const id of suppression.heldBy('inhibited')) {
      const alarm = alarms.get(id)
      if (alarm && written.inhibitions.holding(alarm, now()) === inhibition) count++
    }
    return count
  }

  function inhibitions(): InhibitionList {
    const items = parts
      .judgement()
      .written.inhibitions.list()
      .map(({ inhibition, origin }): InhibitionRow => {
        const file = origin.kind === 'database' ? null : `${origin.file.split('/').slice(-2).join('/')}:${origin.line}`
        return {
          ...{ ...inhibition, origin: origin.kind === 'stock' ? 'built-in' : origin.kind, file },
          ...{ readOnly: origin.kind === 'file', version: origin.kind === 'database' ? origin.version : 0 },
          held: heldBy(inhibition.id),
        }
      })
    const problems = [...files.problems(), ...joined(fromDatabase()).problems]
    return { items, nextCursor: null, problems }
  }

  return {
    book: {
      ...windowBook(parts),
      counts: () => {
        const { suppression } = parts.judgement()
        const sizes = SUPPRESSED_BY.map((by) => [by, suppression.heldBy(by).size])
        return Object.fromEntries(sizes) as Record<SuppressedBy, number>
      },
      inhibitions,
      saveInhibition: async (body, version, actor) => {
        const known = parts
          .judgement()
          .written.inhibitions.list()
          .find((one) => one.inhibition.id === body.id)
        if (known?.origin.kind === 'file')
          return { ok: false, code: 'conflict', message: `${body.id} is written in ${known.origin.file}` }
        return saveInhibition(body.id, body, version, actor)
      },
      removeInhibition: (id, version, actor) => saveInhibition(id, null, version, actor),
    },
    read: () => ({ windows: store.windows(), inhibitions: joined(fromDatabase()).inhibitions }),
    async refresh() {
      if (!files.refresh()) return
      await parts
        .turns()
        .run((at) => parts.judgement().written.replaceInhibitions(joined(fromDatabase()).inhibitions, at))
    },
  }
}

function refused(code: 'not-found' | 'conflict', message: string): Done<Outcome> {
  return { changes: emptyChangeSet(), value: { ok: false, code, message } }
}
