// What is due next, of very many: a binary heap. Entries are never taken out early; who reads them checks whether they
// still hold.

export interface Due {
  readonly at: number
  readonly id: string
}

export interface DueQueue {
  add(due: Due): void
  /** Takes out the earliest that is due by `at`. */
  take(at: number): Due | undefined
}

export function createDueQueue(): DueQueue {
  const heap: Due[] = []
  const before = (a: number, b: number) => (heap[a] as Due).at < (heap[b] as Due).at
  const swap = (a: number, b: number) => {
    const kept = heap[a] as Due
    heap[a] = heap[b] as Due
    heap[b] = kept
  }
  return {
    add(due) {
      let n = heap.push(due) - 1
      while (n > 0 && before(n, (n - 1) >> 1)) {
        swap(n, (n - 1) >> 1)
        n = (n - 1) >> 1
      }
    },
    take(at) {
      const first = heap[0]
      if (first === undefined || first.at > at) return undefined
      const last = heap.pop() as Due
      if (heap.length === 0) return first
      heap[0] = last
      for (let n = 0; ; ) {
        const left = 2 * n + 1
        const right = left + 1
        let least = n
        if (left < heap.length && before(left, least)) least = left
        if (right < heap.length && before(right, least)) least = right
        if (least === n) return first
        swap(n, least)
        n = least
      }
    },
  }
}
