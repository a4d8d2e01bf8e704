import { expect, it } from 'vitest'
import { globTest } from './glob.ts'

it('a star is any run of characters, everything else is itself', () => {
  const fits = (pattern: string, ...texts: string[]) => texts.map(globTest([pattern]))
  expect(fits('*', '', 'x')).toEqual([true, true])
  expect(fits('if.*', 'if.', 'if.in', 'iff', 'x.if.in')).toEqual([true, true, false, false])
  expect(fits('a*b*c', 'abc', 'axxbxxc', 'acb', 'ac', 'abcx')).toEqual([true, true, false, false, false])
  // no character counts for two parts of the pattern
  expect(fits('ab*ba', 'aba', 'abba', 'ab-ba')).toEqual([false, true, true])
  expect(fits('a*b*b', 'ab', 'abb')).toEqual([false, true])
  expect(fits('a*x*x*b', 'axb', 'axxb')).toEqual([false, true])
  expect(fits('a.c', 'abc', 'a.c')).toEqual([false, true])
})

it('one of several is enough; letters are as they are written unless told otherwise', () => {
  expect(['m', 'if.in', 'M'].map(globTest(['m', 'if.*']))).toEqual([true, true, false])
  expect(['UP', 'Down-1', 'x'].map(globTest(['up', 'DOWN*'], true))).toEqual([true, true, false])
  expect(globTest([])('')).toBe(false)
})
