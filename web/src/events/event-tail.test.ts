import { describe, expect, it } from 'vitest'
import type { EventRow } from '#shared/http/records.ts'
import { askedFrom, merged } from './event-tail.ts'

const row = (id: number, at: number, seq = 1) => ({ id, at, seq }) as EventRow

describe('new events', () => {
  it('come to the top, each once, the later word instead of the earlier', () => {
    const read = [row(3, 30), row(2, 20), row(1, 10)]
    expect(merged(read, [row(4, 40), row(3, 30, 2)]).map(({ id, seq }) => [id, seq])).toEqual([
      ...[
        [4, 1],
        [3, 2],
        [2, 1],
        [1, 1],
      ],
    ])
    expect(merged(read, [])).toBe(read)
  })

  it('that come late stand at their time, and not before what was read', () => {
    const read = [row(9, 30), row(8, 10)]
    expect(merged(read, [row(11, 20), row(10, 5)]).map(({ id }) => id)).toEqual([9, 11, 8])
    expect(merged([], [row(1, 5), row(2, 5)]).map(({ id }) => id)).toEqual([2, 1])
  })

  it('are asked for from now on though an event claims to be of tomorrow', () => {
    expect(askedFrom(500_000, 600_000)).toBe(440_000)
    expect(askedFrom(86_400_000, 600_000)).toBe(540_000)
  })
})
