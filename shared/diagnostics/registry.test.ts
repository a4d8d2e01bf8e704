import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DIAGNOSTIC_NAMES, DIAGNOSTICS, isDiagnosticName, parseArguments } from './registry.ts'

describe('diagnostics registry', () => {
  it('names each action by its key, read-only, with both titles and a deadline', () => {
    for (const name of DIAGNOSTIC_NAMES) {
      const action = DIAGNOSTICS[name]
      expect(action.name).toBe(name)
      expect(action.risk).toBe('read-only')
      expect(action.title['zh-CN']).not.toBe('')
      expect(action.title.en).not.toBe('')
      expect(action.deadlineMs).toBeGreaterThan(0)
    }
  })

  it('fills in defaults', () => {
    expect(parseArguments('ping', {})).toEqual({ ok: true, value: { count: 4, timeoutMs: 1000 } })
  })

  it.each([
    ['tcp', { port: 31337 }, /ports this action/],
    ['tcp', { port: 22, host: '10.0.0.1' }, /host/],
    ['ping', { count: 21 }, /count/],
    ['ping', { address: '10.0.0.1' }, /address/],
    ['snmp-get', { oids: ['-h'] }, /OID/],
    ['snmp-get', { oids: ['1.3.6.1.6.3.18.1.1.1.2'] }, /not read remotely/],
    ['snmp-get', { oids: ['1.3.99999999999'] }, /OID/],
    ['snmp-table', { columns: ['1.3.6.1'] }, /not read remotely/],
    ['snmp-table', { columns: [] }, /columns/],
    ['poll-now', { force: true }, /force/],
  ] as const)('refuses %s %o', (name, raw, reason) => {
    const parsed = parseArguments(name, raw)
    expect(parsed).toMatchObject({ ok: false })
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason)
  })

  it('knows no inherited names', () => {
    expect(isDiagnosticName('__proto__')).toBe(false)
    expect(isDiagnosticName('constructor')).toBe(false)
    expect(isDiagnosticName('ping')).toBe(true)
  })

  it('never throws for any arguments', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIAGNOSTIC_NAMES), fc.anything(), (name, raw) => {
        expect(typeof parseArguments(name, raw).ok).toBe('boolean')
      }),
      { numRuns: 500 },
    )
  })
})
