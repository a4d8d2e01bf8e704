import { describe, expect, it } from 'vitest'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import { Condition } from './conditions/registry.ts'
import { createEventIndex } from './event-index.ts'

const condition = (match: object | object[], more: object = {}): Condition =>
  Condition.parse({ type: 'event-match', match, ...more })
const event = (kind: string, more: object = {}) =>
  ({ kind, message: '', varbinds: [], ...more }) as unknown as DeviceEvent
const trap = (trapOid: string) => event('trap', { trapOid })

describe('which rules may be about an event', () => {
  const index = createEventIndex([
    condition({ kind: 'trap', trapOid: '1.3.1' }, { clear: { kind: 'trap', trapOid: '1.3.2' } }),
    condition({ kind: 'storm' }),
    condition([{ kind: 'storm' }, { kind: 'check', input: 'icmp' }]),
    condition([
      { kind: 'log', contains: 'never said' },
      { kind: 'log', atMostSeverity: 2, unclaimed: true },
    ]),
    Condition.parse({ type: 'threshold', metric: 'm', above: 1 }),
    condition({ kind: 'log', contains: 'down' }, { clear: [{ kind: 'log', contains: 'up' }, { kind: 'check' }] }),
  ])

  it('is told by kind, in order, each once; rules over samples are about none', () => {
    expect(index.candidates(event('storm'))).toEqual([1, 2])
    expect(index.candidates(event('check'))).toEqual([2, 5])
    expect(index.candidates(event('agent'))).toEqual([])
  })

  it('is told of traps by OID and of lines by words, raising or clearing', () => {
    expect(index.candidates(trap('1.3.1'))).toEqual([0])
    expect(index.candidates(trap('1.3.2'))).toEqual([0])
    expect(index.candidates(trap('1.3.3'))).toEqual([])
    expect(index.candidates(event('log', { message: 'link down' }))).toEqual([5])
    expect(index.candidates(event('log', { message: 'it is up again' }))).toEqual([5])
    expect(index.candidates(event('log', { message: 'never said' }))).toEqual([])
  })

  it('leaves to the end what only asks for lines that no other has claimed', () => {
    expect(index.unclaimed).toEqual([3])
  })
})
