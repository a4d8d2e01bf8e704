// A sorted list that is never changed in place: those who hold it keep what they saw, and the next one is a copy with what
// changed taken out and put in. Finding the places costs a few comparisons each, the copy some tenths of a millisecond.
import type { Entry } from './board-row.ts'

export type Compare = (a: Entry, b: Entry) => number

/** Undefined when one of `removed` is not in `sorted`: the order must be made from all entries again. `added` is sorted in place. */
export function spliced(
  sorted: readonly Entry[],
  removed: readonly Entry[],
  added: Entry[],
  compare: Compare,
): readonly Entry[] | undefined {
  const holes = new Set<number>()
  for (const entry of removed) {
    const place = placeOf(sorted, entry, compare)
    if (sorted[place] !== entry) return undefined
    holes.add(place)
  }
  const result = new Array<Entry>(sorted.length - holes.size + added.length)
  let from = 0
  let at = 0
  const copy = (to: number) => {
    for (; from < to; from++) if (holes.size === 0 || !holes.has(from)) result[at++] = sorted[from] as Entry
  }
  for (const entry of added.sort(compare)) {
    copy(placeOf(sorted, entry, compare))
    result[at++] = entry
  }
  copy(sorted.length)
  return result
}

/** Index of the entry, or of the first that comes after it. */
function placeOf(sorted: readonly Entry[], entry: Entry, compare: Compare): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = sorted[middle] as Entry
    if (other === entry) return middle
    if (compare(other, entry) < 0) low = middle + 1
    else high = middle
  }
  return low
}
