// What happened beside the values: alarms as strips along the top with a line where they began, work on the equipment as a
// shade behind everything.
import type uPlot from 'uplot'
import type { Severity } from '#shared/domain/severity.ts'

/** `until` null: it goes on. ms. */
export interface Mark {
  readonly at: number
  readonly until: number | null
  readonly severity: Severity
  readonly text: string
}

export interface Shade {
  readonly from: number
  readonly to: number
  readonly text: string
}

const STRIP = 4

/** Draws them; `colour` reads a token of the page. */
export function chartMarks(
  marks: readonly Mark[],
  shades: readonly Shade[],
  colour: (name: string) => string,
): uPlot.Plugin {
  const span = ({ bbox, valToPos }: uPlot, from: number, to: number) => {
    const clamp = (at: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, valToPos(at / 1000, 'x', true)))
    return [clamp(from), clamp(to)] as const
  }
  return {
    hooks: {
      drawClear: (chart) => {
        const { ctx, bbox } = chart
        ctx.save()
        ctx.fillStyle = `${colour('--o-indeterminate')}1c`
        for (const { from, to } of shades) {
          const [left, right] = span(chart, from, to)
          if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height)
        }
        ctx.restore()
      },
      draw: (chart) => {
        const { ctx, bbox, scales } = chart
        const [first = 0, last = 0] = [(scales.x?.min ?? 0) * 1000, (scales.x?.max ?? 0) * 1000]
        ctx.save()
        for (const { at, until, severity } of marks) {
          if (at > last || (until ?? last) < first) continue
          const [left, right] = span(chart, at, until ?? last)
          ctx.fillStyle = colour(`--o-${severity}`)
          ctx.fillRect(left, bbox.top, Math.max(right - left, 2 * devicePixelRatio), STRIP * devicePixelRatio)
          if (at < first) continue
          ctx.globalAlpha = 0.75
          ctx.fillRect(left, bbox.top, devicePixelRatio, bbox.height)
          ctx.globalAlpha = 1
        }
        ctx.restore()
      },
    },
  }
}

/** What is to be said of a moment: marks that began within `near` ms of it or hold then, shades around it. */
export function markedAt(marks: readonly Mark[], shades: readonly Shade[], at: number, near: number): string[] {
  const told = marks.filter((mark) => at >= mark.at - near && at <= (mark.until ?? Number.POSITIVE_INFINITY) + near)
  const around = shades.filter((shade) => at >= shade.from && at <= shade.to)
  return [...told.slice(0, MOST), ...around].map(({ text }) => `▪ ${text}`)
}

const MOST = 4
