// Other rooms' small stores, kept in the outbox's file: the command journal, the SNMP engine, places in log files.

import type { Clock } from '#shared/time/clock.ts'
import type { CommandJournal, JournalEntry } from '../diagnostics/command-journal.ts'
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

type EngineState = Parameters<EngineStore['save']>[0]

/** The state of the SNMPv3 notification receiver. An unreadable one counts as none. */
export function createEngineStore(outbox: Outbox): EngineStore {
  return {
    async load() {
      const text = (await outbox.small('snmp-engine', { do: 'get', key: 'state' })) as string | null
      try {
        return text === null ? undefined : (JSON.parse(text) as EngineState)
      } catch {
        return undefined
      }
    },
    async save(state) {
      await outbox.small('snmp-engine', { do: 'set', key: 'state', value: JSON.stringify(state) })
    },
  }
}
