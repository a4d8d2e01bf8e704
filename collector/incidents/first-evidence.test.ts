import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Playbook } from '#shared/domain/playbook.ts'
import { firstEvidence } from './first-evidence.ts'

const alarm = (alarmType: string, more: Partial<Alarm> = {}) =>
  ({ device: 'hq.switch', agent: 'agent-1', resource: '', alarmType, ...more }) as Alarm
const get = (...oids: string[]) => ({ action: 'snmp-get', arguments: { oids } })
const table = (...columns: string[]) => ({ action: 'snmp-table', arguments: { columns } })
const asked = (type: string, playbook?: Playbook) =>
  firstEvidence(alarm(type), playbook).map(({ action, arguments: { columns, oids } }) => ({
    action,
    of: columns ?? oids,
  }))

const FAN = '1.3.6.1.4.1.9.9.13.1.4.1.3'
const IF_DESCR = '1.3.6.1.2.1.2.2.1.2'

describe('first evidence', () => {
  it('is the general one where the profile says nothing', () => {
    expect(asked('env.fan')).toEqual([{ action: 'poll-now', of: undefined }])
    expect(asked('env.fan', { 'link.down': [get(FAN)] })).toEqual([{ action: 'poll-now', of: undefined }])
    expect(firstEvidence(alarm('env.fan', { device: null }), { 'env.fan': [get(FAN)] })).toEqual([])
  })

  it('has what the profile wants for the type, with its title, after the general ones', () => {
    const title = { en: 'Fans' }
    expect(firstEvidence(alarm('env.fan'), { 'env.fan': [{ ...table(FAN), title }], '*': [get(FAN)] })).toEqual([
      { action: 'poll-now', arguments: {} },
      { action: 'snmp-table', arguments: { columns: [FAN], maxRows: 100 }, title },
    ])
  })

  it('has what the profile wants for all others, but not of a device that does not answer', () => {
    const playbook = { 'env.fan': [], '*': [get(FAN)] }
    expect(asked('cpu.high', playbook)).toContainEqual({ action: 'snmp-get', of: [FAN] })
    expect(asked('env.fan', playbook)).toEqual([{ action: 'poll-now', of: undefined }])
    expect(asked('device.unreachable', playbook).map((step) => step.action)).toEqual(['ping', 'tcp', 'snmp-get'])
    expect(asked('device.unreachable', { ...playbook, 'device.unreachable': [get(FAN)] })).toHaveLength(4)
    expect(asked('constructor', playbook)).toHaveLength(2)
  })

  it('asks nothing twice', () => {
    const playbook = {
      'link.down': [table(IF_DESCR), table(IF_DESCR, FAN), table(FAN), { action: 'poll-now', arguments: {} }],
    }
    expect(asked('link.down', playbook).map((step) => step.of ?? step.action)).toEqual([
      expect.arrayContaining([IF_DESCR]),
      [IF_DESCR, FAN],
      'poll-now',
    ])
    expect(
      asked('device.unreachable', { 'device.unreachable': [{ action: 'ping', arguments: { count: 20 } }] }),
    ).toEqual(asked('device.unreachable'))
  })

  it('is six steps at most, and none that is not known or takes other arguments', () => {
    const many = ['1', '2', '3', '4'].map((n) => get(`1.3.6.1.4.1.9.${n}`))
    expect(asked('device.unreachable', { 'device.unreachable': many })).toHaveLength(6)
    const odd = [
      { action: 'reload', arguments: {} },
      { action: 'sweep', arguments: {} },
      { action: '__proto__', arguments: {} },
      get('1.3.6.1.6.3.18.1.1.1.2'),
      { action: 'ping', arguments: { address: '192.0.2.9' } },
    ]
    expect(asked('env.fan', { 'env.fan': odd })).toEqual([{ action: 'poll-now', of: undefined }])
  })
})
