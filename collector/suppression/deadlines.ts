// When holds end by themselves. A second may pass between two looks; most of the time there is nothing to look at.

export interface Deadlines {
  /** null: it has none. */
  set(id: string, at: number | null): void
  /** Those that have come, each once. */
  due(now: number): string[]
  clear(): void
}

export function createDeadlines(): Deadlines {
  const ends = new Map<string, number>()
  /** No end is earlier; it may be too early by one that was taken back. */
  let earliest = Number.POSITIVE_INFINITY
  return {
    set(id, at) {
      if (at === null) ends.delete(id)
      else {
        ends.set(id, at)
        earliest = Math.min(earliest, at)
      }
    },
    due(now) {
      if (now < earliest) return []
      const come: string[] = []
      earliest = Number.POSITIVE_INFINITY
      for (const [id, at] of ends)
        if (at <= now) {
          ends.delete(id)
          come.push(id)
        } else if (at < earliest) earliest = at
      return come
    },
    clear() {
      ends.clear()
      earliest = Number.POSITIVE_INFINITY
    },
  }
}
