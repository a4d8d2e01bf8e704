import { describe, expect, it } from 'vitest'
import { standing } from './site-desk.ts'

const identities = (enrolled: Record<string, { at: number; state?: string }>) => ({
  identity: (id: string) => {
    const one = enrolled[id]
    return one && ({ enrolledAt: one.at, state: one.state ?? 'active' } as never)
  },
})
const ids = (...names: string[]) => names.map((id) => ({ id }))

describe('the agents of a site', () => {
  it('stand in the order in which they got something to watch, then those of the file, then by enrolment', () => {
    const known = identities({ late: { at: 20 }, early: { at: 10 }, gone: { at: 5, state: 'revoked' } })
    const all = ids('late', 'file', 'early', 'gone')
    const order = (places: Record<string, number>) =>
      standing(all, known, (id) => places[id] ?? Number.POSITIVE_INFINITY).map((a) => a.id)
    expect(order({})).toEqual(['file', 'early', 'late'])
    // an agent that is added to the file takes nothing away from one that enrolled before
    expect(order({ early: 0 })).toEqual(['early', 'file', 'late'])
    expect(order({ late: 0, early: 3, gone: 1 })).toEqual(['late', 'early', 'file'])
  })
})
