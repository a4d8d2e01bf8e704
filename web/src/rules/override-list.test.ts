import { expect, it } from 'vitest'
import { placeOf, withOverride } from './override-list.ts'

const [a, b, c] = ['a', 'b', 'c'].map((tag) => ({ selector: { tag } }))

it('changes the override that was opened, wherever it stands by now', () => {
  const next = { selector: { tag: 'new' } }
  expect(withOverride([a, b, c], b, next)).toEqual([a, next, c])
  // somebody removed the first meanwhile
  expect(withOverride([b, c], b, next)).toEqual([next, c])
  // somebody changed or removed this one: theirs stays
  expect(withOverride([a, c], b, next)).toEqual([a, c, next])
  expect(withOverride([a], undefined, next)).toEqual([a, next])
  expect(placeOf([b, c], c)).toBe(1)
})
