import { describe, expect, it } from 'vitest'
import { refusalOf } from './incident-changes.ts'

describe('what the collector refuses', () => {
  it.each([
    ['somebody was faster: it is assigned to nora now', 'assigned', { name: 'nora' }],
    ['somebody was faster: it is assigned to nobody now', 'nobody', {}],
    ['somebody was faster: it is in-progress now', 'state', { state: 'in-progress' }],
    ['somebody was faster: it is in tier 2 now', 'tier', { tier: '2' }],
    ['somebody was faster: its priority is 1 now', 'priority', { priority: '1' }],
    ['incident 12 is open for the same cause', 'sameCause', { number: '12' }],
    ['incident 7 is resolved; open it again first', 'notOpen', { number: '7', state: 'resolved' }],
    ['they are of different customers', 'customers', {}],
    ['something new', 'other', { message: 'something new' }],
  ])('%s', (message, key, names) => expect(refusalOf(message)).toEqual([key, names]))
})
