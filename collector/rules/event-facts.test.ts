import { describe, expect, it } from 'vitest'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { describeEvent } from './event-facts.ts'

const places = {
  device: (id: string) => (id === 'hq.sw' ? ({ name: 'Switch 1', tags: { role: 'core' } } as never) : undefined),
  customerOf: () => 'acme',
}
const interfaces = {
  resourceOfName: (_device: string, name: string) => `if:polled ${name}`,
  resourceOfTrap: () => 'if:Gi0/1',
} as never

const of = (event: Record<string, unknown>, parts = {}, device: string | null = 'hq.sw') =>
  describeEvent({ agent: 'a1', site: 'hq', device, event } as unknown as ReceivedEvent, parts, places, interfaces)
const TRAP = {
  ...{ kind: 'trap', trapOid: '1.3.6', source: '192.0.2.1' },
  varbinds: [
    { oid: '1.3.1.5', type: 'Integer', value: 7 },
    { oid: '1.3.2.5', type: 'Null', value: null },
  ],
}

describe('what templates may name', () => {
  it('of where it came from', () => {
    const get = of(TRAP)
    expect(['device', 'site', 'agent', 'source', 'tag.role', 'tag.none'].map(get)).toEqual([
      ...['Switch 1', 'hq', 'a1', '192.0.2.1', 'core', undefined],
    ])
    expect(of(TRAP, {}, 'hq.new')('device')).toBe('hq.new')
    expect(of(TRAP, {}, 'hq.new')('tag.role')).toBeUndefined()
    expect(of(TRAP, {}, null)('device')).toBe('192.0.2.1')
    expect(of(TRAP, {}, null)('tag.role')).toBeUndefined()
    expect(of({ kind: 'agent', code: 'x', message: 'm' }, {}, null)('device')).toBe('hq')
    expect(of({ kind: 'agent', code: 'x', message: 'm' })('source')).toBeUndefined()
  })

  it('of traps: varbinds, the OID, the port', () => {
    const get = of(TRAP)
    expect(['varbind.1.3.1', 'varbind.1.3.2', 'varbind.1.9', 'trapOid', 'interface', 'varbinds'].map(get)).toEqual([
      ...['7', undefined, undefined, '1.3.6', 'Gi0/1', undefined],
    ])
  })

  it('of logs: message, fields, named parts before all else, and the port they name', () => {
    const line = { kind: 'log', source: 's', message: 'user=ann port=ge1', severity: 3, mnemonic: 'A-1-B' }
    const get = of(line, { who: 'bob', message: 'mine', interface: 'ge1' })
    expect(
      ['field.user', 'field.none', 'who', 'message', 'severity', 'mnemonic', 'interface', 'nothing'].map(get),
    ).toEqual([...['ann', undefined, 'bob', 'mine', '3', 'A-1-B', 'polled ge1', undefined]])
    expect(of(line)('message')).toBe('user=ann port=ge1')
    expect(of(TRAP)('field.user')).toBeUndefined()
    expect(of(line)('varbind.1.3.1')).toBeUndefined()
    expect(of(line, { interface: 'ge1' }, null)('interface')).toBe('Gi0/1')
  })

  it('of storms: all that was counted since it began; of older agents what the record has', () => {
    expect(of({ kind: 'storm', count: 5, total: 70 })('total')).toBe('70')
    expect(of({ kind: 'storm', count: 5 })('total')).toBe('5')
    expect(of({ kind: 'storm', count: 5 })('count')).toBe('5')
    expect(of(TRAP)('total')).toBeUndefined()
  })
})
