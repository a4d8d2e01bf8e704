import { expect, it } from 'vitest'
import { patient } from './patient.ts'

it('asks until it comes', async () => {
  let asked = 0
  const load = async () => {
    if (++asked < 3) throw new TypeError('Failed to fetch dynamically imported module')
    return 'here'
  }
  expect(await patient(load, 0)).toBe('here')
  expect(asked).toBe(3)
})
