import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matching } from './match.ts'

const named = (...labels: string[]) => labels.map((label) => ({ label }))
const labels = (of: readonly { label: string }[]) => of.map((one) => one.label)

describe('what is meant by what is typed', () => {
  it('is everything as it comes when nothing is typed', () => {
    expect(labels(matching('  ', named('b', 'a')))).toEqual(['b', 'a'])
  })

  it('begins with it first, then has a word that does, then has it anywhere', () => {
    const all = named('Firewalls', 'Main wall switch', 'Wall board', 'Wall')
    expect(labels(matching('wall', all))).toEqual(['Wall', 'Wall board', 'Main wall switch', 'Firewalls'])
  })

  it('has every word, in any order, in its label or its other words', () => {
    const all = [{ label: '告警', words: 'alarms current' }, { label: 'Alarm history' }]
    expect(labels(matching('current al', all))).toEqual(['告警'])
    expect(labels(matching('history alarm', all))).toEqual(['Alarm history'])
    expect(labels(matching('alarm', all))).toEqual(['Alarm history', '告警'])
  })

  it('does not care for case, accents or wide letters', () => {
    expect(labels(matching('zurich', named('Zürich')))).toEqual(['Zürich'])
    expect(labels(matching('Ｓｗ１', named('sw1')))).toEqual(['sw1'])
  })

  it('never shows what lacks a word and never invents or repeats anything', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.record({ label: fc.string(), words: fc.string() })), (typed, all) => {
        const found = matching(typed, all)
        expect(new Set(found).size).toBe(found.length)
        expect(found.every((one) => all.includes(one))).toBe(true)
      }),
    )
  })
})
