import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineHead, lineOf, MAX_NAME_BYTES, storedName } from './line.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', ' ', ',', '=', '\\', '\n', '\t', '"', "'", '%', '#', '_', '2', '3', '\ud800', '\u0000'),
  }),
  fc.string({ minLength: 900, maxLength: 70_000, unit: fc.constantFrom('a', '\u7aef', '\n', '\\') }),
)

describe('a name in InfluxDB', () => {
  it('is what it was when it is an ordinary one', () => {
    for (const name of ['if:GigabitEthernet0/1', 'cpu.load', 'a b,c=d', '\u7aef\u53e3 1', 'snake_case'])
      expect(storedName(name)).toBe(name)
    expect(storedName('C:\\')).toBe('C:%5C')
    expect(storedName('')).toBe('%')
  })

  it('is one the protocol can carry, whatever it was', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const stored = storedName(name)
        expect(stored).not.toMatch(/[\p{Cc}\\]|^[#_]|^$/u)
        expect(stored.isWellFormed()).toBe(true)
        expect(Buffer.byteLength(stored)).toBeLessThanOrEqual(MAX_NAME_BYTES)
      }),
      { numRuns: 500 },
    )
  })

  it('is never that of another', () => {
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        fc.pre(a !== b)
        expect(storedName(a)).not.toBe(storedName(b))
      }),
      { numRuns: 500 },
    )
    for (const [a, b] of [
      ['a\nb', 'a\\nb'],
      ['%', ''],
      ['%5C', '\\'],
      ['#x', '%23x'],
      ['\ud800', '\ufffd'],
      ['\ud800', '%ud800'],
      ['x'.repeat(2000), `${'x'.repeat(1999)}y`],
    ] as const)
      expect(storedName(a)).not.toBe(storedName(b))
  })
})

describe('a line', () => {
  it('has measurement, tags in order of their names, the value and the time', () => {
    const head = lineHead({ metric: 'if in', device: 's.d', resource: 'a=b,c d', site: 's' }, 'acme')
    expect(lineOf(head, 1_790_000_000_123, 1.5)).toBe(
      'if\\ in,customer=acme,device=s.d,resource=a\\=b\\,c\\ d,site=s value=1.5 1790000000123',
    )
    expect(lineHead({ metric: 'm', device: 's.d', resource: '', site: 's' }, '')).toBe('m,device=s.d,site=s value=')
  })

  it('is not made of what is no number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(lineOf('m value=', 1, value)).toBeUndefined()
  })

  it('is one line that reads back to its parts', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.double({ noNaN: true, noDefaultInfinity: true }), (metric, resource, value) => {
        const line = lineOf(lineHead({ metric, device: 's.d', resource, site: 's' }, 'c'), 7, value) ?? ''
        const [, measurement = '', tags = '', number] =
          /^((?:[^\\, ]|\\[, =])+),((?:[^\\ ]|\\[, =])+) value=(\S+) 7$/u.exec(line) ?? []
        expect(measurement.replace(/\\(.)/g, '$1')).toBe(storedName(metric))
        const read = tags.split(/(?<!\\),/).map((t) => t.split(/(?<!\\)=/).map((p) => p.replace(/\\(.)/g, '$1')))
        expect(Object.fromEntries(read).resource).toBe(resource === '' ? undefined : storedName(resource))
        // -0 is written as 0
        expect(Number(number)).toBe(value + 0)
      }),
      { numRuns: 300 },
    )
  })
})
