import { describe, expect, it } from 'vitest'
import type { AgentRow } from '#shared/http/inventory.ts'
import { concernsOf, selectAgents } from './agent-filter.ts'

const NOW = 1_790_000_000_000
const agent = (id: string, more: Partial<AgentRow> = {}) =>
  ({
    ...{ id, site: 'hq', siteName: 'Head office', host: `${id}-pc`, version: '0.2.0', presence: 'online' },
    ...{ refused: null, lost: {}, dropped: {}, backlog: {}, quarantined: 0, clockOffsetMs: 3, commandKeyMatches: true },
    identity: null,
    ...more,
  }) as AgentRow

describe('concerns of an agent', () => {
  it('are none when all is as it should be', () => expect(concernsOf(agent('a'), NOW)).toEqual([]))

  it.each([
    ['refused', { refused: 'revoked: stolen' }],
    ['silent', { presence: 'unknown' }],
    ['lost', { lost: { 'telemetry:quota': 1 } }],
    ['quarantined', { quarantined: 2 }],
    ['certificate', { identity: { state: 'active', notAfter: NOW + 86_400_000 } }],
    ['backlog', { backlog: { telemetry: 900, event: 101 } }],
    ['clock', { clockOffsetMs: -2000 }],
    ['dropped', { dropped: { 'syslog:rate-limit': 1 } }],
    ['key', { commandKeyMatches: false }],
  ] as const)('is %s', (concern, more) =>
    expect(concernsOf(agent('a', more as Partial<AgentRow>), NOW)).toEqual([concern]),
  )

  it('leave out a little backlog, a certificate that lives, and one that never came', () => {
    const calm = {
      backlog: { event: 40 },
      identity: { state: 'active' as const, notAfter: NOW + 9e8 },
      presence: 'never' as const,
    }
    expect(concernsOf(agent('a', calm), NOW)).toEqual([])
  })
})

describe('the list of agents', () => {
  const agents = [
    agent('calm'),
    agent('clock', { clockOffsetMs: 5000 }),
    agent('gone', { presence: 'unknown', siteName: 'Port' }),
    agent('new', { presence: 'never' }),
  ]
  const ids = (filter: Parameters<typeof selectAgents>[1]) => selectAgents(agents, filter, NOW).rows.map(({ id }) => id)

  it('has those that need somebody first', () => expect(ids({})).toEqual(['gone', 'clock', 'calm', 'new']))

  it('shows what is asked for and counts what else there is', () => {
    expect(ids({ show: 'attention' })).toEqual(['gone', 'clock'])
    expect(ids({ show: 'silent' })).toEqual(['gone'])
    expect(ids({ q: 'PORT' })).toEqual(['gone'])
    expect(selectAgents(agents, { show: 'online', q: 'head' }, NOW)).toMatchObject({
      counts: { all: 3, attention: 1, online: 2, silent: 0, never: 1 },
    })
  })
})
