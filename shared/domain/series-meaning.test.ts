import { describe, expect, it } from 'vitest'
import { SeriesDefinition } from './sample.ts'
import { createMeanings, meaningOf, meaningText, sameMeaning } from './series-meaning.ts'

const plain = { n: 1, device: 'd', metric: 'm', resource: '', unit: '', kind: 'gauge' as const }
const meaning = { class: 'load', limits: { highWarning: 80, hold: 60 } }

describe('what a definition says of its series', () => {
  it('is optional, and what cannot be read costs itself, never the series', () => {
    expect(SeriesDefinition.parse(plain)).toEqual(plain)
    const odd = { ...plain, ...meaning, severities: { bad: 'dreadful' }, alarmType: 'NO', alarms: 'none', labels: 7 }
    expect(meaningOf(SeriesDefinition.parse(odd))).toEqual(meaning)
    // a key of a later version
    const later = SeriesDefinition.parse({ ...plain, limits: { highWarning: 80, veryHigh: 99 } })
    expect(later.limits).toEqual({ highWarning: 80 })
  })

  it('is the same whatever objects it is made of', () => {
    expect(sameMeaning({ ...plain, ...meaning }, structuredClone(meaning))).toBe(true)
    expect(sameMeaning(meaning, { ...meaning, limits: { highWarning: 81, hold: 60 } })).toBe(false)
    expect(sameMeaning(meaning, {})).toBe(false)
  })

  it('is in memory once for all series that share it', () => {
    const meanings = createMeanings()
    const first = meanings(meaning)
    expect(meanings(structuredClone(meaning))).toBe(first)
    expect(meanings(meaningText(meaning))).toBe(first)
    expect(meanings(null)).toEqual({})
    expect(meaningText({})).toBeNull()
  })
})
