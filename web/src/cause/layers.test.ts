import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DependencyEdge, DependencyNode } from '#shared/http/cause.ts'
import { pictureOf } from './layers.ts'

const node = (id: string, kind: DependencyNode['kind'] = 'device'): DependencyNode => ({
  ...{ id, kind, name: id, state: 'up', verdict: 'well', causes: [], causeAlarm: null, why: '', until: null },
  ...{ ways: 1, waysAlive: 1, feeds: 0, feedsAlive: 0 },
})
const edge = (from: string, to: string, kind: DependencyEdge['kind'] = 'link'): DependencyEdge => ({
  ...{ id: `${from}-${to}`, kind, from, fromPort: '', to, toPort: '', dead: false, alarm: null },
})

describe('the picture of a site', () => {
  it('has the agent above and each step further away below', () => {
    const nodes = [node('acc-2'), node('core'), node('agent', 'agent'), node('acc-1'), node('ups'), node('lost')]
    const edges = [edge('agent', 'core'), edge('core', 'acc-1'), edge('acc-2', 'core'), edge('ups', 'acc-1', 'power')]
    const { placed, layers, widest } = pictureOf(nodes, edges)
    const layerOf = (id: string) => placed.find((one) => one.node.id === id)?.layer
    expect(['agent', 'core', 'acc-1', 'acc-2', 'ups', 'lost'].map(layerOf)).toEqual([0, 1, 2, 2, 1, 3])
    expect([layers, widest]).toEqual([4, 2])
  })

  it('orders a layer by what stands above it', () => {
    const nodes = ['a', 'b', 'under-b', 'under-a'].map((id) => node(id))
    const edges = [edge('agent', 'a'), edge('agent', 'b'), edge('b', 'under-b'), edge('a', 'under-a')]
    const { placed } = pictureOf([node('agent', 'agent'), ...nodes], edges)
    expect(placed.filter((one) => one.layer === 2).map((one) => one.node.id)).toEqual(['under-a', 'under-b'])
  })

  it('places every node once, whatever the graph: cycles, islands, no agent', () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String)
    const kinds = fc.constantFrom('link' as const, 'parent' as const, 'power' as const)
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { maxLength: 13 }),
        fc.array(fc.tuple(id, id, kinds), { maxLength: 30 }),
        fc.boolean(),
        (ids, pairs, hasAgent) => {
          const nodes = ids.map((one, i) => node(one, hasAgent && i === 0 ? 'agent' : 'device'))
          const known = pairs.filter(([a, b]) => ids.includes(a) && ids.includes(b))
          const { placed, widest } = pictureOf(
            nodes,
            known.map(([a, b, kind]) => edge(a, b, kind)),
          )
          expect(placed.map((one) => one.node.id).sort()).toEqual([...ids].sort())
          const places = placed.map((one) => `${one.layer} ${one.at}`)
          expect(new Set(places).size).toBe(places.length)
          expect(placed.every((one) => one.at < widest)).toBe(true)
        },
      ),
    )
  })
})
