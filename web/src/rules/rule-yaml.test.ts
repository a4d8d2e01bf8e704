import { describe, expect, it } from 'vitest'
import { typeYaml, yamlProblem, yamlShown } from './rule-yaml.ts'

const base = { id: 'cpu', severity: 'minor' }

describe('a rule as text', () => {
  it('is what was typed as long as that is the rule', () => {
    const typed = typeYaml('id: cpu # mine\nseverity: major', base)
    expect(typed.of).toEqual({ id: 'cpu', severity: 'major' })
    expect(yamlShown(typed, typed.of)).toContain('# mine')
  })

  it("is another when the rule has become another: taken back, or somebody else's", () => {
    const typed = typeYaml('id: cpu\nseverity: major', base)
    expect(yamlShown(typed, base)).toBe('id: cpu\nseverity: minor')
    const theirs = { id: 'cpu', severity: 'critical' }
    expect(yamlShown(typed, theirs)).toContain('critical')
    expect(yamlProblem(typed, theirs)).toBeUndefined()
  })

  it('stays as typed while it cannot be read, which is known, so that no older rule is kept in its place', () => {
    const typed = typeYaml('id: cpu\nseverity: [', base)
    expect(yamlShown(typed, base)).toBe('id: cpu\nseverity: [')
    expect(yamlProblem(typed, base)?.line).toBeGreaterThan(0)
    expect(yamlShown(typed, { ...base })).toBe('id: cpu\nseverity: minor')
  })
})
