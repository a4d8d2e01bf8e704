import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oidAt } from './ber.ts'
import { compareOids, isOid, oidBytes, suffixOf } from './oid.ts'

const arcs = fc.array(fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff })), { minLength: 1, maxLength: 12 })

describe('OIDs', () => {
  it('are ordered by their arcs, not by their text', () => {
    fc.assert(
      fc.property(arcs, arcs, (a, b) => {
        const at = a.findIndex((arc, i) => arc !== b[i])
        const expected = at < 0 ? a.length - b.length : b[at] === undefined ? 1 : (a[at] as number) - (b[at] as number)
        expect(Math.sign(compareOids(a.join('.'), b.join('.')))).toBe(Math.sign(expected))
      }),
      { numRuns: 2000 },
    )
    expect(compareOids('', '1')).toBeLessThan(0)
    expect(compareOids('1.10', '1.9')).toBeGreaterThan(0)
  })

  it('are written as they are read', () => {
    fc.assert(
      fc.property(fc.constantFrom('0.0', '1.3', '1.39', '2.0', '2.999'), arcs, (root, rest) => {
        const oid = `${root}.${rest.join('.')}`
        expect(isOid(oid)).toBe(true)
        const bytes = Uint8Array.from(oidBytes(oid))
        expect(oidAt(bytes, 0, bytes.length)).toBe(oid)
      }),
    )
  })

  it('know their subtree', () => {
    expect(suffixOf('1.3.6.10', '1.3.6.1')).toBeUndefined()
    expect(suffixOf('1.3.6.1.5.2', '1.3.6.1')).toBe('5.2')
    expect(suffixOf('1.3.6.1', '1.3.6.1')).toBe('')
    expect(suffixOf('1.3', '1.3.6.1')).toBeUndefined()
  })

  it.each([
    '',
    '1',
    '.1.3',
    '1.3.',
    '1..3',
    '3.1',
    '1.40',
    '1.3.4294967296',
    'sysName',
    '1.3.-6',
    `1.3${'.1'.repeat(200)}`,
  ])('are not %j', (text) => expect(isOid(text)).toBe(false))
})
