import { describe, expect, it } from 'vitest'
import { filterOf, isFiltered, readIncidentSearch } from './incident-search.ts'

describe('the address of the incident list', () => {
  it('keeps what it understands', () => {
    const raw = { view: 'mine', as: 'board', q: 12, state: 'waiting', priority: '2', tier: 9, site: '', sort: 'x' }
    expect(readIncidentSearch(raw)).toEqual({ view: 'mine', as: 'board', q: '12', state: 'waiting', priority: 2 })
    expect(readIncidentSearch({ view: 'other', state: ['new'], customer: 'x'.repeat(500) })).toEqual({
      customer: 'x'.repeat(200),
    })
  })

  it.each([
    [{}, { open: true }],
    [{ view: 'mine' }, { open: true, assignee: 'nora' }],
    [
      { view: 'mine', assignee: 'li' },
      { open: true, assignee: 'nora' },
    ],
    [
      { view: 'unassigned', tier: 2 },
      { open: true, unassigned: true, tier: [2] },
    ],
    [{ view: 'resolved' }, { state: ['resolved', 'closed'] }],
    [
      { view: 'all', priority: 1, sort: 'priority' },
      { priority: [1], sort: 'priority' },
    ],
    [
      { state: 'waiting', site: 's', q: 'fan' },
      { state: ['waiting'], site: 's', q: 'fan' },
    ],
  ] as const)('%j asks for %j', (search, filter) => expect(filterOf(search, 'nora')).toEqual(filter))

  it('knows when something is left out', () => {
    expect(isFiltered({ view: 'mine', as: 'board', sort: 'priority' })).toBe(false)
    expect(isFiltered({ tier: 2 })).toBe(true)
    expect(isFiltered({ q: 'x' })).toBe(true)
  })
})
