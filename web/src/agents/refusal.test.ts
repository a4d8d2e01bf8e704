import { describe, expect, it } from 'vitest'
import { refusalOf } from './refusal.ts'

describe('why an agent is refused', () => {
  it.each([
    [null, null],
    ['revoked: stolen', { kind: 'revoked', reason: 'stolen' }],
    ['quarantined: two: a and b', { kind: 'quarantined', reason: 'two: a and b' }],
    ['the data folder is older', { kind: 'copy', reason: 'the data folder is older' }],
  ])('%s', (refused, refusal) => expect(refusalOf(refused)).toEqual(refusal))
})
