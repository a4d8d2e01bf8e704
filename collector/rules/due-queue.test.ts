import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDueQueue } from './due-queue.ts'

describe('the queue of what is due', () => {
  it('gives the earliest first, whatever was put in when, and nothing before its time', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(50), fc.constant(-1)), { maxLength: 80 }), (steps) => {
        const queue = createDueQueue()
        let waiting: number[] = []
        for (const step of steps) {
          if (step >= 0) {
            queue.add({ at: step, id: String(step) })
            waiting.push(step)
            continue
          }
          const least = Math.min(...waiting)
          expect(queue.take(least - 1)).toBeUndefined()
          if (waiting.length === 0) continue
          expect(queue.take(least)).toEqual({ at: least, id: String(least) })
          waiting = waiting.toSpliced(waiting.indexOf(least), 1)
        }
        const rest = waiting.map(() => queue.take(1000)?.at)
        expect(rest).toEqual(waiting.toSorted((a, b) => a - b))
        expect(queue.take(1000)).toBeUndefined()
      }),
    )
  })
})
