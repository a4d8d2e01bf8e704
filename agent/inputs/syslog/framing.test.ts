import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFramer } from './framing.ts'

function cutUp(stream: Buffer, sizes: readonly number[], maxMessageBytes = 8192) {
  const messages: string[] = []
  const framer = createFramer({ maxMessageBytes, onMessage: (bytes) => messages.push(bytes.toString()) })
  let at = 0
  for (let i = 0; at < stream.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? stream.length)
    framer.feed(stream.subarray(at, at + size))
    at += size
  }
  framer.end()
  return { messages, cut: framer.cut }
}

describe('framing of a TCP stream', () => {
  it.each([
    ['newlines', '<13>a\n<13>b\r\n\n<13>c\n', ['<13>a', '<13>b', '<13>c']],
    ['octet counts', '5 <13>a7 <13>b\nc', ['<13>a', '<13>b\nc']],
    ['both in one stream', '5 <13>a<13>b\n6 <13>cd<13>e', ['<13>a', '<13>b', '<13>cd', '<13>e']],
    ['lines that start with a date', '2026-11-22 x\n2026 <13> is a count\n', ['2026-11-22 x', '<13> is a count']],
    ['a year and a word', '2026 Nov 22 x\nb\n', ['2026 Nov 22 x', 'b']],
    ['NUL as the end', '<13>a\0<13>b\0', ['<13>a', '<13>b']],
    ['no end at all', '<13>unfinished', ['<13>unfinished']],
    ['a count that promises more', '100 <13>short', ['<13>short']],
  ])('%s', (_name, stream, expected) => {
    for (const size of [1, 2, 3, 1000]) expect(cutUp(Buffer.from(stream), [size]).messages).toEqual(expected)
  })

  it('cuts long messages in both framings, counts them and goes on', () => {
    const stream = Buffer.from(`<13>${'x'.repeat(50)}\n30 <13>${'y'.repeat(26)}<13>z\n`)
    for (const size of [1, 7, 1000]) {
      const { messages, cut } = cutUp(stream, [size], 20)
      expect(messages).toEqual([`<13>${'x'.repeat(16)}`, `<13>${'y'.repeat(16)}`, '<13>z'])
      expect(cut).toBe(2)
    }
  })

  it('gives the same messages however the stream is chopped', () => {
    const message = fc.string({ minLength: 1, maxLength: 30 }).map((s) => `<13>${s.replace(/[\s\0]/g, '_')}`)
    const framed = message.chain((m) =>
      fc.constantFrom(`${m}\n`, `${Buffer.byteLength(m)} ${m}`).map((f) => [m, f] as const),
    )
    fc.assert(
      fc.property(
        fc.array(framed, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (list, sizes) => {
          const { messages } = cutUp(Buffer.from(list.map(([, f]) => f).join('')), sizes)
          expect(messages).toEqual(list.map(([m]) => m))
        },
      ),
    )
  })

  it('keeps no more than one message of a stream without ends', () => {
    const { messages, cut } = cutUp(Buffer.alloc(1_000_000, 0x61), [1000], 4096)
    expect(messages).toEqual(['a'.repeat(4096)])
    expect(cut).toBe(1)
  })
})
