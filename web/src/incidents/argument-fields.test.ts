import { describe, expect, it } from 'vitest'
import { DIAGNOSTIC_NAMES, DIAGNOSTICS, parseArguments } from '#shared/diagnostics/registry.ts'
import { argumentsFrom, fieldsOf } from './argument-fields.ts'
import { oidName, oidValue } from './oid-names.ts'

describe('the form of an action', () => {
  it('has a field for each argument, with its default and bounds', () => {
    expect(fieldsOf(DIAGNOSTICS.ping.arguments)).toEqual([
      { name: 'count', kind: 'number', required: false, initial: '4', min: 1, max: 20 },
      { name: 'timeoutMs', kind: 'number', required: false, initial: '1000', min: 100, max: 5000 },
    ])
    expect(fieldsOf(DIAGNOSTICS['snmp-get'].arguments)).toMatchObject([{ name: 'oids', kind: 'list', required: true }])
  })

  it.each(DIAGNOSTIC_NAMES)('of %s can be shown', (name) => {
    expect(() => fieldsOf(DIAGNOSTICS[name].arguments)).not.toThrow()
  })

  it('gives back arguments the agent accepts', () => {
    const given = argumentsFrom(fieldsOf(DIAGNOSTICS['snmp-get'].arguments), {
      oids: '.1.3.6.1.2.1.1.5.0\n1.3.6.1.2.1.1.1.0',
    })
    expect(parseArguments('snmp-get', given)).toEqual({
      ok: true,
      value: { oids: ['1.3.6.1.2.1.1.5.0', '1.3.6.1.2.1.1.1.0'] },
    })
    expect(parseArguments('ping', argumentsFrom(fieldsOf(DIAGNOSTICS.ping.arguments), { count: '' }))).toMatchObject({
      value: { count: 4 },
    })
  })
})

describe('object names', () => {
  it('stand for known objects and keep the index', () => {
    expect(oidName('1.3.6.1.2.1.2.2.1.8.7')).toBe('ifOperStatus.7')
    expect(oidName('1.3.6.1.4.1.9.9.9')).toBe('1.3.6.1.4.1.9.9.9')
    expect(oidValue('1.3.6.1.2.1.2.2.1.8', 2)).toBe('down (2)')
    expect(oidValue('1.3.6.1.2.1.1.5', null)).toBe('–')
  })
})
