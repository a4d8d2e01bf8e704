import { describe, expect, it } from 'vitest'
import { createStamina } from './stamina.ts'

describe('how much a device is asked at once', () => {
  it('fills a frame with a few columns, and keeps to the cap of rows', () => {
    const stamina = createStamina('v2c', 25)
    expect(stamina.plan(8)).toEqual({ kind: 'get-bulk', columns: 8, maxRepetitions: 8 })
    expect(stamina.plan(2)).toEqual({ kind: 'get-bulk', columns: 2, maxRepetitions: 25 })
    expect(stamina.plan(1)).toEqual({ kind: 'get-bulk', columns: 1, maxRepetitions: 25 })
  })

  it('has no GETBULK for v1', () => {
    expect(createStamina('v1', 25).plan(20)).toEqual({ kind: 'get-next', columns: 8, maxRepetitions: 0 })
  })

  it('comes down to single GETNEXTs', () => {
    const stamina = createStamina('v2c', 25)
    const seen: string[] = []
    while (!stamina.smallest) {
      stamina.tooMuch(2)
      const { kind, columns, maxRepetitions } = stamina.plan(8)
      seen.push(`${kind} ${columns}x${maxRepetitions}`)
    }
    expect(seen).toEqual([
      'get-bulk 8x4',
      'get-bulk 8x2',
      'get-bulk 8x1',
      'get-bulk 4x1',
      'get-next 2x0',
      'get-next 1x0',
    ])
  })

  it('tries more again after many answers, later each time it fails', () => {
    const stamina = createStamina('v2c', 25)
    const answersUntilGrowth = () => {
      const before = JSON.stringify(stamina.plan(8))
      let n = 0
      while (JSON.stringify(stamina.plan(8)) === before) {
        stamina.went()
        n++
      }
      return n
    }
    stamina.tooMuch(2)
    expect(stamina.doubtful).toBe(true)
    const first = answersUntilGrowth()
    expect(stamina.doubtful).toBe(true)
    stamina.tooMuch(2)
    expect(answersUntilGrowth()).toBe(first * 2)
  })
})
