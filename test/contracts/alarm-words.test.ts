// What the collector can raise on its own has a name in both languages of the console.
import { describe, expect, it } from 'vitest'
import { readProfiles } from '#agent/inputs/snmp-poll/profile-files.ts'
import { createTrapDefinitions } from '#collector/definitions/definitions.ts'
import { BY_PROFILE } from '#collector/rules/rule.ts'
import { readStockRules } from '#collector/rules/rule-folder.ts'
import { knownAlarmTypes } from '#shared/domain/alarm-types.ts'
import { stateWord } from '#shared/domain/state-words.ts'
import { readLocale } from '../../web/locale-parts.ts'

const OWN = ['site.unreachable', 'agent.cloned', 'agent.records-lost']
const named = readStockRules().rules.flatMap(({ rule: { alarmType } }) => (alarmType === BY_PROFILE ? [] : [alarmType]))
const ofTraps = createTrapDefinitions('no-such-folder')
  .rules()
  .map((d) => d.rule.alarmType)
const types = [...new Set([...named, ...knownAlarmTypes(), ...ofTraps, ...OWN])]

describe.each(['en', 'zh-CN'])('the console in %s', (language) => {
  const words = readLocale(language).alarmType as Record<string, unknown>
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

describe('alarm texts of bad states', () => {
  it('say them in Chinese as the console does, for every state that a stock profile calls bad', async () => {
    const words = readLocale('zh-CN').stateLabel as Record<string, string>
    const { profiles } = await readProfiles()
    const metrics = [...profiles.values()].flatMap((p) => [...p.scalars, ...p.tables.flatMap((t) => t.columns)])
    const bad = [...new Set(metrics.flatMap((m) => Object.keys(m.severities ?? {})))]
    expect(bad.length).toBeGreaterThan(100)
    expect(Object.fromEntries(bad.map((label) => [label, stateWord(label, 'zh-CN')]))).toEqual(
      Object.fromEntries(bad.map((label) => [label, words[label]])),
    )
    expect(stateWord('constructor', 'zh-CN')).toBe('constructor')
    expect(stateWord('failed', 'en')).toBe('failed')
  })

  it('name every metric that a stock profile judges in both languages', async () => {
    const { profiles } = await readProfiles()
    const metrics = [...profiles.values()].flatMap((p) => [...p.scalars, ...p.tables.flatMap((t) => t.columns)])
    const judged = metrics.filter((m) => m.limits || m.severities || m.alarms)
    expect(judged.filter((m) => !m.labels?.en || !m.labels['zh-CN']).map((m) => m.metric)).toEqual([])
  })
})
