import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cyclesOf, cycleThrough } from './cycles.ts'

const map = (named: Record<string, string[]>) => new Map(Object.entries(named))

describe('cycles', () => {
  it('are named along their way', () => {
    expect(cyclesOf(map({ a: ['b'], b: ['c'], c: ['a'], d: ['a'] }))).toEqual([
      { from: 'c', to: 'a', path: ['a', 'b', 'c', 'a'] },
    ])
    expect(cyclesOf(map({ a: ['a'] }))).toEqual([{ from: 'a', to: 'a', path: ['a', 'a'] }])
    expect(cyclesOf(map({ a: ['b', 'nobody'], b: [] }))).toEqual([])
  })

  it('that one more device would close are refused with their way', () => {
    const named = map({ b: ['c'], c: ['a'] })
    expect(cycleThrough('a', ['b'], (id) => named.get(id) ?? [])).toBe('a > b > c > a')
    expect(cycleThrough('x', ['b'], (id) => named.get(id) ?? [])).toBeUndefined()
  })

  it('leave nothing cyclic when their closing edges are taken out', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const graphs = fc.dictionary(fc.constantFrom(...ids), fc.array(fc.constantFrom(...ids), { maxLength: 4 }))
    fc.assert(
      fc.property(graphs, (graph) => {
        const named = map(graph)
        for (const { from, to, path } of cyclesOf(named)) {
          expect(path[0]).toBe(path.at(-1))
          for (let i = 1; i < path.length; i++) expect(graph[path[i - 1] as string]).toContain(path[i])
          named.set(from, named.get(from)?.filter((id) => id !== to) ?? [])
        }
        expect(cyclesOf(named)).toEqual([])
      }),
    )
  })
})
