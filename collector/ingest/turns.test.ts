import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createTurns } from './turns.ts'

const fault = (code: string | undefined) => Object.assign(new Error('cannot be stored'), { code })

/** Reading everything back takes 400 ms of the fake clock. */
function rig() {
  const r = { mono: 0, fails: undefined as Error | undefined, worked: 0, reloads: 0, unreadable: false }
  const turns = createTurns<number[]>({
    async commit() {
      if (r.fails) throw r.fails
    },
    async reload() {
      r.reloads++
      r.mono += 400
      if (r.unreadable) throw fault('unavailable')
    },
    isEmpty: (changes) => changes.length === 0,
    wall: () => r.mono,
    mono: () => r.mono,
    log: pino({ level: 'silent' }),
  })
  const run = () =>
    turns
      .run(() => {
        r.worked++
        return { changes: [1], value: 'done' }
      })
      .catch((error: Error & { code?: string }) => error.code ?? error.message)
  return { r, turns, run }
}

it('reads everything back rarely while the disk is full, and refuses turns in between', async () => {
  const { r, turns, run } = rig()
  r.fails = fault('unavailable')
  for (let i = 0; i < 600; i++) {
    expect(await run()).toBe('unavailable')
    r.mono += 100
  }
  // a minute; a tenth of the time at most goes into reading
  expect(r.reloads).toBeGreaterThan(5)
  expect(r.reloads).toBeLessThan(17)
  expect(r.worked).toBe(r.reloads)
  expect(turns.failure()).toMatch(/cannot be stored/)
  r.fails = undefined
  r.mono += 10_000
  expect(turns.isResting()).toBe(false)
  expect([await run(), await run()]).toEqual(['done', 'done'])
  expect(turns.failure()).toBeUndefined()
})

it('works never on what was not committed, also when it cannot be read back', async () => {
  const { r, run } = rig()
  r.fails = fault('unavailable')
  r.unreadable = true
  await run()
  for (let i = 0; i < 100; i++) {
    await run()
    r.mono += 100
  }
  expect(r.worked).toBe(1)
  expect(r.reloads).toBeLessThan(8)
  r.fails = undefined
  r.unreadable = false
  r.mono += 10_000
  const before = r.reloads
  expect(await run()).toBe('done')
  expect(r.reloads).toBe(before + 1)
})

it('tries again at once when the disk is not to blame', async () => {
  const { r, turns, run } = rig()
  r.fails = fault(undefined)
  expect([await run(), await run()]).toEqual(['cannot be stored', 'cannot be stored'])
  expect([r.worked, turns.isResting()]).toEqual([2, false])
})
