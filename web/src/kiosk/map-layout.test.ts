import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceAt, layoutMap, type MapGroup } from './map-layout.ts'

const HEAD = 20
const sites = (n: number, each: number): MapGroup[] =>
  Array.from({ length: n }, (_, i) => ({ label: `Site ${i}`, count: each }))

describe('the availability map', () => {
  it('shows 5,000 devices of 200 sites on one screen', () => {
    const { pages, cell } = layoutMap(sites(200, 25), 1880, 920, HEAD)
    expect(pages).toHaveLength(1)
    expect(cell).toBeGreaterThanOrEqual(12)
  })

  it('draws few devices large', () => expect(layoutMap(sites(2, 4), 1880, 920, HEAD).cell).toBe(110))

  it('turns pages rather than draw what nobody can see', () => {
    const { pages, cell } = layoutMap(sites(400, 60), 1200, 600, HEAD)
    expect(pages.length).toBeGreaterThan(1)
    expect(cell).toBe(7)
  })

  it('has a place for nothing', () => {
    expect(layoutMap([], 100, 100, HEAD).pages).toEqual([[]])
    expect(layoutMap(sites(3, 0), 100, 100, HEAD).pages).toEqual([[]])
    expect(layoutMap(sites(3, 5), 0, 0, HEAD).pages).toEqual([[]])
  })

  it('shows each device once, inside the screen, and none over another', () => {
    const screens = fc.tuple(fc.integer({ min: 320, max: 3840 }), fc.integer({ min: 200, max: 2160 }))
    const counts = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 })
    fc.assert(
      fc.property(screens, counts, ([width, height], list) => {
        const groups = list.map((count, i) => ({ label: `${i}`, count }))
        const layout = layoutMap(groups, width, height, HEAD)
        const seen = groups.map(() => 0)
        for (const boxes of layout.pages) {
          const areas = boxes.map((box) => {
            seen[box.group] = (seen[box.group] ?? 0) + box.count
            const rows = Math.ceil(box.count / box.columns)
            const bottom = box.y + layout.head + rows * layout.cell
            expect(bottom).toBeLessThanOrEqual(height)
            expect(box.x + box.columns * layout.cell).toBeLessThanOrEqual(width)
            return { ...box, bottom, right: box.x + box.width }
          })
          for (const [i, a] of areas.entries())
            for (const b of areas.slice(i + 1))
              expect(a.right <= b.x || b.right <= a.x || a.bottom <= b.y || b.bottom <= a.y).toBe(true)
        }
        expect(seen).toEqual(list)
      }),
      { numRuns: 60 },
    )
  })

  it('knows whose square is under the hand', () => {
    const layout = layoutMap(sites(2, 7), 800, 400, HEAD)
    const [, box] = layout.pages[0] ?? []
    if (!box) throw new Error('no second site')
    const at = (column: number, row: number) =>
      deviceAt(layout, 0, box.x + (column + 0.5) * layout.cell, box.y + HEAD + (row + 0.5) * layout.cell)
    expect(at(0, 0)).toEqual({ group: 1, index: 0 })
    expect(at(1, 0)).toEqual({ group: 1, index: 1 })
    expect(at(6, 1)).toBeUndefined()
    expect(deviceAt(layout, 0, box.x + 2, box.y + 2)).toBeUndefined()
  })
})
