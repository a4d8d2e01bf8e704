// What the agent remembers about commands so that each runs at most once and ends in exactly one result, through any
// crash. Implemented on disk by agent/outbox; the memory form below is for tests.
import type { CommandResult } from '#shared/wire/result.ts'

export interface JournalEntry {
  /** Command id. */
  readonly id: string
  readonly nonce: string
  readonly seq: number
  readonly action: string
  readonly target: string
  /** Wall ms when the agent took it up. */
  readonly at: number
  /** Wall ms after which it could not run anyway; entries may be forgotten a day after. */
  readonly expires: number
}

export interface CommandJournal {
  /** Highest seq ever begun, 0 at first. Never forgotten, whatever happens to old entries. */
  highestSeq(): Promise<number>
  /** True when the id or the nonce is in the journal. */
  knows(id: string, nonce: string): Promise<boolean>
  /**
   * Writes `started` and raises the highest seq to this one if it is higher; resolves when it is on disk. False, and
   * nothing written, when id or nonce is known already. (A command older than the highest is begun too, to be refused
   * exactly once.)
   */
  begin(entry: JournalEntry): Promise<boolean>
  /**
   * Marks `finished` and queues the result in the result lane in ONE transaction; resolves when it is on disk. Does
   * nothing for an entry that is finished or unknown.
   */
  finish(id: string, result: CommandResult): Promise<void>
  /** Started and not finished: what a crash interrupted. */
  unfinished(): Promise<readonly JournalEntry[]>
}

/** A journal that lives as long as its process; `results` is what would be in the result lane. */
export function createMemoryJournal(): CommandJournal & { readonly results: readonly CommandResult[] } {
  const entries = new Map<string, JournalEntry & { finished: boolean }>()
  const nonces = new Set<string>()
  const results: CommandResult[] = []
  let highest = 0
  return {
    results,
    highestSeq: async () => highest,
    knows: async (id, nonce) => entries.has(id) || nonces.has(nonce),
    begin: async (entry) => {
      if (entries.has(entry.id) || nonces.has(entry.nonce)) return false
      entries.set(entry.id, { ...entry, finished: false })
      nonces.add(entry.nonce)
      highest = Math.max(highest, entry.seq)
      return true
    },
    finish: async (id, result) => {
      const entry = entries.get(id)
      if (entry === undefined || entry.finished) return
      entry.finished = true
      results.push(result)
    },
    unfinished: async () => [...entries.values()].filter((e) => !e.finished),
  }
}
