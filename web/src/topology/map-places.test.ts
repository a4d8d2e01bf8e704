import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { campus } from '#test/support/console-scenario/site-map.ts'
import { type SiteMap, siteMapOf } from './map-model.ts'
import { CELL, placesOf, placesWith } from './map-places.ts'

const graph = (ids: readonly string[], pairs: readonly (readonly [string, string])[], agent?: string): SiteMap => ({
  nodes: ids.map((id) => ({
    ...{ id, name: id, kind: id === agent ? ('agent' as const) : ('switch' as const), isDevice: true, state: 'up' },
    ...{ worst: null, openAlarms: 0, verdict: 'well', why: '', causes: [], causeAlarm: null },
  })),
  edges: pairs.map(([a, b], i) => ({
    ...{ id: `e${i}`, a, b, aPort: '', bPort: '', kind: 'link' as const, isStale: false, isDead: false, by: null },
  })),
})

function overlaps(places: ReturnType<typeof placesOf>): string[] {
  const all = [...places]
  return all.flatMap(([id, a], i) =>
    all
      .slice(i + 1)
      .filter(([, b]) => Math.abs(a.x - b.x) < CELL.width * 0.85 && Math.abs(a.y - b.y) < CELL.height * 0.85)
      .map(([other]) => `${id} ${other}`),
  )
}

const anyGraph = fc
  .integer({ min: 1, max: 40 })
  .chain((n) =>
    fc.record({
      n: fc.constant(n),
      pairs: fc.array(fc.tuple(fc.integer({ min: 0, max: n - 1 }), fc.integer({ min: 0, max: n - 1 })), {
        maxLength: 60,
      }),
    }),
  )
  .map(({ n, pairs }) =>
    graph(
      Array.from({ length: n }, (_, i) => `d${i}`),
      pairs.filter(([a, b]) => a !== b).map(([a, b]) => [`d${a}`, `d${b}`] as const),
    ),
  )

describe('places', () => {
  it('of any graph are all there, apart from each other, and the same in whatever order it is told', () => {
    fc.assert(
      fc.property(anyGraph, (map) => {
        const places = placesOf(map)
        expect(places.size).toBe(map.nodes.length)
        expect(overlaps(places)).toEqual([])
        const turned = { nodes: [...map.nodes].reverse(), edges: [...map.edges].reverse() }
        const again = placesOf(turned)
        for (const [id, place] of places) expect(again.get(id)).toEqual(place)
      }),
    )
  })

  it('begin with the agent, and what hangs on a device stands below it', () => {
    const places = placesOf(
      graph(
        ['a', 'core', 'x', 'y', 'end'],
        [
          ['a', 'core'],
          ['core', 'x'],
          ['core', 'y'],
          ['x', 'end'],
        ],
        'a',
      ),
    )
    const y = (id: string) => places.get(id)?.y ?? 0
    expect(y('a')).toBeLessThan(y('core'))
    expect(y('core')).toBeLessThan(y('x'))
    expect(y('x')).toBeLessThan(y('end'))
  })

  it('of 300 devices make a picture of a usual shape, at once', () => {
    const { links, dependencies } = campus('big', 300, 0)
    const map = siteMapOf(links, dependencies)
    const began = performance.now()
    const places = [...placesOf(map).values()]
    expect(performance.now() - began).toBeLessThan(200)
    const wide = Math.max(...places.map((p) => p.x)) - Math.min(...places.map((p) => p.x))
    const high = Math.max(...places.map((p) => p.y)) - Math.min(...places.map((p) => p.y))
    expect(wide / high).toBeGreaterThan(0.8)
    expect(wide / high).toBeLessThan(4)
  })

  it('stay as people left them; a new device comes beside what it hangs on', () => {
    const before = graph(
      ['a', 'b', 'c'],
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    )
    const left = new Map([...placesOf(before), ['c', { x: 900, y: 40 }] as const])
    const after = graph(
      ['a', 'b', 'c', 'new'],
      [
        ['a', 'b'],
        ['a', 'c'],
        ['c', 'new'],
      ],
    )
    const places = placesWith(after, left)
    for (const id of ['a', 'b', 'c']) expect(places.get(id)).toEqual(left.get(id))
    expect(places.get('new')).toEqual({ x: 900 - CELL.width, y: 40 + CELL.height })
    expect(overlaps(places)).toEqual([])
  })

  it('are made anew when most of the site is', () => {
    const map = graph(['a', 'b', 'c', 'd'], [['a', 'b']])
    expect(placesWith(map, new Map([['a', { x: 5000, y: 5000 }]]))).toEqual(placesOf(map))
  })
})
