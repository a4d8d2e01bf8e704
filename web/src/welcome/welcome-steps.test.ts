import { describe, expect, it } from 'vitest'
import { nextStep, readWelcomeSearch, stepOf } from './welcome-steps.ts'

const fresh = { passwordGiven: true, sites: 0, agents: 0 }

describe('the first steps', () => {
  it('go on where they were left', () => {
    expect(nextStep(fresh)).toBe('you')
    expect(nextStep({ ...fresh, passwordGiven: false })).toBe('you')
    expect(nextStep({ ...fresh, sites: 1 })).toBe('you')
    expect(nextStep({ passwordGiven: false, sites: 1, agents: 0 })).toBe('agent')
    expect(nextStep({ passwordGiven: false, sites: 1, agents: 1 })).toBe('done')
  })

  it('lead where the address says, but to no agent without a site', () => {
    expect(stepOf({ step: 'place' }, fresh)).toBe('place')
    expect(stepOf({ step: 'agent' }, fresh)).toBe('place')
    expect(stepOf({ step: 'agent' }, { ...fresh, sites: 1 })).toBe('agent')
    // the agent that is waited for says its first word
    expect(stepOf({ token: 't1' }, { passwordGiven: false, sites: 1, agents: 1 })).toBe('agent')
    // seen again on purpose
    expect(stepOf({ step: 'you' }, { passwordGiven: false, sites: 1, agents: 1 })).toBe('you')
    expect(readWelcomeSearch({ step: 'elsewhere' }).step).toBeUndefined()
    expect(readWelcomeSearch({ step: 'agent', site: 'hq' })).toMatchObject({ step: 'agent', site: 'hq' })
  })
})
