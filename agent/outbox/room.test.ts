import { expect, it } from 'vitest'
import { createRoom } from './room.ts'

it('closes at a quarter of memory and opens for all who wait below an eighth', async () => {
  const room = createRoom(800)
  expect(room.wait(199)).toBeUndefined()
  let opened = 0
  const first = room.wait(200)?.then(() => opened++)
  const second = room.wait(150)?.then(() => opened++)
  expect(first).toBeDefined()
  expect(second).toBeDefined()
  room.freed(100)
  await Promise.resolve()
  expect(opened).toBe(0)
  room.freed(99)
  await Promise.all([first, second])
  expect(opened).toBe(2)
  expect(room.wait(150)).toBeUndefined()
})
