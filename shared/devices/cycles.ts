// Cycles among things that name each other: parents of devices, sources of power.

/**
 * Every edge that closes a cycle, with the cycle it closes: ids from the one that names, the first again at the end. Without
 * these edges nothing is cyclic. Names that nobody has are ends. The same whatever order the map has: ids are walked sorted.
 */
export function cyclesOf(
  named: ReadonlyMap<string, readonly string[]>,
): { from: string; to: string; path: string[] }[] {
  const found: { from: string; to: string; path: string[] }[] = []
  const done = new Set<string>()
  for (const start of [...named.keys()].sort()) {
    const path: string[] = []
    const place = new Map<string, number>()
    const open: Iterator<string>[] = []
    const enter = (id: string) => {
      place.set(id, path.push(id) - 1)
      open.push([...(named.get(id) ?? [])].sort().values())
    }
    if (!done.has(start)) enter(start)
    while (open.length > 0) {
      const { value: next, done: ended } = (open.at(-1) as Iterator<string>).next()
      const here = path.at(-1) as string
      if (ended) {
        open.pop()
        path.pop()
        place.delete(here)
        done.add(here)
      } else if (place.has(next)) {
        found.push({ from: here, to: next, path: [...path.slice(place.get(next)), next] })
      } else if (!done.has(next)) enter(next)
    }
  }
  return found
}

/** The cycle that `id` would be on if it named `names`, for people: `a > b > a`; undefined when there is none. */
export function cycleThrough(
  id: string,
  names: readonly string[],
  namedBy: (id: string) => readonly string[],
): string | undefined {
  const from = new Map<string, string>()
  const queue = [...names]
  for (const name of names) if (!from.has(name)) from.set(name, id)
  for (const at of queue) {
    if (at === id) break
    for (const next of namedBy(at)) {
      if (from.has(next)) continue
      from.set(next, at)
      queue.push(next)
    }
  }
  if (!from.has(id)) return undefined
  const path = [id]
  for (let at = from.get(id) as string; at !== id; at = from.get(at) as string) path.unshift(at)
  return [id, ...path].join(' > ')
}
