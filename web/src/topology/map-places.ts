// Where the nodes of a site stand in its picture: the same graph gives the same picture. What hangs on a device stands below
// it, ends in a block of their own, so that hundreds of them stay a picture and not a line. Pure.
import type { SiteMap } from './map-model.ts'

export interface Place {
  readonly x: number
  readonly y: number
}
export type Places = ReadonlyMap<string, Place>

/** Room of one node with its name. */
export const CELL = { width: 116, height: 96 }
/** Between groups of different devices. */
const GAP = { x: 36, y: 44 }
const ASPECT = 3.4
/** Of a block of ends. */
const BLOCK_ASPECT = 1.7
/** No wider picture than this is made of a few groups that fit side by side. */
const ONE_LINE = 1250

interface Block {
  readonly width: number
  readonly height: number
  /** From its upper left corner. */
  readonly places: ReadonlyMap<string, Place>
}

/** All anew. Centres of the nodes, from 0, 0 on. */
export function placesOf({ nodes, edges }: SiteMap): Places {
  const ids = nodes.map((node) => node.id).sort()
  const next = neighbours(
    ids,
    edges.filter(({ kind }) => kind !== 'power'),
  )
  // what only feeds or is fed hangs on that
  const fed = neighbours(
    ids,
    edges.filter(({ kind }) => kind === 'power'),
  )
  const seen = new Set<string>()
  const blocks: Block[] = []
  const alone: string[] = []
  const roots = [
    ...nodes.filter((node) => node.kind === 'agent').map((node) => node.id),
    ...[...ids].sort((a, b) => size(next, b) - size(next, a) || (a < b ? -1 : 1)),
  ]
  for (const root of roots) {
    if (seen.has(root)) continue
    const children = treeOf(root, next, fed, seen)
    if (children.size === 0) alone.push(root)
    else blocks.push(blockOf(root, children))
  }
  blocks.sort((a, b) => b.width * b.height - a.width * a.height)
  if (alone.length > 0) blocks.push(gridOf(alone))
  return shelved(blocks, { x: GAP.x * 2, y: GAP.y * 2 }).places
}

/**
 * Places as people left them; what is new stands beside what it hangs on, where there is room. Anew when most of it is new.
 */
export function placesWith(map: SiteMap, remembered: Places): Places {
  const known = map.nodes.filter((node) => remembered.has(node.id))
  if (known.length * 2 < map.nodes.length) return placesOf(map)
  const places = new Map(known.map(({ id }) => [id, remembered.get(id) as Place]))
  for (const { id } of map.nodes) {
    if (places.has(id)) continue
    const beside = map.edges
      .map(({ a, b }) => (a === id ? b : b === id ? a : undefined))
      .find((other) => other !== undefined && places.has(other))
    places.set(id, freeBeside(places, beside === undefined ? lowest(places) : (places.get(beside) as Place)))
  }
  return places
}

function neighbours(ids: readonly string[], edges: SiteMap['edges']): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]))
  for (const { a, b } of edges) {
    next.get(a)?.add(b)
    next.get(b)?.add(a)
  }
  return new Map([...next].map(([id, others]) => [id, [...others].sort()]))
}

const size = (next: ReadonlyMap<string, readonly string[]>, id: string) => next.get(id)?.length ?? 0

/** Breadth first: who hangs on whom. Marks what it reaches. */
function treeOf(
  root: string,
  next: ReadonlyMap<string, readonly string[]>,
  fed: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>()
  const queue = [root]
  seen.add(root)
  const take = (from: string, others: readonly string[]) => {
    for (const other of others) {
      if (seen.has(other)) continue
      seen.add(other)
      children.set(from, [...(children.get(from) ?? []), other])
      queue.push(other)
    }
  }
  for (let i = 0; i < queue.length; i++) take(queue[i] as string, next.get(queue[i] as string) ?? [])
  for (const id of [...queue])
    take(
      id,
      (fed.get(id) ?? []).filter((other) => size(next, other) === 0),
    )
  return children
}

function blockOf(id: string, children: ReadonlyMap<string, readonly string[]>): Block {
  const own = children.get(id) ?? []
  const ends = own.filter((child) => !children.has(child))
  const inner = own.filter((child) => children.has(child)).map((child) => blockOf(child, children))
  if (own.length === 0) return gridOf([id])
  const below = shelved([...inner, ...(ends.length > 0 ? [gridOf(ends)] : [])], GAP)
  const width = Math.max(CELL.width, below.width)
  const top = CELL.height + GAP.y / 2
  const places = new Map<string, Place>([[id, { x: width / 2, y: CELL.height / 2 }]])
  const left = (width - below.width) / 2
  for (const [child, { x, y }] of below.places) places.set(child, { x: x + left, y: y + top })
  return { width, height: top + below.height, places }
}

/** Ends stand in lines, not much wider than high. */
function gridOf(ids: readonly string[]): Block {
  const columns = Math.max(1, Math.ceil(Math.sqrt(ids.length * BLOCK_ASPECT * (CELL.height / CELL.width))))
  const places = new Map(
    ids.map((id, i) => [
      id,
      { x: ((i % columns) + 0.5) * CELL.width, y: (Math.floor(i / columns) + 0.5) * CELL.height },
    ]),
  )
  const used = Math.min(columns, ids.length)
  return { width: used * CELL.width, height: Math.ceil(ids.length / columns) * CELL.height, places }
}

/** Blocks side by side, in as many lines as make a picture of a usual shape. */
function shelved(blocks: readonly Block[], gap: Place): Block {
  const area = blocks.reduce((sum, { width, height }) => sum + (width + gap.x) * (height + gap.y), 0)
  const limit = Math.max(...blocks.map(({ width }) => width), Math.sqrt(area * ASPECT), ONE_LINE)
  const lines: Block[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const block of blocks) {
    if (used + block.width > limit) {
      lines.push([])
      used = 0
    }
    lines.at(-1)?.push(block)
    used += block.width + gap.x
  }
  const widthOf = (line: readonly Block[]) => line.reduce((sum, { width }) => sum + width + gap.x, -gap.x)
  const width = Math.max(0, ...lines.map(widthOf))
  const places = new Map<string, Place>()
  let y = 0
  for (const line of lines) {
    let x = (width - widthOf(line)) / 2
    for (const block of line) {
      for (const [id, place] of block.places) places.set(id, { x: x + place.x, y: y + place.y })
      x += block.width + gap.x
    }
    y += Math.max(...line.map(({ height }) => height)) + gap.y
  }
  return { width, height: Math.max(0, y - gap.y), places }
}

/** The nearest free room below or beside, ring by ring. */
function freeBeside(places: Places, { x, y }: Place): Place {
  const isFree = (at: Place) =>
    [...places.values()].every(
      (o) => Math.abs(o.x - at.x) >= CELL.width * 0.9 || Math.abs(o.y - at.y) >= CELL.height * 0.9,
    )
  for (let ring = 1; ring < 60; ring++)
    for (const row of [ring, ...Array.from({ length: ring }, (_, i) => ring - 1 - i)])
      for (let column = -ring; column <= ring; column++) {
        if (Math.max(Math.abs(column), row) !== ring) continue
        const at = { x: x + column * CELL.width, y: y + row * CELL.height }
        if (isFree(at)) return at
      }
  return { x, y: y + 60 * CELL.height }
}

function lowest(places: Places): Place {
  return [...places.values()].reduce((low, one) => (one.y > low.y ? one : low), { x: 0, y: 0 })
}
