// Things with a time, earliest first: a binary heap. An entry may be moved by adding it again; its older places are void.

export interface DueQueue<T> {
  /** Puts the item at a time (ms), replacing any earlier appointment of it. */
  put(item: T, at: number): void
  /** Takes the earliest item due at `now`. */
  take(now: number): T | undefined
  /** Time of the earliest appointment. */
  next(): number | undefined
  /** Takes an item's appointment away, if it has one. */
  drop(item: T): void
  clear(): void
}

export function createDueQueue<T>(): DueQueue<T> {
  const heap: { readonly item: T; readonly at: number }[] = []
  const appointed = new Map<T, number>()

  function dropVoid(): void {
    for (let top = heap[0]; top !== undefined && appointed.get(top.item) !== top.at; top = heap[0]) pop()
  }

  function pop(): void {
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      let child = place * 2 + 1
      if (child >= heap.length) break
      const right = heap[child + 1]
      if (right !== undefined && right.at < (heap[child] as { at: number }).at) child++
      const smaller = heap[child] as (typeof heap)[number]
      if (smaller.at >= last.at) break
      heap[place] = smaller
      place = child
    }
    heap[place] = last
  }

  return {
    put(item, at) {
      if (appointed.get(item) === at) return
      appointed.set(item, at)
      let place = heap.push({ item, at }) - 1
      const entry = heap[place] as (typeof heap)[number]
      while (place > 0) {
        const above = (place - 1) >> 1
        const parent = heap[above] as (typeof heap)[number]
        if (parent.at <= at) break
        heap[place] = parent
        place = above
      }
      heap[place] = entry
    },
    take(now) {
      dropVoid()
      const top = heap[0]
      if (top === undefined || top.at > now) return undefined
      pop()
      appointed.delete(top.item)
      return top.item
    },
    next() {
      dropVoid()
      return heap[0]?.at
    },
    drop(item) {
      appointed.delete(item)
    },
    clear() {
      heap.length = 0
      appointed.clear()
    },
  }
}
