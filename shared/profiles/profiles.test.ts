import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberFrom, regularExpression, textFrom } from './interpret.ts'
import type { Reading } from './profile.ts'
import { loadProfiles, matchProfile, type ProfileText } from './profiles.ts'

const folder = new URL('./stock/', import.meta.url)
const stock: ProfileText[] = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(new URL(file, folder), 'utf8'),
}))
const load = (...user: ProfileText[]) => loadProfiles({ stock, user })
const plain: Reading = { scale: 1, constantOne: false }

describe('stock profiles', () => {
  const { profiles, problems } = load()

  it('load without a word', () => expect(problems).toEqual([]))

  it('name every metric in dotted lower case with labels in both languages', () => {
    for (const profile of profiles.values())
      for (const metric of [...profile.scalars, ...profile.tables.flatMap((t) => t.columns)]) {
        expect(metric.metric).toMatch(/^[a-z]+(\.[a-z-]+)+$/)
        expect(metric.labels?.en && metric.labels['zh-CN'], metric.metric).toBeTruthy()
      }
  })

  it('give the generic profile all it extends', () => {
    const generic = profiles.get('generic')
    const parts = ['if', 'part', 'sensor', 'poe', 'ospf', 'bgp', 'cpu', 'storage', 'memory', 'input', 'output']
    expect(generic?.tables.map((t) => t.resource.prefix)).toEqual(expect.arrayContaining(parts))
    expect(generic?.scalars.map((s) => s.metric)).toContain('ups.output-source')
    expect(generic?.fields.map((f) => f.field)).toContain('serial_number')
  })

  it.each([
    ['1.3.6.1.4.1.9.1.1208', 'cisco'],
    ['1.3.6.1.4.1.2011.2.23.276', 'huawei'],
    ['1.3.6.1.4.1.8072.3.2.10', 'net-snmp'],
    ['1.3.6.1.2.1.33', 'ups'],
    ['1.3.6.1.4.1.99.1', 'generic'],
    ['', 'generic'],
  ])('fit %s to %s', (oid, name) => expect(matchProfile(profiles, oid, '')?.profile.name).toBe(name))
})

describe('matching', () => {
  const file = (name: string, text: string) => ({ file: `${name}.yaml`, text })
  it('takes the longest pattern, the exact one before a wildcard, the user before the stock', () => {
    const { profiles } = load(
      file('wide', 'sysobjectid: 1.3.6.1.4.1.9.*'),
      file('narrow', 'sysobjectid: [1.3.6.1.4.1.9.1.7*, 1.3.6.1.4.1.9.1.8.*]'),
      file('exact', 'sysobjectid: .1.3.6.1.4.1.9.1.8.1'),
      file('mine', 'sysobjectid: 1.3.6.1.4.1.9.12.*'),
    )
    const name = (oid: string, descr = '') => matchProfile(profiles, oid, descr)?.profile.name
    expect(name('1.3.6.1.4.1.9.9')).toBe('wide')
    expect(name('1.3.6.1.4.1.9.1.8.2')).toBe('narrow')
    expect(name('1.3.6.1.4.1.9.1.8.1')).toBe('exact')
    expect(name('1.3.6.1.4.1.9.1.77')).toBe('cisco')
    expect(name('1.3.6.1.4.1.9.12.3')).toBe('mine')
  })

  it('reads sysDescr selectors and redirects', () => {
    const { profiles } = load(
      file('a', 'sysobjectid: 1.3.6.1.4.1.77.*\nmatches: {"model b": b.yml}'),
      file('b', 'name: b'),
      file('c', 'selector: [{sysdescr: {include: ["^Zed"], exclude: [old]}}]'),
    )
    expect(matchProfile(profiles, '1.3.6.1.4.1.77.1', 'Model B, v2')?.profile.name).toBe('b')
    expect(matchProfile(profiles, '1.3.6.1.4.1.78.1', 'Zed 4')?.reason).toBe('sysDescr ~ ^Zed')
    expect(matchProfile(profiles, '1.3.6.1.4.1.78.1', 'Zed 4 old')?.profile.name).toBe('generic')
  })
})

describe('foreign spellings', () => {
  const { profiles, problems } = load({
    file: 'vendor/foreign.yml',
    text: `
extends: [if-mib.yml, missing.yml]
provider: someone
sysobjectid: 1.3.6.1.4.1.4242.*
metrics:
  - MIB: FOO
    OID: .1.3.6.1.4.1.4242.1.1
    name: fooLoad
    forced_type: gauge
    oops: 1
  - MIB: FOO
    symbol: { OID: 1.3.6.1.4.1.4242.1.2.0, name: fooState, enum: { ok: 1, bad: 2, worse: 2 } }
  - MIB: FOO
    table: { OID: 1.3.6.1.4.1.4242.2, name: fooTable }
    symbols:
      - { OID: 1.3.6.1.4.1.4242.2.1.3, name: fooFan, condition: fooKind=4, conversion: 'regexp:(\\d+) rpm' }
      - { OID: not-an-oid, name: fooBad }
    metric_tags:
      - { column: { OID: 1.3.6.1.4.1.4242.2.1.2, name: fooKind } }
      - { index: 1, tag: slot }
  - MIB: FOO
    table: { OID: 1.3.6.1.4.1.4242.3, name: barTable }
    symbols: [{ OID: 1.3.6.1.4.1.4242.3.1.3, name: barTemp }]
    metric_tags:
      - { column: { OID: 1.3.6.1.2.1.47.1.1.1.1.7, name: entPhysicalName }, table: entPhysicalTable, index_transform: [{ start: 1, end: 2 }] }
  - MIB: IF-MIB
    table: { OID: 1.3.6.1.2.1.2.2, name: ifTable }
    symbols:
      - { OID: 1.3.6.1.2.1.31.1.1.1.6, name: ifHCInOctets }
      - { OID: 1.3.6.1.2.1.2.2.1.10, name: ifInOctets }
    metric_tags: [{ column: { OID: 1.3.6.1.2.1.2.2.1.2, name: ifDescr }, tag: if_descr }]
topology: []
`,
  })
  const foreign = profiles.get('foreign')

  it('become one form', () => {
    expect(foreign?.scalars).toMatchObject([
      { metric: 'fooLoad', oid: '1.3.6.1.4.1.4242.1.1.0', fallback: '1.3.6.1.4.1.4242.1.1', kind: 'gauge' },
      { metric: 'fooState', kind: 'state', states: { 1: 'ok', 2: 'bad' } },
    ])
    const bar = foreign?.tables.find((t) => t.name === 'barTable')
    expect(bar?.tags).toMatchObject([{ tag: 'entPhysicalName', from: 'column', transform: [{ start: 1, end: 2 }] }])
  })

  it('take our names for what we know, so that one rule fits both', () => {
    const ifs = foreign?.tables.findLast((t) => t.name === 'ifTable')
    expect(ifs?.resource).toEqual({ prefix: 'if', tags: ['if_descr'] })
    expect(ifs?.columns).toMatchObject([{ metric: 'if.in.octets', oid: '1.3.6.1.2.1.31.1.1.1.6', unit: 'By' }])
  })

  it('warn with file and line, and refuse only the part that is wrong', () => {
    const told = problems.map((p) => `${p.severity} ${p.file}:${p.line} ${p.message}`)
    expect(told).toContain('warning vendor/foreign.yml:10 unknown key metrics.0.oops')
    expect(told).toContain('error vendor/foreign.yml:17 metrics.2.symbols.1.OID: expected a numeric OID')
    expect(told).toContain(
      'note vendor/foreign.yml:32 topology is not used: neighbours are read from LLDP, CDP, FDB and ARP whatever the profile',
    )
    expect(told.some((line) => line.includes('extends missing'))).toBe(true)
    expect(told).toContain(
      'warning vendor/foreign.yml:12 metrics.1.symbol.enum: worse has the number of bad (2): the first is kept',
    )
    expect(told).toHaveLength(5)
    const table = foreign?.tables.find((t) => t.name === 'fooTable')
    expect(table?.columns).toMatchObject([
      {
        metric: 'fooFan',
        where: [{ oid: '1.3.6.1.4.1.4242.2.1.2', equals: ['4'] }],
        reading: { extract: { source: '(\\d+) rpm' } },
      },
    ])
    expect(table?.tags.map((t) => t.tag)).toEqual(['fooKind', 'slot'])
  })

  it('cut a cycle of extends and say so', () => {
    const looped = load({ file: 'a.yaml', text: 'extends: [b.yaml]' }, { file: 'b.yaml', text: 'extends: [a.yaml]' })
    expect(looped.problems.map((p) => p.message)).toContain('extends itself: a > b > a')
  })

  it.each([
    ['not: [closed', /Flow|expected|closed/i],
    ['- a list', /mapping/],
    ['', /mapping/],
    [`a: &a [x]\nb: ${'[*a,'.repeat(200)}${']'.repeat(200)}`, /./],
  ])('refuse broken YAML %#', (text, message) => {
    const { problems, profiles } = load({ file: 'bad.yaml', text })
    expect(problems[0]?.message).toMatch(message)
    expect(profiles.get('generic')).toBeDefined()
  })
})

it('never throws, whatever a file holds, and loads the others', () => {
  const key = fc.constantFrom(
    ...['metrics', 'symbol', 'symbols', 'table', 'OID', 'name', 'metric_tags', 'column', 'enum'],
  )
  const other = fc.constantFrom(
    'extends',
    'sysobjectid',
    'selector',
    'metadata',
    'fields',
    'mapping',
    'x-outrider',
    'index',
  )
  const { any } = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>('1.3.6.1.2.1.1.7', 'x', '(', 0, -1, null, true),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(key, other), tie('any'), { maxKeys: 5 }),
    ),
  }))
  const good = { file: 'good.yaml', text: 'sysobjectid: 1.3.6.1.4.1.5.5' }
  const [generic] = stock.filter(({ file }) => file === 'generic-device.yaml')
  fc.assert(
    fc.property(
      fc.oneof(
        any.map((value) => JSON.stringify(value)),
        fc.string({ maxLength: 200 }),
      ),
      (text) => {
        const loaded = loadProfiles({
          stock: generic ? [generic] : [],
          user: [{ file: 'bad.yaml', text: text ?? '' }, good],
        })
        expect(matchProfile(loaded.profiles, '1.3.6.1.4.1.5.5', '')?.profile.name).toBe('good')
      },
    ),
    { numRuns: 300 },
  )
})

describe('values', () => {
  const reading = (more: Partial<Reading>): Reading => ({ ...plain, ...more })
  it('become numbers', () => {
    expect(numberFrom(reading({ scale: 0.1 }), 546)).toBeCloseTo(54.6)
    expect(numberFrom(plain, 18446744073709551615n)).toBe(2 ** 64)
    expect(numberFrom(plain, Buffer.from('0.42'))).toBe(0.42)
    expect(numberFrom(plain, Buffer.from(' 41 %'))).toBe(41)
    expect(numberFrom(plain, Buffer.from('n/a'))).toBeNaN()
    expect(numberFrom(reading({ extract: regularExpression('60 Secs \\((\\d+)') }), Buffer.from('60 Secs (62%)'))).toBe(
      62,
    )
    expect(numberFrom(reading({ integer: { littleEndian: true, octets: 2 } }), Buffer.from([1, 2]))).toBe(513)
    expect(numberFrom(reading({ constantOne: true, special: true }), Buffer.from('x'))).toBe(1)
  })
  it('become text', () => {
    expect(textFrom(reading({ format: 'mac_address' }), Buffer.from('00005e005301', 'hex'))).toBe('00:00:5e:00:53:01')
    expect(textFrom(reading({ format: 'ip_address' }), Buffer.from([192, 0, 2, 1]))).toBe('192.0.2.1')
    expect(textFrom(reading({ format: 'snmp_dateandtime' }), Buffer.from('07ea0b16030000002b0800', 'hex'))).toBe(
      '2026-11-22T03:00:00+08:00',
    )
    expect(textFrom(plain, Buffer.from([0xba, 0xcb, 0xd0, 0xc4]))).toBe('核心')
    expect(textFrom(plain, Buffer.from([0xff, 0xfe, 0x00, 0x81]))).toBe('0xfffe0081')
    expect(textFrom(plain, Buffer.from('a\u0000\u001b[31m\nb\u0000'))).toBe('a [31m b')
    expect(textFrom(plain, Buffer.alloc(65_000, 'x')).length).toBe(256)
    expect(
      textFrom(reading({ pattern: regularExpression('v(\\d+)\\.(\\d+)'), template: '$1-\\2' }), Buffer.from('v3.4')),
    ).toBe('3-4')
    expect(textFrom(reading({ mapping: { 6: 'ethernet' } }), 6)).toBe('ethernet')
  })
})
