// What the rows of an interface table are called: by their name, which stays when their numbers do not.

export interface NamedRow {
  /** Number of the row: only for what cannot be told apart otherwise. */
  readonly index: string
  readonly name: string
  /** What tells rows of one name apart and outlives a renumbering: description, MAC; the first that differs. */
  readonly apart: readonly string[]
}

/**
 * One name for each row. Of several with one name the first keeps it, the others get what tells them apart, or their place
 * among equals: so a port keeps its name whatever numbers the device gives after a reboot.
 */
export function uniqueNames(rows: readonly NamedRow[]): Map<string, string> {
  const names = new Map<string, string>()
  const taken = new Set(rows.map((row) => row.name))
  const groups = [...Map.groupBy(rows, (row) => row.name)].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [, group] of groups) {
    const [first, ...others] = group.length === 1 ? group : group.toSorted(byWhatStays)
    if (first === undefined) continue
    names.set(first.index, first.name)
    for (const [i, row] of others.entries()) {
      const mark = row.apart.find((text, n) => text !== '' && group.every((o) => o === row || o.apart[n] !== text))
      let name = `${row.name}#${mark ?? i + 2}`
      for (let n = i + 2; taken.has(name); n++) name = `${row.name}#${mark === undefined ? '' : `${mark}#`}${n}`
      taken.add(name)
      names.set(row.index, name)
    }
  }
  return names
}

function byWhatStays(a: NamedRow, b: NamedRow): number {
  for (const [i, text] of a.apart.entries()) {
    const other = b.apart[i] ?? ''
    if (text !== other) return text < other ? -1 : 1
  }
  return compareIndexes(a.index, b.index)
}

/** Indexes in the order of their numbers. */
function compareIndexes(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}
