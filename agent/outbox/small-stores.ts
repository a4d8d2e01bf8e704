// Other rooms' small stores, kept in the outbox's file: the command journal, the SNMP engine, places in log files.

import type { Clock } from '#shared/time/clock.ts'
import type { CommandJournal, JournalEntry } from '../diagnostics/command-journal.ts'
import type { FilePlace, FilePlaceStore } from '../inputs/log-file/log-file.ts'
import type { EngineStore } from '../inputs/snmp-trap/engine-store.ts'
import type { Outbox } from './outbox.ts'

/** The journal on disk; `finish` commits the mark and the result in one transaction. */
export function createCommandJournal(outbox: Outbox, clock: Clock): CommandJournal {
  return {
    highestSeq: async () => (await outbox.journal({ do: 'highest' })) as number,
    knows: async (id, nonce) => (await outbox.journal({ do: 'knows', id, nonce })) as boolean,
    begin: async (entry) => (await outbox.journal({ do: 'begin', entry })) as boolean,
    async finish(id, result) {
      const now = { boot: clock.boot, mono: clock.mono(), wall: clock.wall() }
      await outbox.journal({ do: 'finish', id, result: JSON.stringify(result), clock: now })
    },
    unfinished: async () => (await outbox.journal({ do: 'unfinished' })) as readonly JournalEntry[],
  }
}

/** The state of the SNMPv3 notification receiver. */
export function createEngineStore(outbox: Outbox): EngineStore {
  const kept = values<Parameters<EngineStore['save']>[0]>(outbox, 'snmp-engine')
  return { load: () => kept.load('state'), save: (state) => kept.save('state', state) }
}

/** How far log files have been read. */
export function createFilePlaceStore(outbox: Outbox): FilePlaceStore {
  const space = 'file-place'
  return {
    ...values<FilePlace>(outbox, space),
    mark: (path, place) => ({ space, key: path, value: JSON.stringify(place) }),
  }
}

/** JSON values of one space; an unreadable one counts as none. */
function values<T>(outbox: Outbox, space: string) {
  return {
    async load(key: string): Promise<T | undefined> {
      const text = (await outbox.small(space, { do: 'get', key })) as string | null
      try {
        return text === null ? undefined : (JSON.parse(text) as T)
      } catch {
        return undefined
      }
    },
    async save(key: string, value: T): Promise<void> {
      await outbox.small(space, { do: 'set', key, value: JSON.stringify(value) })
    },
  }
}
