// Linked, not copied: a profile that changes changes its devices. From the text of the profile through the poller, the
// definitions of the stream as they travel, ingest and judgement to the alarm.
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { Recorder } from '#agent/inputs/input.ts'
import { createSnmpPoller } from '#agent/inputs/snmp-poll/snmp-poll.ts'
import { createSeriesBook } from '#agent/outbox/series-book.ts'
import { readStockRules } from '#collector/rules/rule-folder.ts'
import type { Sample } from '#shared/domain/sample.ts'
import type { Profile, ProfileProblem } from '#shared/profiles/profile.ts'
import { loadProfiles } from '#shared/profiles/profiles.ts'
import { decodeSamples, encodeSamples } from '#shared/wire/sample-columns.ts'
import { createPolls } from './support/judged-device.ts'
import { tell } from './support/judgement-story.ts'
import { createMemoryRecorder } from './support/memory-recorder.ts'
import { createTableClient } from './support/table-client.ts'
import { parseSnmprec } from './support/virtual-site/snmprec.ts'

const profile = (temperature: string, more = '') => `
sysobjectid: 1.3.6.1.4.1.99999.1
${more}
metrics:
  - MIB: X
    symbol:
      OID: 1.3.6.1.4.1.99999.2.1.0
      name: temperature
      x-outrider: { metric: env.temperature, class: temperature, unit: Cel, ${temperature} }
`
const device = parseSnmprec(`1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.1.3.0|67|100
1.3.6.1.4.1.99999.2.1.0|2|50`)

function compile(text: string): { profiles: ReadonlyMap<string, Profile>; problems: readonly ProfileProblem[] } {
  return loadProfiles({ stock: [], user: [{ file: 'acme.yaml', text }] })
}

/** A device that answers 50 degrees, polled once a minute by the profile of that minute. */
async function watched() {
  const book = createSeriesBook()
  const samples: Sample[] = []
  const recorder: Recorder = {
    ...createMemoryRecorder(),
    series: (definition) => book.number(definition),
    sample: (n, at, value) => void samples.push({ n, at, value }),
  }
  const story = await tell({ rules: readStockRules().rules })
  const collect = createPolls(story)
  let profiles: ReadonlyMap<string, Profile> = new Map()
  let minute = 0
  const poller = createSnmpPoller({
    device: {
      id: 'd',
      address: '127.0.0.1',
      snmp: { version: 'v2c', community: 'public', port: 161, intervalMs: 60_000, timeoutMs: 1000, retries: 0 },
    } as unknown as Parameters<typeof createSnmpPoller>[0]['device'],
    client: createTableClient(device),
    profiles: () => profiles,
    recorder,
    log: pino({ enabled: false }),
    clock: { wall: () => minute * 60_000, mono: () => minute * 60_000 },
  })
  /** Polls twice, so that holds end; answers severity and number of definitions that travelled. */
  return async (text: string) => {
    const compiled = compile(text)
    expect(compiled.problems).toEqual([])
    profiles = compiled.profiles
    let travelled = 0
    for (let poll = 0; poll < 2; poll++) {
      samples.length = 0
      expect(await poller.poll(AbortSignal.timeout(10_000))).toEqual({ outcome: 'ok' })
      const unsent = samples.flatMap(({ n }) => book.takeUnsent(n) ?? [])
      const wire = decodeSamples(encodeSamples(unsent, samples), samples.length)
      travelled += wire.definitions.length
      const sent = samples.map((_, i) => ({ n: wire.series[i] as number, value: wire.values[i] as number }))
      collect(60 * minute++, { definitions: wire.definitions, samples: sent })
    }
    const standing = [...story.store.alarms.values()].filter((a) => !a.isCleared)
    return { travelled, standing: standing.map((a) => `${a.perceivedSeverity} ${a.alarmType}`) }
  }
}

describe('a profile that changes', () => {
  it('raises and clears by its new limits, and travels only when it says something new', async () => {
    const poll = await watched()
    expect(await poll(profile('limits: { highWarning: 60 }'))).toEqual({ travelled: 2, standing: [] })
    // loaded again, with the same words: nothing to say
    expect(await poll(profile('limits: { highWarning: 60 }'))).toEqual({ travelled: 0, standing: [] })
    expect(await poll(profile('limits: { highWarning: 45 }'))).toEqual({
      ...{ travelled: 1, standing: ['warning env.temperature'] },
    })
    expect(await poll(profile('limits: { highWarning: 45, highCritical: 48 }'))).toEqual({
      ...{ travelled: 1, standing: ['critical env.temperature'] },
    })
    expect(await poll(profile('limits: { highWarning: 60, hysteresis: 20 }'))).toEqual({ travelled: 1, standing: [] })
    expect(await poll(profile('limits: { highWarning: 45 }, alarmType: room.hot'))).toEqual({
      ...{ travelled: 1, standing: ['warning room.hot'] },
    })
    expect(await poll(profile(''))).toEqual({ travelled: 1, standing: [] })
  })

  it('may name alarms of its own', async () => {
    const poll = await watched()
    const alarms =
      'x-outrider: { alarms: [{ metric: env.temperature, above: 40, for: 0, severity: minor, alarmType: room.warm }] }'
    expect(await poll(profile('limits: { highWarning: 60 }', alarms))).toEqual({
      ...{ travelled: 2, standing: ['minor room.warm'] },
    })
  })
})

describe('alarms of a profile that cannot be used', () => {
  it.each([
    ['{ metric: env.temperature, severity: minor }', /alarms\.0: give one of above, below and values/],
    ['{ metric: env.temperature, above: 40, clear: 50, severity: minor }', /clear must be on the good side/],
    ['{ metric: env.temperature, values: [bad], severity: minor }', /env\.temperature has no states/],
    ['{ metric: nothing, above: 40, severity: minor }', /nothing is no metric of this profile/],
    ['{ metric: env.temperature, above: 40, severity: bad }', /alarms\.0\.severity/],
    ['{ metric: env.temperature, above: 40, severity: minor, odd: 1 }', /odd/],
  ])('%s', (alarm, message) => {
    const { profiles, problems } = compile(profile('limits: { highWarning: 60 }', `x-outrider: { alarms: [${alarm}] }`))
    expect(problems.map((p) => p.message)).toEqual([expect.stringMatching(message)])
    expect(problems[0]?.line).toBe(3)
    expect(profiles.get('acme')?.scalars[0]).toMatchObject({ metric: 'env.temperature', limits: { highWarning: 60 } })
  })
})
