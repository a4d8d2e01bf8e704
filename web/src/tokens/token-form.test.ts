import { expect, it } from 'vitest'
import { modestRole, stateOf } from './token-form.ts'

const DAY = 86_400_000
const token = (more: object) => ({ expiresAt: null, lastUsedAt: null, createdAt: 0, ...more })

it('shows what needs a look', () => {
  expect(stateOf(token({ expiresAt: 5 }), 5)).toBe('ended')
  expect(stateOf(token({ expiresAt: 10 * DAY }), 0)).toBe('ends-soon')
  expect(stateOf(token({}), 91 * DAY)).toBe('unused')
  expect(stateOf(token({ lastUsedAt: 50 * DAY }), 91 * DAY)).toBe('good')
  expect(stateOf(token({ expiresAt: 100 * DAY }), 0)).toBe('good')
})

it('offers the least first', () => {
  expect([modestRole('admin'), modestRole('customer')]).toEqual(['viewer', 'customer'])
})
