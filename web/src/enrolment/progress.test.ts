import { describe, expect, it } from 'vitest'
import type { EnrolmentRow } from '#shared/http/enrolment.ts'
import type { AgentRow } from '#shared/http/inventory.ts'
import { progressOf, requestsOf } from './progress.ts'

const request = (state: EnrolmentRow['state'], more: Partial<EnrolmentRow> = {}): EnrolmentRow => ({
  ...{ id: 'r-1', site: 'hq', state, at: 1, fingerprint: 'ab', host: 'mon01', program: 'outrider-agent/0.2.0' },
  ...{
    remoteAddress: '203.0.113.9',
    addresses: [],
    token: 'abcdefghij',
    agent: null,
    decidedBy: null,
    decidedAt: null,
    reason: null,
  },
  ...more,
})
const agent = (lastSeen: number | null) => ({ lastSeen }) as AgentRow

describe('progress of an agent that joins', () => {
  it('goes step by step', () => {
    const steps = [
      progressOf(undefined, undefined, false),
      progressOf(request('waiting'), undefined, false),
      progressOf(request('granted'), undefined, false),
      progressOf(request('granted'), agent(null), false),
      progressOf(request('granted'), agent(60), false),
      progressOf(request('granted'), agent(60), true),
    ]
    expect(steps.map((step) => step.current)).toEqual(['asked', 'approved', 'contact', 'contact', 'sample', null])
    expect(steps.map((step) => step.done.size)).toEqual([0, 1, 3, 3, 4, 5])
  })

  it('waits for an agent that joins anew to be heard again', () => {
    const again = request('granted', { decidedAt: 100 })
    expect(progressOf(again, agent(99), true).current).toBe('contact')
    expect(progressOf(again, agent(100), true).current).toBeNull()
  })

  it('does not take an old agent of the same name for the new one', () => {
    expect(progressOf(request('waiting'), agent(60), true).current).toBe('approved')
  })

  it('ends with a refusal', () => {
    for (const state of ['rejected', 'expired'] as const)
      expect(progressOf(request(state), undefined, false)).toMatchObject({ current: null, ended: true })
  })

  it('has the requests of its own token only, newest first', () => {
    const rows = [
      request('rejected', { id: 'old', at: 1 }),
      request('waiting', { id: 'new', at: 2 }),
      request('waiting', { id: 'other', at: 3, token: 'zzzzzzzzzz' }),
    ]
    expect(requestsOf('abcdefghij', rows).map((row) => row.id)).toEqual(['new', 'old'])
  })
})
