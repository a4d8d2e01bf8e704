import { describe, expect, it } from 'vitest'
import { canonicalJson } from './command.ts'
import { downTopic, parseTopic, upTopic } from './topics.ts'

describe('topics', () => {
  it('parse what they build', () => {
    expect(parseTopic(upTopic('agent-0001', 'event'))).toEqual({
      agent: 'agent-0001',
      direction: 'up',
      channel: 'event',
    })
    expect(parseTopic(downTopic('agent-0001', 'ack'))).toEqual({
      agent: 'agent-0001',
      direction: 'down',
      channel: 'ack',
    })
  })

  it.each([
    'outrider/v1/a/+/up/event',
    'outrider/v1/a/#',
    'outrider/v1/a/Agent-0001/up/event',
    'outrider/v1/a/agent-0001/up/ack',
    'outrider/v1/a/agent-0001/down/event',
    'outrider/v1/a/agent-0001/up/event/more',
    'outrider/v2/a/agent-0001/up/event',
    '$SYS/broker',
    '$share/g/outrider/v1/a/agent-0001/up/event',
    'outrider/v1/a/__proto__/up/event',
    'outrider/v1/a/agent-0001/up/constructor',
  ])('know nothing of %s', (topic) => expect(parseTopic(topic)).toBeUndefined())
})

describe('canonical JSON', () => {
  it('is one text for one value', () => {
    expect(canonicalJson({ b: [1, { z: undefined, y: null }], a: 'x' })).toBe('{"a":"x","b":[1,{"y":null}]}')
    expect(canonicalJson({ a: 'x', b: [1, { y: null }] })).toBe('{"a":"x","b":[1,{"y":null}]}')
  })
})
