// Draws a page of the availability map. Five thousand squares are one picture here and would be ten thousand elements there.
import type { KioskDevice } from '#shared/http/kiosk.ts'
import type { MapLayout } from './map-layout.ts'

/** What a square says: its device's state, or the worst alarm of a device that is up. */
export type Square = 'down' | 'unknown' | 'up' | 'critical' | 'major' | 'minor' | 'warning' | 'indeterminate'

export const squareOf = ([, , state, , severity]: KioskDevice): Square => (state === 'up' ? (severity ?? 'up') : state)

const LETTERS: Readonly<Partial<Record<Square, string>>> = {
  critical: 'C',
  major: 'M',
  minor: 'm',
  warning: 'w',
  indeterminate: '!',
}

interface Picture {
  readonly groups: readonly {
    readonly label: string
    readonly short: string
    readonly devices: readonly KioskDevice[]
  }[]
  readonly layout: MapLayout
  readonly page: number
  readonly width: number
  readonly height: number
}

export function drawMap(canvas: HTMLCanvasElement, picture: Picture): void {
  const { groups, layout, page, width, height } = picture
  const scale = devicePixelRatio || 1
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const pen = canvas.getContext('2d')
  if (!pen) return
  const style = getComputedStyle(canvas)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const colours: Readonly<Record<Square, string>> = {
    ...{ down: colour('--o-critical'), unknown: colour('--k-unknown'), up: colour('--k-up') },
    ...{ critical: colour('--o-critical'), major: colour('--o-major'), minor: colour('--o-minor') },
    ...{ warning: colour('--o-warning'), indeterminate: colour('--o-indeterminate') },
  }
  const [ink, dark] = [colour('--o-ink-2'), '#241c00']
  const { cell, head } = layout
  const side = cell - Math.max(1, Math.round(cell * 0.12))
  pen.scale(scale, scale)
  pen.textBaseline = 'middle'
  for (const box of layout.pages[page] ?? []) {
    const group = groups[box.group]
    if (!group) continue
    pen.textAlign = 'left'
    pen.font = `600 ${Math.round(head * 0.56)}px ${style.fontFamily}`
    pen.fillStyle = ink
    const room = box.width - head * 0.2
    const label = pen.measureText(group.label).width <= room ? group.label : fitted(pen, group.short, room)
    pen.fillText(label, box.x, box.y + head * 0.45)
    pen.textAlign = 'center'
    pen.font = `700 ${Math.round(side * 0.66)}px ${style.fontFamily}`
    for (let i = 0; i < box.count; i++) {
      const device = group.devices[box.from + i]
      if (!device) continue
      const square = squareOf(device)
      const x = box.x + (i % box.columns) * cell
      const y = box.y + head + Math.floor(i / box.columns) * cell
      drawSquare(pen, square, x, y, side, colours[square], square === 'minor' ? dark : '#fff')
    }
  }
}

/** Down is crossed out, unknown is a frame, an alarm has its letter, and what is well is plain and small. */
function drawSquare(
  pen: CanvasRenderingContext2D,
  square: Square,
  x: number,
  y: number,
  side: number,
  colour: string,
  ink: string,
): void {
  pen.fillStyle = colour
  pen.strokeStyle = colour
  if (square === 'up') {
    const inset = side * 0.14
    pen.fillRect(x + inset, y + inset, side - 2 * inset, side - 2 * inset)
    return
  }
  if (square === 'unknown') {
    pen.lineWidth = Math.max(1.5, side * 0.12)
    const half = pen.lineWidth / 2
    pen.strokeRect(x + half, y + half, side - 2 * half, side - 2 * half)
    if (side >= 12) {
      pen.fillText('?', x + side / 2, y + side * 0.54)
    }
    return
  }
  pen.fillRect(x, y, side, side)
  const letter = LETTERS[square]
  if (letter === undefined) {
    pen.strokeStyle = ink
    pen.lineWidth = Math.max(1.5, side * 0.12)
    pen.beginPath()
    for (const [from, to] of [
      [0.26, 0.74],
      [0.74, 0.26],
    ] as const) {
      pen.moveTo(x + side * from, y + side * 0.26)
      pen.lineTo(x + side * to, y + side * 0.74)
    }
    pen.stroke()
  } else if (side >= 9) {
    pen.fillStyle = ink
    pen.fillText(letter, x + side / 2, y + side * 0.55)
  }
}

function fitted(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text
  let length = text.length
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > width) length = Math.floor(length * 0.9)
  return `${text.slice(0, length)}…`
}
