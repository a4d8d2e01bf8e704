import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { secondsOfDate } from './dates.ts'
import { numberFrom, textFrom } from './interpret.ts'
import { judgeFiles } from './judge-files.ts'
import type { Reading } from './profile.ts'
import { loadProfiles } from './profiles.ts'
import { readProfile } from './read-profile.ts'
import {
  isFields,
  normaliseMetadata,
  normaliseMetric,
  normaliseSymbol,
  normaliseTag,
  selectorsOf,
} from './spellings.ts'
import { tooDeep } from './too-deep.ts'

const quiet = () => undefined
/** Words of the format with values of any kind in any place. */
const KEYS = [
  ...[
    'OID',
    'oid',
    'name',
    'tag',
    'symbol',
    'symbols',
    'column',
    'table',
    'metric_tags',
    'metric_type',
    'type',
    'enum',
  ],
  ...[
    'mapping',
    'conversion',
    'format',
    'scale_factor',
    'index',
    'index_transform',
    'static_tags',
    'options',
    'condition',
  ],
  ...['chart_meta', 'poll_time_sec', 'allow_duplicate', 'extract_value', 'match', 'tags', 'fields', 'id_tags', 'value'],
  ...['metrics', 'metadata', 'device', 'interface', 'sysobjectid', 'selector', 'extends', 'virtual_metrics', 'sources'],
  ...['x-outrider', 'matches', 'traps', 'transform', '__proto__', 'constructor', 'start', 'end', 'include', 'helix'],
]
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    '',
    '1.3.6.1.4.1.9',
    '.1.3.6.1.2.1.1.0',
    '(a+)+$',
    '(',
    'percent',
    'hwaddr',
  ),
  fc.string({ maxLength: 12 }),
)
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, leaf, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  map: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 6 }),
}))

describe('files of unknown shape', () => {
  it('are normalised or left as they are, never a crash', () => {
    fc.assert(
      fc.property(anything, (value) => {
        normaliseTag(value, quiet)
        normaliseMetadata(value, quiet)
        if (!isFields(value)) return
        normaliseMetric(value, quiet)
        normaliseSymbol(value, quiet)
        selectorsOf(value)
      }),
      { numRuns: 1000 },
    )
  })

  it('take no prototype from a key', () => {
    const odd = JSON.parse('{"__proto__": {"OID": null}, "constructor": "x"}') as Record<string, unknown>
    expect(normaliseSymbol(odd, quiet)).toEqual({ constructor: 'x', name: undefined })
  })

  it('normalised twice are what they were once', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = isFields(value) ? normaliseSymbol(value, quiet) : undefined
        if (once) expect(normaliseSymbol(once, quiet)).toEqual(once)
      }),
      { numRuns: 500 },
    )
  })

  it('load or are refused, each problem with a line of the file', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...KEYS), anything, { maxKeys: 8 }), (root) => {
        const text = stringify(root)
        const user = [{ file: 'a/any.yaml', text }]
        const loaded = loadProfiles({ stock: [], user })
        const lines = text.split('\n').length
        for (const { line } of loaded.problems) expect(line >= 1 && line <= lines).toBe(true)
        expect(judgeFiles(loaded)).toHaveLength(1)
      }),
      { numRuns: 100 },
    )
  }, 60_000)
})

describe('hostile sizes', () => {
  const refusal = (text: string) => {
    const { profile, problems } = readProfile('f.yaml', text)
    expect(profile).toBeUndefined()
    return problems[0]?.message
  }
  it('are refused before they cost anything', () => {
    expect(refusal(' '.repeat(1_000_001))).toContain('1 MB')
    for (const deep of ['['.repeat(400_000), '- '.repeat(200_000), '{a: '.repeat(100_000), `a:\n${' '.repeat(500)}b`])
      expect(refusal(deep)).toContain('nested deeper')
    const bomb = Array.from({ length: 30 }, (_, n) => `a${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]`).join('\n')
    expect(refusal(`a-1: &a-1 [x]\n${bomb}`)).toContain('lias')
  })

  it('are cut where the rest is good', () => {
    const metrics = Array.from(
      { length: 4_100 },
      (_, n) => `- {MIB: A, symbol: {OID: 1.3.6.1.4.1.9.${n}.0, name: a${n}}}`,
    )
    const { profile, problems } = readProfile('f.yaml', `metrics:\n${metrics.join('\n')}`)
    expect(profile?.metrics).toHaveLength(4_000)
    expect(problems).toEqual([expect.objectContaining({ line: 4_002, severity: 'error' })])
    const wrong = metrics
      .slice(0, 300)
      .map((line) => line.replace('1.3.', 'x.'))
      .join('\n')
    expect(readProfile('f.yaml', `metrics:\n${wrong}`).problems).toHaveLength(201)
  })

  it('leave brackets in words alone', () => {
    expect(tooDeep("extract_value: '([a-z]+)[0-9]{2}'\n".repeat(5_000))).toBeUndefined()
    expect(tooDeep(`a: 1\n${'['.repeat(200)}`)).toBe(2)
  })
})

describe('what devices answer', () => {
  const reading = (more: Partial<Reading>): Reading => ({ scale: 1, constantOne: false, special: true, ...more })
  it('finds in a mapping only what the file says', () => {
    const mapping = Object.assign(Object.create(null) as Record<string, string>, { 1: 'up' })
    for (const word of ['constructor', '__proto__', 'toString'])
      expect(textFrom(reading({ mapping }), Buffer.from(word))).toBe(word)
  })

  it('gives dates in seconds, and no date for what is none', () => {
    const march = Date.UTC(2026, 2, 1) / 1000
    for (const text of [
      '2026-03-01',
      '2026/3/1',
      '20260301',
      'Mar 1 2026',
      '1 March 2026',
      '03/01/2026',
      'Sun Mar  1 2026',
    ])
      expect(secondsOfDate(text), text).toBe(march)
    expect(secondsOfDate('Sun Mar 01 12:30:15 2026')).toBe(march + 45_015)
    expect(secondsOfDate('25.12.2026')).toBe(Date.UTC(2026, 11, 25) / 1000)
    for (const text of ['', 'never', '2026-13-01', '2026-02-31', '99', 'Expired']) expect(secondsOfDate(text)).toBeNaN()
    fc.assert(fc.property(fc.string(), (text) => void secondsOfDate(text)))
  })

  it('is a number or none, whatever the octets', () => {
    const ways = [
      { integer: { littleEndian: true, octets: 4 } },
      { flag: 3 },
      { upsState: true },
      { format: 'snmp_dateandtime' },
      { format: 'text_date' },
      { format: 'hex' },
      { codes: Object.create(null) as Record<string, number> },
    ]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom<Partial<Reading>>(...ways), (octets, way) => {
        expect(typeof numberFrom(reading(way), octets)).toBe('number')
        expect(typeof textFrom(reading(way), octets)).toBe('string')
      }),
    )
  })
})
