// Traps beside the judgement: what they mean, which nobody knows, and definitions made in the console. Wiring.
import { join } from 'node:path'
import type { EventRow } from '#shared/http/records.ts'
import type { UnknownTrapRow } from '#shared/http/traps.ts'
import type { TrapBook } from './api/deps.ts'
import type { RecordReads } from './api/reads.ts'
import { createTrapDefinitions, type TrapDefinitions } from './definitions/definitions.ts'
import { draftOf, fileOfKept } from './definitions/trap-draft.ts'
import type { TrapFile } from './definitions/trap-file.ts'
import { listDefinitions, rowOfDefinition } from './definitions/trap-list.ts'
import { previewOf } from './definitions/trap-preview.ts'
import type { TrapStore, TrapWrite } from './definitions/trap-store.ts'
import { listUnknown, rowOfUnknown } from './definitions/unknown-list.ts'
import { createUnknownTraps, type UnknownTraps } from './definitions/unknown-traps.ts'
import type { Evaluation, ReceivedEvent, Turns } from './ingest/evaluation.ts'
import type { Inventory } from './inventory/inventory.ts'
import type { RuleSource } from './rule-book.ts'
import { type ChangeSet, type ChangeWriter, emptyChangeSet } from './storage/change-set.ts'

export interface TrapDesk {
  /** Alarms of definitions, for the rule book. */
  readonly source: RuleSource
  /** Writes what was counted and saved, in the transaction of its turn. */
  readonly writer: ChangeWriter
  /** The judgement, and after each group the inbox. */
  beside(evaluation: Evaluation<ChangeSet>): Evaluation<ChangeSet>
  readonly book: TrapBook
  readonly definitions: TrapDefinitions
  readonly unknown: UnknownTraps
}

export interface TrapDeskParts {
  readonly store: TrapStore
  /** Folder of the installation's data; definitions are in `traps.d/` there. */
  readonly data: string
  readonly language: 'zh-CN' | 'en'
  readonly inventory: () => Inventory
  readonly turns: () => Turns<ChangeSet>
  readonly reads: Pick<RecordReads, 'events'>
  /** Takes the rules of changed definitions up. */
  readonly refreshRules: () => Promise<void>
  /** Shipped definitions that were read before. */
  readonly stock?: ReadonlyMap<string, TrapFile>
}

/** Stored traps a definition is tried on. */
const PREVIEWED = 500

export function createTrapDesk(parts: TrapDeskParts): TrapDesk {
  const { store } = parts
  const definitions = createTrapDefinitions(join(parts.data, 'traps.d'), parts.stock)
  const unknown = createUnknownTraps((oid) => definitions.index().find(oid) !== undefined)
  const writes = new WeakMap<ChangeSet, readonly TrapWrite[]>()
  /** The console's definitions are others than those the rule book has read. */
  let changed = false
  const readDatabase = () => definitions.setDatabase(store.definitions().map(fileOfKept))
  readDatabase()
  const nameOf = (device: string | null, source: string) =>
    (device === null ? undefined : parts.inventory().device(device)?.name) ?? device ?? source

  const named = (row: UnknownTrapRow): UnknownTrapRow => ({
    ...row,
    deviceNames: Object.fromEntries(row.devices.map((id) => [id, nameOf(id, id)])),
  })

  async function write(actor: string, action: string, oid: string, all: (now: number) => readonly TrapWrite[]) {
    await parts.turns().run((now) => {
      const changes = emptyChangeSet()
      changes.audit.push({ at: now, actor, action, subject: `trap:${oid}`, detail: {} })
      writes.set(changes, all(now))
      return { changes, value: undefined }
    })
  }

  async function changeDefinitions(): Promise<void> {
    readDatabase()
    changed = true
    await parts.refreshRules()
  }

  const kept = (oid: string) => store.definitions().find((d) => d.oid === oid)?.definition ?? null

  const save: TrapBook['save'] = async (oid, definition, actor) => {
    const file = fileOfKept({ oid, definition })
    const { problems } = previewOf({ oid, definition }, [], [], previewOptions)
    if (file.problems.length > 0 || problems.length > 0)
      return { ok: false, code: 'bad-request', message: 'the definition is not right', details: problems }
    await write(actor, 'trap-definition.save', oid, (now) => {
      const gone = unknown.drop(oid)
      return [{ kind: 'definition', kept: { oid, definition }, at: now, by: actor }, ...(gone ? [gone] : [])]
    })
    await changeDefinitions()
    return { ok: true }
  }

  const previewOptions = {
    places: {
      device: (id: string) => parts.inventory().device(id),
      customerOf: (s: string) => parts.inventory().customerOf(s),
    },
    language: parts.language,
    nameOf: (event: ReceivedEvent) => nameOf(event.device, 'source' in event.event ? event.event.source : ''),
  }

  const book: TrapBook = {
    meaning: (event, device) => definitions.index().meaning(event, nameOf(device, event.source)),
    definitions: (query) => listDefinitions(definitions, query),
    definition(oid) {
      const found = definitions.index().find(oid)
      return found && { row: rowOfDefinition(found, definitions), definition: kept(found.oid) }
    },
    save,
    async remove(oid, actor) {
      if (kept(oid) === null) {
        const known = definitions.index().find(oid)
        if (!known) return { ok: false, code: 'not-found', message: 'there is no such definition' }
        return { ok: false, code: 'conflict', message: `it is defined in ${known.file}:${known.line}` }
      }
      await write(actor, 'trap-definition.delete', oid, () => [{ kind: 'no-definition', oid }])
      await changeDefinitions()
      return { ok: true }
    },
    unknown(query) {
      const list = listUnknown(unknown, query)
      return { ...list, items: list.items.map(named) }
    },
    unknownDetail(oid) {
      const trap = unknown.get(oid)
      if (!trap) return undefined
      return {
        row: named(rowOfUnknown(trap)),
        samples: [...trap.samples],
        draft: draftOf(oid, trap.samples, definitions.index()),
      }
    },
    async preview(oid, definition) {
      const clear = definition.alarm?.clearedBy
      const rows = await Promise.all([oid, ...(clear ? [clear] : [])].map((q) => stored(parts.reads, q)))
      const events = rows.flat().sort((a, b) => a.at - b.at || a.id - b.id)
      const others = definitions.files().filter((f) => f.kind !== 'database')
      return previewOf({ oid, definition }, events, others, previewOptions)
    },
    async ignore(oid, ignored, actor) {
      if (!unknown.get(oid)) return { ok: false, code: 'not-found', message: 'there is no such unknown trap' }
      await write(actor, ignored ? 'unknown-trap.ignore' : 'unknown-trap.restore', oid, () => {
        const one = unknown.ignore(oid, ignored ? actor : null)
        return one ? [one] : []
      })
      return { ok: true }
    },
  }

  return {
    definitions,
    unknown,
    book,
    source: {
      rules: () => definitions.rules(),
      problems: () => definitions.problems(),
      refresh() {
        const files = definitions.refresh()
        const other = changed
        changed = false
        return files || other
      },
    },
    writer: {
      write(changes) {
        const mine = writes.get(changes)
        if (mine) store.put(mine)
      },
    },
    beside: (evaluation) => ({
      evaluate(group) {
        const changes = evaluation.evaluate(group)
        const counted = unknown.take(group.events)
        if (counted.length > 0) writes.set(changes, counted)
        return changes
      },
      tick: (now, mono) => evaluation.tick(now, mono),
      async reload() {
        await evaluation.reload()
        unknown.restore(store.unknown())
        readDatabase()
      },
    }),
  }
}

/** Stored traps of one OID, newest ones. */
async function stored(reads: Pick<RecordReads, 'events'>, oid: string): Promise<ReceivedEvent[]> {
  const page = await reads.events({ kind: ['trap'], q: oid, limit: PREVIEWED })
  return page.items.flatMap((row) => (isOf(row, oid) ? [{ ...row, customer: '' } as ReceivedEvent] : []))
}

const isOf = ({ event }: EventRow, oid: string): boolean => event.kind === 'trap' && event.trapOid === oid
