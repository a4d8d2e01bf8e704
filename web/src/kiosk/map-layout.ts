// Where the squares of an availability map stand: sites as boxes in rows, squares as large as the screen lets them be. Pure.

export interface MapGroup {
  readonly label: string
  /** Width of the label in the line over the squares, in heights of that line; 0 when it may be cut. */
  readonly labelWidth?: number
  readonly count: number
}

export interface MapBox {
  /** Place in the groups given. */
  readonly group: number
  readonly x: number
  readonly y: number
  readonly width: number
  /** Squares side by side. */
  readonly columns: number
  /** Of its squares those from here, so many: a site larger than a page goes on on the next. */
  readonly from: number
  readonly count: number
}

export interface MapLayout {
  /** Side of a square with the gap to the next, px. */
  readonly cell: number
  /** Height of the line with the name of the site, px. */
  readonly head: number
  readonly pages: readonly (readonly MapBox[])[]
}

const SMALLEST = 7
const LARGEST = 110
/** Names are written out where squares are still this large beside them. */
const ROOMY = 20

/** `head`: height of the line over the squares, px. More than one page only where squares would become too small to see. */
export function layoutMap(groups: readonly MapGroup[], width: number, height: number, head: number): MapLayout {
  const shown = groups.map((group, i) => ({ ...group, i })).filter((group) => group.count > 0)
  if (shown.length === 0 || width <= 0 || height <= 0) return { cell: LARGEST, head, pages: [[]] }
  const largest = (of: typeof shown, line: number) => {
    let [low, high] = [SMALLEST, LARGEST]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (place(of, width, height, line, middle).length === 1) low = middle
      else high = middle - 1
    }
    return { cell: low, head: line, of }
  }
  const roomy = largest(shown, head)
  const tight = shown.map((group) => ({ ...group, labelWidth: 0 }))
  // names give way before squares do
  const best =
    roomy.cell >= ROOMY
      ? roomy
      : [1, 0.75, 0.55]
          .map((part) => largest(tight, Math.round(head * part)))
          .reduce((a, b) => (b.cell > a.cell ? b : a))
  return { cell: best.cell, head: best.head, pages: place(best.of, width, height, best.head, best.cell) }
}

/** Boxes in rows from left to right; a row that does not fit below opens a page. */
function place(
  groups: readonly (MapGroup & { readonly i: number })[],
  width: number,
  height: number,
  head: number,
  cell: number,
): MapBox[][] {
  const gap = Math.round(head * 0.6)
  const across = Math.max(1, Math.floor(width / cell))
  const down = Math.max(1, Math.floor((height - head) / cell))
  const pages: MapBox[][] = [[]]
  let [x, y, rowHeight] = [0, 0, 0]
  for (const group of groups) {
    const narrowest = Math.min(width, head * Math.max(5, group.labelWidth ?? 0))
    let from = 0
    while (from < group.count) {
      const left = group.count - from
      // wider than high: names are long and screens are wide
      const wished = Math.max(Math.ceil(Math.sqrt(left * 2.6)), Math.floor(narrowest / cell))
      const columns = Math.min(across, wished)
      const rows = Math.min(down, Math.ceil(left / columns))
      const boxWidth = Math.max(narrowest, columns * cell)
      const boxHeight = head + rows * cell
      if (x > 0 && x + boxWidth > width) [x, y, rowHeight] = [0, y + rowHeight + gap, 0]
      if (y > 0 && y + boxHeight > height) {
        pages.push([])
        ;[x, y, rowHeight] = [0, 0, 0]
      }
      const count = Math.min(left, rows * columns)
      pages.at(-1)?.push({ group: group.i, x, y, width: boxWidth, columns, from, count })
      from += count
      x += boxWidth + gap
      rowHeight = Math.max(rowHeight, boxHeight)
    }
  }
  return pages
}

/** Box and number of the device whose square is at a point of a page; undefined between squares. */
export function deviceAt(
  layout: MapLayout,
  page: number,
  x: number,
  y: number,
): { readonly group: number; readonly index: number } | undefined {
  for (const box of layout.pages[page] ?? []) {
    const column = Math.floor((x - box.x) / layout.cell)
    const row = Math.floor((y - box.y - layout.head) / layout.cell)
    const index = row * box.columns + column
    if (column >= 0 && column < box.columns && row >= 0 && index < box.count)
      return { group: box.group, index: box.from + index }
  }
  return undefined
}
