import { describe, expect, it } from 'vitest'
import type { DependencyEdge, DependencyNode } from '#shared/http/cause.ts'
import { dependentsOf } from './dependents.ts'

const node = (id: string, more: Partial<DependencyNode> = {}): DependencyNode => ({
  ...{ id, kind: 'device', name: id, state: 'up', verdict: 'well', causes: [], causeAlarm: null, why: '', until: null },
  ...{ ways: 1, waysAlive: 1, feeds: 0, feedsAlive: 0 },
  ...more,
})
const edge = (from: string, to: string, kind: DependencyEdge['kind'] = 'link'): DependencyEdge => ({
  ...{ id: `${from} ${to}`, kind, from, fromPort: '', to, toPort: '', dead: false, alarm: null },
})
const nodes = [
  node('agent', { kind: 'agent' }),
  ...['core', 'a', 'b', 'c', 'ups', 'lone'].map((id) => node(id, id === 'b' ? { feeds: 1 } : {})),
]

describe('what depends on a device', () => {
  it('is what only it leads to, whichever way a link was drawn', () => {
    const edges = [edge('agent', 'core'), edge('a', 'core', 'parent'), edge('a', 'b'), edge('c', 'a')]
    const of = (id: string) => dependentsOf({ nodes, edges }, id).map((one) => one.id)
    expect(of('core')).toEqual(['a', 'b', 'c'])
    expect(of('a')).toEqual(['b', 'c'])
    expect(of('b')).toEqual([])
    const ring = [...edges, edge('core', 'b')]
    expect(dependentsOf({ nodes, edges: ring }, 'a').map((one) => one.id)).toEqual(['c'])
  })

  it('is what only it feeds, and never what nothing leads to anyway', () => {
    const edges = [edge('agent', 'core'), edge('core', 'b'), edge('ups', 'b', 'power'), edge('ups', 'core', 'power')]
    expect(dependentsOf({ nodes, edges }, 'ups').map((one) => one.id)).toEqual(['b'])
    expect(dependentsOf({ nodes, edges }, 'lone')).toEqual([])
  })
})
