// Enrolment played in memory: tokens, requests and identities as the console sees them, without a key anywhere.
import { randomBytes } from 'node:crypto'
import type { Enrolment, Result } from '#collector/enrolment/enrolment.ts'
import type { AgentIdentity, EnrolmentRow, EnrolmentTokenRow } from '#shared/http/enrolment.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export interface Joining extends Enrolment {
  /** An agent asks with this token (its id). */
  asks(token: string, more?: Partial<EnrolmentRow>): EnrolmentRow
}

/** `onGranted` plays the agent that gets its certificate. */
export function createJoining(options: {
  readonly empty: boolean
  readonly sites: () => readonly string[]
  readonly onGranted: (agent: string, request: EnrolmentRow) => void
}): Joining {
  const start = Date.now()
  const tokens = new Map<string, EnrolmentTokenRow>()
  const requests = new Map<string, EnrolmentRow>()
  const identities = new Map<string, AgentIdentity>()
  if (!options.empty) {
    for (const token of tokensAt(start)) tokens.set(token.id, token)
    for (const request of requestsAt(start)) requests.set(request.id, request)
    for (const identity of identitiesAt(start)) identities.set(identity.agent, identity)
  }
  const refuse = (code: 'not-found' | 'conflict' | 'bad-request', message: string) => ({
    ok: false as const,
    code,
    message,
  })
  const notPlayed = () => {
    throw new Error('not part of this scenario')
  }
  const current = (token: EnrolmentTokenRow): EnrolmentTokenRow =>
    token.state === 'open' && token.expiresAt <= Date.now() ? { ...token, state: 'expired' } : token

  return {
    async makeToken(draft, actor) {
      if (!options.sites().includes(draft.site)) return refuse('bad-request', `there is no site ${draft.site}`)
      const now = Date.now()
      const row: EnrolmentTokenRow = {
        ...{ id: letters(10), site: draft.site, state: 'open', createdAt: now, createdBy: actor },
        ...{ expiresAt: now + draft.validMinutes * MINUTE, uses: draft.uses, used: 0 },
        ...{ preApproved: draft.preApproved, note: draft.note },
      }
      tokens.set(row.id, row)
      return { ok: true, row, token: `ot1.${row.id}.${letters(26)}.${randomBytes(32).toString('base64url')}` }
    },
    tokens: () => [...tokens.values()].map(current).sort((a, b) => b.createdAt - a.createdAt),
    async revokeToken(id) {
      const token = tokens.get(id)
      if (!token) return refuse('not-found', 'there is no such token')
      tokens.set(id, { ...token, state: 'revoked' })
      return { ok: true }
    },
    requests: () => [...requests.values()].sort((a, b) => b.at - a.at),
    async decide(id, decision, actor): Promise<Result<{ row: EnrolmentRow }>> {
      const request = requests.get(id)
      if (!request) return refuse('not-found', 'there is no such request')
      if (request.state !== 'waiting') return refuse('conflict', `it is ${request.state} already`)
      const granted = decision.decision === 'approve'
      const agent = granted ? (decision.agent ?? `${request.site}-${letters(6)}`) : null
      if (agent !== null && identities.has(agent)) return refuse('conflict', `there is an agent ${agent} already`)
      const row: EnrolmentRow = {
        ...request,
        ...{ state: granted ? 'granted' : 'rejected', agent, decidedBy: actor, decidedAt: Date.now() },
        reason: decision.decision === 'reject' ? decision.reason : null,
      }
      requests.set(id, row)
      if (agent !== null) {
        identities.set(
          agent,
          identityOf(agent, Date.now(), { host: request.host, remoteAddress: request.remoteAddress }),
        )
        options.onGranted(agent, row)
      }
      return { ok: true, row }
    },
    identity: (agent) => identities.get(agent),
    sealingKey: (agent) => (identities.has(agent) ? 'key' : undefined),
    async revoke(agent, reason) {
      const identity = identities.get(agent)
      if (!identity) return refuse('not-found', 'there is no such agent')
      identities.set(agent, { ...identity, state: 'revoked', reason })
      return { ok: true }
    },
    async release(agent) {
      const identity = identities.get(agent)
      if (identity?.state !== 'quarantined') return refuse('conflict', 'it is not quarantined')
      identities.set(agent, { ...identity, state: 'active', reason: null })
      return { ok: true }
    },
    asks(token, more = {}) {
      const of = tokens.get(token)
      if (!of) throw new Error(`no token ${token}`)
      tokens.set(token, { ...of, used: of.used + 1, state: of.used + 1 >= of.uses ? 'used' : 'open' })
      const row = requestOf(`r-${letters(6)}`, of.site, token, Date.now(), more)
      requests.set(row.id, row)
      return row
    },
    ...{ ask: notPlayed, pickup: notPlayed, quarantine: notPlayed, renew: notPlayed, isAdmitted: notPlayed },
    ...{ isTrusted: () => true, revokedSerials: () => [], agents: () => [], onCut: () => {}, onList: () => {} },
    ...{ load: () => {}, sweep: async () => {} },
  }
}

function requestOf(id: string, site: string, token: string, at: number, more: Partial<EnrolmentRow>): EnrolmentRow {
  return {
    ...{ id, site, token, at, state: 'waiting', fingerprint: pairs(`${id} ${site}`), host: `${site}-mon02` },
    ...{ program: 'outrider-agent/0.2.0', remoteAddress: '203.0.113.47', addresses: ['10.2.0.5', 'fd12:7:2::5'] },
    ...{ agent: null, decidedBy: null, decidedAt: null, reason: null },
    ...more,
  }
}

function tokensAt(now: number): EnrolmentTokenRow[] {
  const row = (id: string, site: string, state: EnrolmentTokenRow['state'], hours: number, more: object = {}) => ({
    ...{ id, site, state, createdAt: now - hours * HOUR, createdBy: 'admin', expiresAt: now + (24 - hours) * HOUR },
    ...{ uses: 1, used: state === 'used' ? 1 : 0, preApproved: false, note: '' },
    ...more,
  })
  return [
    row('k7m2p9x4wq', 'plant-2', 'used', 0.4, { note: 'Zhang Wei, Suzhou, Thursday' }),
    row('h3n8c5v1zt', 'port', 'open', 2, { uses: 5, used: 2, preApproved: true, note: 'roll-out of the quay' }),
    row('b6y4d2s9rk', 'hq', 'revoked', 5),
    row('q1w8e7r5ty', 'hq', 'expired', 40),
  ]
}

function requestsAt(now: number): EnrolmentRow[] {
  return [
    requestOf('r-plant', 'plant-2', 'k7m2p9x4wq', now - 3 * MINUTE, {}),
    requestOf('r-port', 'port', 'h3n8c5v1zt', now - 2 * HOUR, {
      ...{
        state: 'granted',
        agent: 'agent-port-0001',
        host: 'port-mon01',
        decidedBy: 'admin',
        decidedAt: now - 2 * HOUR,
      },
    }),
    requestOf('r-odd', 'hq', 'b6y4d2s9rk', now - 4 * HOUR, {
      ...{
        state: 'rejected',
        host: 'DESKTOP-8F2K',
        remoteAddress: '198.51.100.9',
        decidedBy: 'admin',
        decidedAt: now - 4 * HOUR,
        reason: 'no machine of ours has this name',
      },
    }),
  ]
}

function identitiesAt(now: number): AgentIdentity[] {
  return [
    identityOf('agent-hq-0001', now - 12 * DAY, { host: 'hq-mon01' }),
    identityOf('agent-port-0001', now - 28 * DAY, {
      ...{ host: 'port-mon01', state: 'quarantined', remoteAddress: '203.0.113.9' },
      reason: 'two programs use this identity: port-mon01 (203.0.113.9) and backup-vm (203.0.113.77)',
    }),
  ]
}

function identityOf(agent: string, from: number, more: Partial<AgentIdentity>): AgentIdentity {
  return {
    ...{
      agent,
      state: 'active',
      reason: null,
      serial: pairs(`${agent} serial`).replaceAll(':', '').slice(0, 32).toUpperCase(),
    },
    ...{ fingerprint: pairs(agent), notBefore: from, notAfter: from + 30 * DAY, enrolledAt: from - 60 * DAY },
    ...{ host: 'mon01', remoteAddress: '203.0.113.5' },
    ...more,
  }
}

/** 32 made-up bytes that stay the same from run to run. */
function pairs(seed: string): string {
  let state = 2_166_136_261
  for (const char of seed) state = Math.imul(state ^ char.charCodeAt(0), 16_777_619) >>> 0
  return Array.from({ length: 32 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state >>> 24).toString(16).padStart(2, '0')
  }).join(':')
}

function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('')
}
