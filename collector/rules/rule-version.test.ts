import { expect, it } from 'vitest'
import { Rule } from './rule.ts'
import { testedVersionOf, versionOf } from './rule-version.ts'

const rule = (more: object = {}) =>
  Rule.parse({
    ...{ id: 'r', title: 'T', severity: 'minor', alarmType: 'test.fault', text: 't' },
    ...{ condition: { type: 'threshold', metric: 'm', above: 90, clear: 80 }, ...more },
  })

it('a rule has one version however it is written down, and another when it says something else', () => {
  const version = versionOf(rule())
  expect(version).toMatch(/^[0-9a-f]{12}$/)
  expect(versionOf(rule({ condition: { clear: 80, above: 90, metric: 'm', type: 'threshold' } }))).toBe(version)
  expect(versionOf(rule({ enabled: false }))).toBe(version)
  expect(versionOf(rule({ condition: { type: 'threshold', metric: 'm', above: 91, clear: 80 } }))).not.toBe(version)
  expect(versionOf(rule({ selector: { sites: ['a', 'b'] } }))).not.toBe(
    versionOf(rule({ selector: { sites: ['b', 'a'] } })),
  )
  const same = rule()
  expect(versionOf(same)).toBe(versionOf(same))
})

it('what a back-test tried is the rule by itself: shadow or not, without what was added to it', () => {
  expect(testedVersionOf(rule({ shadow: true }))).toBe(testedVersionOf(rule()))
  expect(versionOf(rule({ shadow: true }))).not.toBe(versionOf(rule()))
  expect(testedVersionOf(rule({ severity: 'major' }))).not.toBe(testedVersionOf(rule()))
})
