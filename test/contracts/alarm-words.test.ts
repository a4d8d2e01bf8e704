// What the collector can raise on its own has a name in both languages of the console.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BY_PROFILE } from '#collector/rules/rule.ts'
import { readStockRules } from '#collector/rules/rule-folder.ts'
import { knownAlarmTypes } from '#shared/domain/alarm-types.ts'

const OWN = ['site.unreachable', 'agent.cloned', 'agent.records-lost']
const named = readStockRules().rules.flatMap(({ rule: { alarmType } }) => (alarmType === BY_PROFILE ? [] : [alarmType]))
const types = [...new Set([...named, ...knownAlarmTypes(), ...OWN])]

describe.each(['en', 'zh-CN'])('the console in %s', (language) => {
  const file = new URL(`../../web/src/app/locales/${language}.json`, import.meta.url)
  const words = JSON.parse(readFileSync(file, 'utf8')).alarmType as Record<string, unknown>
  const wordOf = (type: string) =>
    type.split('.').reduce<unknown>((tree, part) => (tree as Record<string, unknown> | undefined)?.[part], words)

  it.each(types)('has a word for %s', (type) => {
    expect(wordOf(type)).toEqual(expect.stringMatching(/\S/))
  })
})

describe('stock rules', () => {
  it('say title and text in both languages, but for texts that only repeat the device', () => {
    const both = { en: expect.any(String), 'zh-CN': expect.stringMatching(/\p{Script=Han}/u) }
    for (const { rule } of readStockRules().rules) {
      expect(rule.title, rule.id).toEqual(both)
      if (typeof rule.text === 'string') expect(rule.text.replaceAll(/\{\{\w+\}\}/g, ''), rule.id).not.toMatch(/\p{L}/u)
      else expect(rule.text, rule.id).toEqual(both)
    }
  })
})
