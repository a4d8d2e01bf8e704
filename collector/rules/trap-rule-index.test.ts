import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTrapRuleIndex } from './trap-rule-index.ts'

const oid = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 5 }).map((arcs) => arcs.join('.'))
const pattern = fc.tuple(oid, fc.boolean()).map(([text, starred]) => (starred ? `${text}.*` : text))
const match = fc.oneof(
  fc.constant({}),
  fc.record({ trapOid: fc.oneof(pattern, fc.array(pattern, { minLength: 1, maxLength: 3 })) }),
)

it('finds every rule that matches, each once and in order, and of exact OIDs no other', () => {
  fc.assert(
    fc.property(fc.array(fc.array(match, { maxLength: 3 }), { maxLength: 12 }), oid, (rules, trapOid) => {
      const found = createTrapRuleIndex(rules)({ trapOid })
      const fits = (patterns: string | readonly string[] | undefined) =>
        patterns === undefined ||
        [patterns].flat().some((p) => (p.endsWith('*') ? trapOid.startsWith(p.slice(0, -1)) : p === trapOid))
      const wanted = rules.flatMap((ofRule, i) =>
        ofRule.some((m) => fits('trapOid' in m ? m.trapOid : undefined)) ? [i] : [],
      )
      expect(found).toEqual(wanted)
    }),
  )
})
