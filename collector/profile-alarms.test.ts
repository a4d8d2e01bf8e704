// Alarms by device profiles, through the whole judgement: what travels with a series' definition, rules of the installation
// over shipped ones, one alarm whoever tells of the fault, incidents from a severity on.
import { describe, expect, it } from 'vitest'
import type { SeriesMeaning } from '#shared/domain/series-meaning.ts'
import { type Said, type Story, tell, trap } from '#test/support/judgement-story.ts'
import { Rule } from './rules/rule.ts'
import { joinRules, readRuleFile } from './rules/rule-files.ts'
import { readStockRules } from './rules/rule-folder.ts'

const stock = readStockRules().rules

const withRules = (yaml: string) => {
  const own = readRuleFile('own.yaml', yaml, 'file')
  expect(own.problems).toEqual([])
  return joinRules([stock, own.rules]).rules
}

const labels = { 'zh-CN': '温度', en: 'Temperature' }
const LIMITS = { highWarning: 75, highCritical: 90, hysteresis: 3, hold: 0 }
const temperature = (value: number, meaning: SeriesMeaning = {}): Said => ({
  ...{ metric: 'env.temperature', resource: 'sensor:Inlet', kind: 'gauge', unit: 'Cel', value },
  meaning: { class: 'temperature', labels, limits: LIMITS, ...meaning },
})
const FAN = { 1: 'ok', 2: 'failed', 3: 'unknown', 4: 'warning' }
const fan = (value: number): Said => ({
  ...{ metric: 'env.fan-status', resource: 'fan:1', kind: 'state', value, states: FAN },
  meaning: { class: 'state', severities: { failed: 'major', warning: 'minor' } },
})

/** Says the values one minute apart; answers the alarm's severity after each, `-` when it is not there. */
function severities(story: Story, type: string, said: readonly Said[], from = 0): string[] {
  return said.map((one, i) => {
    story.at((from + i) * 60)
    story.poll(one)
    const alarm = story.alarm(type)
    return alarm && !alarm.isCleared ? alarm.perceivedSeverity : '-'
  })
}

describe('limits of a profile', () => {
  it('are one alarm that gets worse and better', async () => {
    const story = await tell({ rules: stock, language: 'zh-CN' })
    const said = [74, 78, 92, 88, 86, 74, 72].map((value) => temperature(value))
    expect(severities(story, 'env.temperature', said)).toEqual([
      ...['-', 'warning', 'critical', 'critical', 'warning', 'warning', '-'],
    ])
    expect(story.store.alarms.size).toBe(1)
    expect(story.all.alarms.map((c) => c.action)).toEqual(['raise', 'update', 'update', 'clear'])
    expect(story.alarm('env.temperature')).toMatchObject({ resource: 'sensor:Inlet', episode: 1, source: 'poll' })
    expect(story.all.alarms[0]?.alarm.text).toBe('shanghai.switch: 温度 Inlet 78 °C (上限 75 °C)')
  })

  it('open an incident when the alarm gets critical, once, and not before', async () => {
    const story = await tell({ rules: stock })
    severities(story, 'env.temperature', [temperature(80), temperature(80)])
    expect(story.incidents()).toEqual([])
    severities(story, 'env.temperature', [temperature(95), temperature(80), temperature(95)], 2)
    expect(story.incidents()).toHaveLength(1)
    expect(story.incidents()[0]).toMatchObject({ openAlarms: 1, resolvedAt: null })
    severities(story, 'env.temperature', [temperature(60)], 5)
    story.at(8 * 60)
    story.tick()
    expect(story.incidents()[0]?.state).toBe('resolved')
    // a later episode that only warns opens none; when it gets critical one follows
    severities(story, 'env.temperature', [temperature(80)], 60)
    expect(story.incidents()).toHaveLength(1)
    severities(story, 'env.temperature', [temperature(95)], 61)
    expect(story.incidents()).toHaveLength(2)
  })

  it('go on over a restart in the middle of a hold, and of an alarm', async () => {
    const held = (value: number) => temperature(value, { limits: { ...LIMITS, hold: 120 } })
    const story = await tell({ rules: stock })
    severities(story, 'env.temperature', [held(80), held(80)])
    await story.restart()
    expect(severities(story, 'env.temperature', [held(80)], 2)).toEqual(['warning'])
    await story.restart()
    expect(severities(story, 'env.temperature', [held(73), held(71)], 3)).toEqual(['warning', '-'])
  })

  it('follow the profile: raised where it gets stricter, over where it gets milder or says nothing', async () => {
    const story = await tell({ rules: stock })
    const limits = (highWarning: number): SeriesMeaning => ({ limits: { highWarning, hysteresis: 3, hold: 0 } })
    expect(severities(story, 'env.temperature', [temperature(70), temperature(70, limits(65))])).toEqual([
      '-',
      'warning',
    ])
    expect(severities(story, 'env.temperature', [temperature(70, limits(71))], 2)).toEqual(['-'])
    severities(story, 'env.temperature', [temperature(80)], 3)
    story.at(240)
    story.poll({ ...temperature(80), meaning: { labels } })
    expect(story.alarm('env.temperature')?.isCleared).toBe(true)
  })

  it('are not judged by values that are none', async () => {
    const story = await tell({ rules: stock })
    expect(
      severities(
        story,
        'env.temperature',
        [80, Number.NaN, 80].map((v) => temperature(v)),
      ),
    ).toEqual([...['warning', 'warning', 'warning']])
  })
})

describe('states of a profile', () => {
  it('are as severe as the profile says; a state that tells nothing leaves the alarm', async () => {
    const story = await tell({ rules: stock })
    const said = [1, 2, 2, 3, 3, 4, 1].map((value) => fan(value))
    expect(severities(story, 'env.fan', said)).toEqual(['-', '-', 'major', 'major', 'major', 'minor', '-'])
    expect(story.incidents()).toHaveLength(1)
  })

  it('are different alarms where they are different faults', async () => {
    const states = { 1: 'normal', 2: 'battery', 3: 'bypass' }
    const source = (value: number): Said => ({
      ...{ metric: 'ups.output-source', kind: 'state', value, states },
      meaning: { severities: { battery: 'major', bypass: 'minor' } },
    })
    const story = await tell({ rules: stock })
    severities(story, 'power.on-battery', [source(2), source(3)])
    expect(story.alarm('power.on-battery')?.isCleared).toBe(true)
    expect(story.alarm('power.on-bypass')).toMatchObject({ isCleared: false, perceivedSeverity: 'minor' })
  })

  it('of neighbours that were never up are no faults', async () => {
    const states = { 1: 'idle', 6: 'established' }
    const peer = (value: number): Said => ({
      ...{ metric: 'bgp.peer-state', resource: 'bgp:10.0.0.2', kind: 'state', value, states },
      meaning: { severities: { idle: 'major' } },
    })
    const story = await tell({ rules: stock })
    expect(severities(story, 'bgp.peer-down', [peer(1), peer(1), peer(6), peer(1), peer(1)])).toEqual([
      ...['-', '-', '-', '-', 'major'],
    ])
  })

  it('of agents that send no severities are judged by the defaults', async () => {
    const story = await tell({ rules: stock })
    const old: Said = { metric: 'env.fan-status', resource: 'fan:1', value: 3, states: { 1: 'normal', 3: 'critical' } }
    expect(severities(story, 'env.fan', [old, old])).toEqual(['-', 'major'])
    const cpu: Said = { metric: 'cpu.load', kind: 'gauge', value: 95 }
    expect(severities(story, 'cpu.high', [cpu, cpu, cpu, cpu, cpu, cpu])).toEqual([
      ...['-', '-', '-', '-', '-', 'warning'],
    ])
  })
})

describe('one fault', () => {
  it('is one alarm as severe as the worse of two readings, and over when both are well', async () => {
    const states = { 1: 'ok', 2: 'critical' }
    const status = (value: number): Said => ({
      ...{ metric: 'env.temperature-status', resource: 'sensor:Inlet', kind: 'state', value, states },
      meaning: { severities: { critical: 'critical' } },
    })
    const story = await tell({ rules: stock })
    const both = (minute: number, value: number, state: number) => {
      story.at(minute * 60)
      story.poll(temperature(value), status(state))
      const alarm = story.alarm('env.temperature')
      return alarm?.isCleared === false ? `${alarm.perceivedSeverity} ${alarm.rule}` : '-'
    }
    expect(both(0, 80, 2)).toBe('warning profile-limits')
    expect(both(1, 80, 2)).toBe('critical profile-states')
    expect(both(2, 60, 2)).toBe('critical profile-states')
    expect(both(3, 80, 2)).toBe('critical profile-states')
    expect(both(4, 80, 1)).toBe('warning profile-limits')
    await story.restart()
    story.tick()
    expect(both(5, 80, 1)).toBe('warning profile-limits')
    expect(both(6, 60, 1)).toBe('-')
    expect(story.store.alarms.size).toBe(1)
  })

  it('is the alarm that a trap raised, and the poll is the truth', async () => {
    const FAN_FAILED = '1.3.6.1.4.1.9999.0.1'
    const rules = withRules(`
rules:
  - id: fan-trap
    title: fan
    condition: { type: event-match, match: { kind: trap, trapOid: ${FAN_FAILED} } }
    severity: critical
    alarmType: env.fan
    resource: "fan:1"
    text: fan failed
`)
    const story = await tell({ rules })
    severities(story, 'env.fan', [fan(1)])
    story.at(10)
    story.event(trap(FAN_FAILED))
    expect(story.alarm('env.fan')).toMatchObject({ isCleared: false, perceivedSeverity: 'critical', source: 'trap' })
    // no hold: two saw it
    expect(severities(story, 'env.fan', [fan(2)], 1)).toEqual(['major'])
    story.at(70)
    story.event(trap(FAN_FAILED))
    expect(story.alarm('env.fan')?.perceivedSeverity).toBe('critical')
    expect(severities(story, 'env.fan', [fan(2), fan(1)], 2)).toEqual(['major', '-'])
    // a clear trap that was lost does not leave it open
    story.at(300)
    story.event(trap(FAN_FAILED))
    expect(severities(story, 'env.fan', [fan(3), fan(1)], 6)).toEqual(['critical', '-'])
    expect(story.store.alarms.size).toBe(1)
  })
})

describe('rules of an installation', () => {
  const off = `
rules:
  - id: core-temperature-off
    title: off
    selector: { devices: [shanghai.switch] }
    condition: { type: limits, metric: env.temperature, off: true }
`
  const warmer = `
rules:
  - id: all-warmer
    title: everywhere
    condition: { type: limits, class: temperature, override: { highWarning: 60 } }
  - id: switch-warmer
    title: this one
    selector: { devices: [shanghai.switch] }
    condition: { type: limits, class: temperature, override: { highWarning: 85, highCritical: null } }
    severity: minor
`

  it('switch one off for a device: what stands ends', async () => {
    const story = await tell({ rules: withRules(off) })
    expect(severities(story, 'env.temperature', [temperature(95), temperature(95)])).toEqual(['-', '-'])
    const other = { ...temperature(95), device: 'other' }
    expect(severities(story, 'env.temperature', [other], 2)).toEqual(['critical'])
  })

  it('change a limit for a device; the narrowest holds', async () => {
    const story = await tell({ rules: withRules(warmer) })
    expect(
      severities(
        story,
        'env.temperature',
        [80, 86, 120].map((v) => temperature(v)),
      ),
    ).toEqual(['-', 'minor', 'minor'])
    expect(story.alarm('env.temperature')).toMatchObject({ rule: 'switch-warmer' })
    const other = (value: number) => ({ ...temperature(value), device: 'other', resource: 'sensor:Other' })
    story.at(600)
    story.poll(other(61))
    const alarms = [...story.store.alarms.values()].map((a) => [a.device, a.perceivedSeverity, a.rule])
    expect(alarms).toContainEqual(['shanghai.other', 'warning', 'all-warmer'])
  })

  it('taken up while an alarm stands: it goes on as the new rule says, and ends when it is switched off', async () => {
    const story = await tell({ rules: stock })
    severities(story, 'env.temperature', [temperature(80)])
    story.commit(story.judgement.replaceRules(withRules(warmer), 'admin', story.wall()).changes)
    expect(story.alarm('env.temperature')).toMatchObject({ isCleared: false, rule: 'profile-limits' })
    expect(severities(story, 'env.temperature', [temperature(88), temperature(80)], 1)).toEqual(['minor', '-'])
    severities(story, 'env.temperature', [temperature(95)], 3)
    story.commit(story.judgement.replaceRules(withRules(off), 'admin', story.wall()).changes)
    expect(story.alarm('env.temperature')?.isCleared).toBe(true)
    expect(story.all.alarms.filter((c) => c.action === 'raise')).toHaveLength(2)
  })

  it('may give limits to what has none', async () => {
    const story = await tell({
      rules: withRules(`
rules:
  - id: queue
    title: queue
    condition: { type: limits, metric: queue.*, override: { highWarning: 5, hold: 0 } }
`),
    })
    expect(severities(story, 'queue.depth.high', [{ metric: 'queue.depth', kind: 'gauge', value: 6 }])).toEqual([
      'warning',
    ])
  })

  it('leave severity and alarm type to the profile only where a profile is asked', () => {
    const rule = { id: 'r', title: 't', severity: 'by-profile', alarmType: 'by-profile', text: 't' }
    const condition = { type: 'threshold', metric: 'm', above: 1 }
    expect(Rule.safeParse({ ...rule, condition }).error?.issues.map((i) => i.path)).toEqual([
      ['severity'],
      ['alarmType'],
    ])
    expect(Rule.safeParse({ id: 'r', title: 't', condition: { type: 'limits' } }).success).toBe(true)
  })
})

describe('an alarm that a rule with a threshold of its own raised before', () => {
  it('stands when that rule judges by the profile now, until the next sample', async () => {
    const threshold = readRuleFile(
      'old.yaml',
      'rules: [{ id: cpu-high, title: t, condition: { type: threshold, metric: cpu.load, above: 90 }, ' +
        'severity: minor, alarmType: cpu.high, text: t }]',
      'file',
    )
    const cpu = (value: number): Said => ({ metric: 'cpu.load', kind: 'gauge', unit: '%', value })
    for (const next of [95, 50]) {
      const story = await tell({ rules: threshold.rules })
      expect(severities(story, 'cpu.high', [cpu(95)])).toEqual(['minor'])
      await story.restart(stock)
      story.at(30)
      story.tick()
      expect(story.alarm('cpu.high')).toMatchObject({ isCleared: false })
      expect(severities(story, 'cpu.high', [cpu(next)], 1)).toEqual([next === 95 ? 'warning' : '-'])
      expect(story.alarm('cpu.high')).toMatchObject({ episode: 1 })
    }
  })
})

describe('alarms a profile names itself', () => {
  it('have their own type, severity, hold and text beside the limits', async () => {
    const alarms: SeriesMeaning['alarms'] = [
      {
        above: 60,
        clear: 55,
        for: 0,
        severity: 'minor',
        alarmType: 'room.warm',
        text: { en: 'Room is warm: {{reading}}' },
      },
    ]
    const story = await tell({ rules: stock })
    const said = [61, 56, 80, 54].map((value) => temperature(value, { alarms }))
    expect(severities(story, 'room.warm', said)).toEqual(['minor', 'minor', 'minor', '-'])
    expect(story.all.alarms[0]?.alarm.text).toBe('Room is warm: 61 °C')
    expect(story.alarm('env.temperature')).toMatchObject({ isCleared: true, count: 1 })
  })

  it('name states that are faults', async () => {
    const story = await tell({ rules: stock })
    const alarms: SeriesMeaning['alarms'] = [
      { values: ['warning'], for: 0, severity: 'critical', alarmType: 'fan.odd' },
    ]
    const odd = (value: number): Said => ({ ...fan(value), meaning: { alarms } })
    expect(severities(story, 'fan.odd', [odd(4), odd(3), odd(1)])).toEqual(['critical', 'critical', '-'])
  })
})
