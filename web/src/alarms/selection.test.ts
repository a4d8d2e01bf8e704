import { describe, expect, it } from 'vitest'
import { allOf, countOf, isSelected, ofList, someOf, withRow } from './selection.ts'

describe('a selection', () => {
  it('of all of a list follows it when it is made anew, without those that were taken out', () => {
    const most = withRow(allOf('old', 5), 'b', false)
    const anew = ofList(most, 'new', 7)
    expect(anew).toMatchObject({ kind: 'all', list: 'new' })
    expect(countOf(anew)).toBe(6)
    expect([isSelected(anew, 'a'), isSelected(anew, 'b')]).toEqual([true, false])
    expect(ofList(most, 'old', 7)).toBe(most)
  })

  it('of some rows is of these, whatever the list', () => {
    const two = someOf(['a', 'b'])
    expect(ofList(two, 'new', 7)).toBe(two)
    expect(countOf(withRow(two, 'a', false))).toBe(1)
  })
})
