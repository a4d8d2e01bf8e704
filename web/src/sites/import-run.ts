// Many rows in parts that one request may bring: a device after those it is reached through, so that each part finds its
// parents there; the answers put together as if it had been one.
import type { ImportResult } from '#shared/http/site-config.ts'
import { sentenceOf } from '../ui/said.ts'

/** Rows of one request: soon answered, so that progress is seen. */
export const PART_ROWS = 250

type Row = Readonly<Record<string, unknown>>
type Item = ImportResult['items'][number]

export interface ImportRun {
  readonly items: readonly Item[]
  /** Rows that were not sent any more. */
  readonly left: number
}

/**
 * `ask` brings one part; `onProgress` hears how many rows are answered; ends early, with what is done, when `signal` does.
 * Rejects with what `ask` rejects with when nothing was answered yet.
 */
export async function importInParts(
  devices: readonly Row[],
  ask: (part: readonly Row[]) => Promise<ImportResult>,
  { dryRun, signal, onProgress }: { dryRun: boolean; signal: AbortSignal; onProgress(done: number): void },
): Promise<ImportRun> {
  const items: Item[] = []
  for (const part of partsOf(devices)) {
    if (signal.aborted) break
    const answer = await ask(part.map((place) => devices[place] as Row)).catch((failure: unknown) => {
      if (items.length === 0) throw failure
      return undefined
    })
    if (answer === undefined) break
    items.push(...answer.items.map((item) => ({ ...item, row: part[item.row] ?? item.row })))
    onProgress(items.length)
  }
  const all = dryRun ? withOwnParents(items, devices) : items
  return { items: [...all].sort((a, b) => a.row - b.row), left: devices.length - items.length }
}

/** Places of the rows, parents first, in parts. Rows that go round in a circle come in the order of the table. */
export function partsOf(devices: readonly Row[], most = PART_ROWS): number[][] {
  const placeOf = new Map(devices.map((device, place) => [device.id, place]))
  const order: number[] = []
  const state = new Uint8Array(devices.length)
  for (let first = 0; first < devices.length; first++) {
    const stack = [first]
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      if (state[at] === 0) {
        state[at] = 1
        const before = parentsOf(devices[at]).flatMap((id) => placeOf.get(id) ?? [])
        stack.push(...before.filter((place) => state[place] === 0))
      } else {
        stack.pop()
        if (state[at] === 1) order.push(at)
        state[at] = 2
      }
    }
  }
  return Array.from({ length: Math.ceil(order.length / most) }, (_, i) => order.slice(i * most, (i + 1) * most))
}

/** A look only keeps nothing: a parent of another part is not there yet, and will be. */
function withOwnParents(items: readonly Item[], devices: readonly Row[]): Item[] {
  const own = new Set(devices.map((device) => device.id))
  const isComing = (message: string) => {
    const [sentence, names] = sentenceOf(message) ?? []
    return sentence === 'noParent' && own.has(names?.name ?? '')
  }
  return items.map((item) => {
    if (item.outcome !== 'refused' || !item.problems.every(({ message }) => isComing(message))) return item
    return { ...item, outcome: 'added', problems: [] }
  })
}

function parentsOf(device: Row | undefined): readonly string[] {
  return Array.isArray(device?.parents) ? (device.parents as string[]) : []
}
