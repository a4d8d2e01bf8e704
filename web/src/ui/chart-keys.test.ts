import { expect, it } from 'vitest'
import { shownAfter } from './chart-keys.ts'

const HOUR = 3_600_000
const NOW = 100 * HOUR

it('zooms around the middle and goes along by a quarter', () => {
  const shown = { from: 40 * HOUR, to: 44 * HOUR }
  expect(shownAfter('+', shown, NOW)).toEqual({ from: 41 * HOUR, to: 43 * HOUR })
  expect(shownAfter('-', shown, NOW)).toEqual({ from: 38 * HOUR, to: 46 * HOUR })
  expect(shownAfter('ArrowLeft', shown, NOW)).toEqual({ from: 39 * HOUR, to: 43 * HOUR })
  expect(shownAfter('ArrowRight', shown, NOW)).toEqual({ from: 41 * HOUR, to: 45 * HOUR })
  expect(shownAfter('x', shown, NOW)).toBeUndefined()
})

it('ends at now, and at what can be looked at', () => {
  expect(shownAfter('ArrowRight', { from: 98 * HOUR, to: NOW }, NOW)).toEqual({ from: 98 * HOUR, to: NOW })
  expect(shownAfter('-', { from: 98 * HOUR, to: NOW }, NOW)).toEqual({ from: 96 * HOUR, to: NOW })
  const least = shownAfter('+', { from: NOW - 360_000, to: NOW }, NOW)
  expect(least && least.to - least.from).toBe(300_000)
})
