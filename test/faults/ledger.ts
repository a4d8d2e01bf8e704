// The independent ledger of the fault proofs: what the generator sent, written before sending, and what it knows to be
// accepted from outside the programs under test. The comparer looks only at this and at what the collector's API says.
import { hash } from 'node:crypto'

export type Carrier = 'inform' | 'trap' | 'syslog-tcp' | 'syslog-udp' | 'log-file'

interface Entry {
  readonly carrier: Carrier
  readonly payload: string
  /** Must be found: acknowledged (informs), or sent while the fault allows no loss at the agent. */
  accepted: boolean
}

export interface Ledger {
  /** Notes a message about to be sent; returns the text that must travel unchanged inside it. */
  write(carrier: Carrier): { readonly id: number; readonly payload: string }
  accept(id: number): void
  readonly sent: number
  /** What the collector holds, in its own order. `agentSeq` orders within one epoch. */
  compare(found: readonly Found[]): Comparison
}

export interface Found {
  readonly carrier: Carrier
  readonly payload: string
}

export interface Comparison {
  readonly sent: number
  readonly accepted: number
  readonly found: number
  /** Accepted and not found. */
  readonly missing: number
  /** Acknowledged informs not found (part of missing). */
  readonly missingInforms: number
  readonly duplicate: number
  /** Carries a ledger mark but not the text that was sent. */
  readonly altered: number
  /** Later than one that was sent after it over the same carrier. */
  readonly inverted: number
  readonly examples: readonly string[]
}

const MARK = /ledger:(\d+):([a-z-]+):([0-9a-f]+):/

/** `seed` makes payload filler repeatable. */
export function createLedger(seed: number): Ledger {
  const entries: Entry[] = []
  return {
    write(carrier) {
      const id = entries.length
      const filler = hash('sha256', `${seed}:${id}`, 'hex').slice(0, 16 + ((seed + id) % 32))
      const payload = `ledger:${id}:${carrier}:${filler}:end`
      entries.push({ carrier, payload, accepted: false })
      return { id, payload }
    },
    accept(id) {
      const entry = entries[id]
      if (entry) entry.accepted = true
    },
    get sent() {
      return entries.length
    },
    compare: (found) => compare(entries, found),
  }
}

function compare(entries: readonly Entry[], found: readonly Found[]): Comparison {
  const times = new Uint32Array(entries.length)
  const last = new Map<Carrier, number>()
  const examples: string[] = []
  let duplicate = 0
  let altered = 0
  let inverted = 0
  const note = (what: string) => {
    if (examples.length < 5) examples.push(what)
  }
  for (const item of found) {
    const id = Number(item.payload.match(MARK)?.[1] ?? -1)
    const entry = entries[id]
    if (!entry || entry.payload !== item.payload || entry.carrier !== item.carrier) {
      altered++
      note(`altered: ${item.payload.slice(0, 80)}`)
      continue
    }
    if (times[id] !== 0) {
      duplicate++
      note(`duplicate: ${entry.carrier} ${id}`)
    }
    times[id] = (times[id] as number) + 1
    const before = last.get(entry.carrier) ?? -1
    if (id < before) {
      inverted++
      note(`inverted: ${entry.carrier} ${id} after ${before}`)
    } else last.set(entry.carrier, id)
  }
  let accepted = 0
  let missing = 0
  let missingInforms = 0
  entries.forEach((entry, id) => {
    if (!entry.accepted) return
    accepted++
    if (times[id] !== 0) return
    missing++
    if (entry.carrier === 'inform') missingInforms++
    note(`missing: ${entry.carrier} ${id}`)
  })
  return {
    sent: entries.length,
    accepted,
    found: found.length,
    missing,
    missingInforms,
    duplicate,
    altered,
    inverted,
    examples,
  }
}
