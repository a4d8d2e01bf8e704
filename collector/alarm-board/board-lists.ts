// Lists that people look at, each as it was made, for as long as somebody uses it. Bounded by rows held and by user.
import type { Entry } from './board-row.ts'

export interface KeptList {
  readonly token: string
  readonly user: string
  readonly madeAt: number
  readonly entries: readonly Entry[]
  /** Depth of each; absent: all 0. */
  readonly depths: Uint8Array | undefined
}

export interface BoardLists {
  keep(list: Omit<KeptList, 'token'>): KeptList
  /** Undefined when it is not kept any more, or not this user's. */
  get(token: string, user: string, now: number): KeptList | undefined
  drop(token: string, user: string): void
  /** Rows held by all lists together. */
  size(): number
}

const MOST_ROWS = 6_000_000
const MOST_PER_USER = 12
const MOST = 2000
const IDLE_MS = 15 * 60_000

export function createBoardLists(newToken: () => string): BoardLists {
  /** Least recently used first. */
  const lists = new Map<string, KeptList & { usedAt: number }>()
  let rows = 0

  function remove(token: string): void {
    rows -= lists.get(token)?.entries.length ?? 0
    lists.delete(token)
  }

  function makeRoom(user: string, now: number): void {
    const own = [...lists.values()].filter((list) => list.user === user)
    for (const list of own.slice(0, Math.max(0, own.length - MOST_PER_USER))) remove(list.token)
    for (const [token, list] of lists) {
      if (rows <= MOST_ROWS && lists.size <= MOST && now - list.usedAt < IDLE_MS) break
      // the one just made stays however long it is
      if (lists.size === 1) break
      remove(token)
    }
  }

  return {
    keep(list) {
      const kept = { ...list, token: newToken(), usedAt: list.madeAt }
      lists.set(kept.token, kept)
      rows += kept.entries.length
      makeRoom(list.user, list.madeAt)
      return kept
    },
    get(token, user, now) {
      const list = lists.get(token)
      if (list === undefined || list.user !== user) return undefined
      list.usedAt = now
      lists.delete(token)
      lists.set(token, list)
      return list
    },
    drop(token, user) {
      if (lists.get(token)?.user === user) remove(token)
    },
    size: () => rows,
  }
}
