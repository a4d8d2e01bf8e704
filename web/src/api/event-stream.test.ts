import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventStreamParser, type StreamEvent } from './event-stream.ts'

function parse(parts: readonly string[]): StreamEvent[] {
  const events: StreamEvent[] = []
  const parser = createEventStreamParser((event) => events.push(event))
  for (const part of parts) parser.push(part)
  return events
}

const TEXT =
  'retry: 2000\n\n: beat\n\nid: 7\nevent: alarm\ndata: {"a":1}\n\nevent: x\r\ndata:one\r\ndata: two\r\n\r\ndata\n\n'
const EVENTS = [
  { id: '7', name: 'alarm', data: '{"a":1}' },
  { id: '7', name: 'x', data: 'one\ntwo' },
  { id: '7', name: 'message', data: '' },
]

describe('event stream', () => {
  it('reads ids, names, data of several lines and skips comments', () => expect(parse([TEXT])).toEqual(EVENTS))

  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), TEXT.length]
        expect(parse(at.slice(1).map((end, i) => TEXT.slice(at[i], end)))).toEqual(EVENTS)
      }),
    )
  })

  it('holds back an event whose blank line has not come', () => expect(parse(['data: 1\n'])).toEqual([]))
})
