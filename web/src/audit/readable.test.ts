import { describe, expect, it } from 'vitest'
import { linesOf, shortText } from './readable.ts'

describe('an entry of the audit log', () => {
  it('shows what it was and what it is', () => {
    const detail = {
      role: { before: 'noc', after: 'admin' },
      customers: { before: ['a'], after: null },
      sessionsEnded: 2,
    }
    expect(linesOf(detail, undefined)).toEqual([
      { path: 'role', kind: 'changed', before: 'noc', after: 'admin' },
      { path: 'customers', kind: 'changed', before: 'a', after: '–' },
      { path: 'sessionsEnded', kind: 'fact', after: '2' },
    ])
    expect(shortText(detail)).toBe('role: noc → admin · customers: a → – · sessionsEnded: 2')
  })

  it('is compared with the entry before where it holds the whole thing', () => {
    const rule = (above: number, more = {}) => ({ rule: { id: 'a', condition: { above }, tags: ['x', 'y'], ...more } })
    expect(linesOf(rule(9, { hold: '5m' }), rule(8, { note: 'old' }))).toEqual([
      { path: 'rule.condition.above', kind: 'changed', before: '8', after: '9' },
      { path: 'rule.hold', kind: 'added', after: '5m' },
      { path: 'rule.note', kind: 'removed', before: 'old' },
    ])
    expect(linesOf(rule(9), rule(9))).toEqual([])
    expect(linesOf(rule(9), undefined).map((line) => line.path)).toEqual([
      'rule.id',
      'rule.condition.above',
      'rule.tags',
    ])
  })

  it('stays small whatever it holds', () => {
    const many = { list: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 'x'.repeat(5000)])) }
    const lines = linesOf(many, undefined)
    expect(lines).toHaveLength(300)
    expect(lines[0]?.after).toHaveLength(2000)
    expect(shortText({ text: 'x'.repeat(5000) })).toHaveLength(240)
  })
})
