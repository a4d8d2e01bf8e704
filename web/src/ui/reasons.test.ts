// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parts of sources are looked for as they stand there
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import { readLocale } from '../../locale-parts.ts'
import { AROUND, REASONS, reasonOf, wordsOf } from './reasons.ts'

const INCIDENTS = 'collector/incidents/incidents.ts'
const DIAGNOSE = 'collector/cause/diagnose.ts'
const INFER = 'collector/cause/infer.ts'
const TELLING = 'collector/notify/policy/telling.ts'
const ROUTING = 'collector/notify/policy/routing.ts'
const POLICY = 'collector/notify/policy/policy.ts'

/** Key, what is said, who says it, and the words that stand there. */
const SAID: readonly (readonly [keyof typeof REASONS, said: string, file: string, words: string])[] = [
  ['ruleSays', 'the rule says so', 'collector/judgement-changes.ts', 'the rule says so'],
  ['nowWas', 'now major, was minor', 'collector/judgement-changes.ts', 'was ${was}`'],
  ['opens', 'rule link-down opens incidents', INCIDENTS, 'opens incidents`'],
  ['reopened', 'reopened: within the time its rule gives', INCIDENTS, 'reopened: within the time its rule gives'],
  ['byPeople', 'people put it there', INCIDENTS, 'people put it there'],
  ['sameDevice', 'an incident of the same device is open', INCIDENTS, 'an incident of the same device is open'],
  ['ofWhatHolds', 'a symptom of what holds it back', INCIDENTS, 'a symptom of what holds it back'],
  ['goesOn', 'is a symptom; goes on in incident 12', INCIDENTS, 'is a symptom; goes on in incident ${'],
  ['noSymptom', 'is no symptom any more', INCIDENTS, 'is no symptom any more'],
  [
    'allCleared',
    'all alarms are cleared for as long as the rule asks',
    'collector/incidents/membership.ts',
    'all alarms are cleared for as long as the rule asks',
  ],
  ['noLonger', 'no longer held back: cause', 'collector/suppression/suppression.ts', 'no longer held back: ${'],
  ['noRoute', 'no route leads anywhere for it', POLICY, 'no route leads anywhere for it'],
  [
    'outsideHours',
    'outside the hours of route day (Asia/Shanghai)',
    ROUTING,
    'outside the hours of route ${id} (${zone})`',
  ],
  [
    'waitsForHours',
    'outside the hours of route day (UTC); waits until they begin',
    ROUTING,
    '(${zone}); waits until they begin`',
  ],
  ['byRoute', 'route day, within its hours', ROUTING, 'route ${id}, within its hours`'],
  ['everyChannel', 'no routes: every channel', ROUTING, 'no routes: every channel'],
  ['channelOff', 'the channel is switched off', TELLING, 'the channel is switched off'],
  ['noSuchChannel', 'no such channel', TELLING, 'no such channel'],
  ['notCarried', 'the route does not carry "worse"', TELLING, 'does not carry "${transition}"`'],
  ['toldBefore', 'told before; its end was not', TELLING, 'told before; its end was not'],
  ['toldItsEnd', 'was told that it was over', POLICY, 'was told that it was over'],
  ['elsewhere', 'routes lead elsewhere by now', TELLING, 'routes lead elsewhere by now'],
  ['answersAbove', 'what it depends on answers', DIAGNOSE, "'what it depends on answers'"],
  ['powerNotAsked', 'its source of power was not asked since it failed', DIAGNOSE, 'its source of power was not asked'],
  [
    'starting',
    'it has power again, and is given time to start',
    DIAGNOSE,
    'it has power again, and is given time to start',
  ],
  ['linkDown', 'the link that leads to it is down', DIAGNOSE, 'the link that leads to it is down'],
  [
    'aboveNotChecked',
    'what it depends on was not checked since it failed',
    DIAGNOSE,
    'on was not checked since it failed',
  ],
  [
    'aboveBack',
    'what it depends on has come back, and it was not checked since',
    DIAGNOSE,
    'what it depends on has come back, and it was not checked since',
  ],
  [
    'portStale',
    'its cause is over, and the port was not polled since',
    'collector/cause/gates.ts',
    'its cause is over, and the port was not polled since',
  ],
  ['peopleWork', 'people work on it', DIAGNOSE, "'people work on it'"],
  ['peopleWorked', 'it failed before, and people work on it', DIAGNOSE, 'it failed before, and people work on it'],
  ['noPower', 'UPS A gives it no power', DIAGNOSE, 'gives it no power`'],
  [
    'othersNotChecked',
    'others that depend on Core 1 were not checked since it failed',
    DIAGNOSE,
    'others that depend on ${',
  ],
  ['noWay', 'no way to it is known', DIAGNOSE, 'no way to it is known'],
  ['noCauseAlarm', 'its cause has no alarm', DIAGNOSE, 'its cause has no alarm'],
  ['everyWay', 'Core 1 fails, and every way to it goes there', DIAGNOSE, 'fails, and every way to it goes there`'],
  ['allFed', 'all 12 devices fed by UPS A fail at once', INFER, 'fed by ${name} fail at once`'],
  [
    'allBehind',
    'all 3 devices that only SW leads to fail at once; SW answers itself',
    INFER,
    '${name} answers itself`',
  ],
  [
    'allBehindUnwatched',
    'all 3 devices that only SW leads to fail at once; SW is not watched itself',
    INFER,
    '${name} is not watched itself`',
  ],
]

const words = async (language: 'en' | 'zh-CN') => {
  const i18n = i18next.createInstance()
  const resources = { [language]: { translation: readLocale(language) } }
  await i18n.init({ lng: language, resources, interpolation: { escapeValue: false }, nsSeparator: false })
  return (text: string) => wordsOf(text, i18n.t, (other) => `<${other}>`)
}

describe('why the collector decided so', () => {
  it.each(SAID)('%s is known as it is said', (key, said, file, stands) => {
    expect(reasonOf(said)?.[0]).toBe(key)
    const source = readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8')
    expect(source).toContain(stands)
  })

  it('is said of every reason, in both languages, with the names of it', async () => {
    expect(new Set(SAID.map(([key]) => key))).toEqual(new Set(Object.keys(REASONS)))
    for (const language of ['en', 'zh-CN'] as const) {
      const say = await words(language)
      for (const [key, said] of SAID) {
        const text = say(said)
        expect(text, key).not.toMatch(/reason\.|\{\{/)
        for (const name of Object.values(reasonOf(said)?.[1] ?? {}).filter((one) => /[A-Z0-9]/.test(one)))
          expect(text, key).toContain(name)
      }
    }
  })

  it('is put together from parts', async () => {
    const say = await words('en')
    expect(say('the rule says so, in the history of a backlog')).toBe(
      'The rule says so. Found in the history of a backlog.',
    )
    expect(say('opened: nobody is told: no route leads anywhere for it')).toBe(
      'Nobody is told: No route leads anywhere for it.',
    )
    expect(say('joined: mail-noc waits: outside the hours of route day (UTC); waits until they begin')).toBe(
      'mail-noc is told later: Outside the hours of the route day (UTC): it waits until they begin.',
    )
    expect(say('cause: Core 1 fails, and every way to it goes there')).toBe(
      'Core 1 fails, and every way to it goes there.',
    )
    expect(say('opened: mail-noc')).toBe('Incident opened: mail-noc')
    expect(say('worse: mail-noc: the channel is switched off')).toBe(
      'Got worse: mail-noc: The channel is switched off.',
    )
    expect(Object.keys(AROUND).every((key) => reasonOf(key) === undefined)).toBe(true)
  })

  it('goes to who knows other sentences, and stays what it is', async () => {
    const say = await words('zh-CN')
    expect(say('met for 3 polls in a row')).toBe('<met for 3 polls in a row>')
    expect(say('')).toBe('<>')
    expect(say('x'.repeat(20_000))).toContain('x')
  })
})
