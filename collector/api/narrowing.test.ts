import { describe, expect, it } from 'vitest'
import { fits, isWholly, narrowed, reaches } from './narrowing.ts'

const theirs = { customers: ['acme'], sites: ['hq', 'hafen'] }

describe('selectors to somebody with limits', () => {
  it.each<[object, boolean, boolean]>([
    [{}, true, false],
    [{ customers: ['acme'] }, true, true],
    [{ customers: ['acme', 'beta'] }, true, false],
    [{ customers: ['beta'] }, false, false],
    [{ customers: ['a*'] }, true, false],
    [{ sites: ['hq'] }, true, true],
    [{ sites: ['h*'] }, true, false],
    [{ sites: ['plant'] }, false, false],
    [{ customers: ['acme'], sites: ['plant'] }, false, true],
    [{ devices: ['hq.sw1', 'hafen.*'] }, true, true],
    [{ devices: ['*.sw1'] }, true, false],
    [{ devices: ['*'] }, true, false],
    [{ devices: ['plant.sw1'] }, false, false],
    [{ tags: { role: 'core' } }, true, false],
  ])('%o reaches theirs: %s, and nothing else: %s', (selector, does, wholly) => {
    expect([reaches(selector, theirs), isWholly(selector, theirs)]).toEqual([does, wholly])
  })

  it('are shown without names of others', () => {
    const selector = {
      customers: ['beta', 'acme'],
      sites: ['plant', 'h*'],
      devices: ['plant.a', 'hq.b'],
      tags: { a: 'b' },
    }
    expect(narrowed(selector, theirs)).toEqual({
      ...{ customers: ['acme'], sites: ['h*'], devices: ['hq.b'], tags: { a: 'b' } },
    })
  })

  it('fits patterns as selectors do', () => {
    for (const [pattern, text] of [
      ['*', ''],
      ['a*b*c', 'aXbYbZc'],
      ['a?c', 'abc'],
      ['abc', 'abc'],
      ['**', 'x'],
    ] as const)
      expect(fits(pattern, text), pattern).toBe(true)
    for (const [pattern, text] of [
      ['', 'a'],
      ['a?', 'a'],
      ['a*b', 'ac'],
      ['a', 'ab'],
      ['A', 'a'],
    ] as const)
      expect(fits(pattern, text), pattern).toBe(false)
    const started = performance.now()
    expect(fits(`${'*a'.repeat(100)}b`, 'a'.repeat(256))).toBe(false)
    expect(performance.now() - started).toBeLessThan(100)
  })
})
