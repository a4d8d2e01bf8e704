// What runs Outrider, for the screens about it: people who come and go, tokens, an audit log that was written by the real one, and an
// hour of health.
import type { HealthFacts } from '#collector/health/health-facts.ts'
import { healthParts } from '#collector/health/health-parts.ts'
import { emptyChangeSet } from '#collector/storage/change-set.ts'
import { createAuditStore } from '#collector/storage/sqlite/audit-store.ts'
import { createReads } from '#collector/storage/sqlite/reads/reads.ts'
import type { HealthPart } from '#shared/http/health.ts'
import type { createTestApi } from '../test-api.ts'

type TestApi = Awaited<ReturnType<typeof createTestApi>>

const MINUTE = 60_000
const DAY = 86_400_000
/** Of everybody in the scenario but the administrator. */
export const PERSON_PASSWORD = 'a good long password'

/** Users, sessions, tokens and entries of the audit log; resolves with what reads the log. */
export async function fillRunning({ access, app, database }: TestApi, now: number) {
  const people = [
    ...[['nora', 'noc', null, 'zh-CN'] as const, ['dieter', 'desk', ['harbor'], 'en'] as const],
    ...[['lena', 'engineer', null, 'en'] as const, ['vera', 'viewer', null, null] as const],
    ['acme-it', 'customer', ['acme'], 'zh-CN'] as const,
  ]
  for (const [name, role, customers, language] of people)
    await access.createUser('admin', { name, role, customers, language, password: PERSON_PASSWORD })
  const signIn = (user: string, password: string, remoteAddress: string) =>
    app.inject({ method: 'POST', url: '/api/v1/session', payload: { user, password }, remoteAddress })
  await signIn('nora', PERSON_PASSWORD, '10.20.0.14')
  await signIn('lena', PERSON_PASSWORD, '10.20.0.31')
  await signIn('lena', PERSON_PASSWORD, '203.0.113.9')
  for (let i = 0; i < 4; i++) await signIn('dieter', 'wrong', '198.51.100.77')
  await signIn('root', 'wrong', '198.51.100.77')
  await access.updateUser('admin', 'vera', { disabled: true })
  await signIn('vera', PERSON_PASSWORD, '10.20.0.99')
  const owner = { kind: 'session', expiresAt: null, language: null, customers: null } as const
  await access.createToken({ ...owner, user: 'admin', role: 'admin' }, { name: 'Prometheus', role: 'viewer' })
  await access.createToken({ ...owner, user: 'admin', role: 'admin' }, { name: 'Grafana', role: 'viewer', days: 9 })
  const made = await access.createToken({ ...owner, user: 'nora', role: 'noc' }, { name: 'hand-over script', days: 90 })
  await app.inject({
    url: '/api/v1/alarms',
    headers: { authorization: `Bearer ${made.token}` },
    remoteAddress: '10.20.0.40',
  })

  const audit = createAuditStore(database)
  const write = (minutesAgo: number, actor: string, action: string, subject: string, detail: Record<string, unknown>) =>
    audit.write(
      { ...emptyChangeSet(), audit: [{ at: now - minutesAgo * MINUTE, actor, action, subject, detail }] },
      now,
    )
  const rule = (above: number, more: object = {}) => ({
    rule: {
      id: 'disk-full',
      condition: { kind: 'threshold', metric: 'disk.used', above },
      for: '5m',
      severity: 'major',
      ...more,
    },
  })
  write(2000, 'admin', 'rule.save', 'rule:disk-full', rule(85))
  write(130, 'lena', 'rule.save', 'rule:disk-full', rule(90, { for: '10m', note: 'too many calls at night' }))
  write(95, 'nora', 'alarm.acknowledge', 'a-02', { note: 'carrier is informed', until: null })
  write(70, 'nora', 'incident.state', 'incident:inc-1042', { state: 'in-progress', note: '' })
  write(41, 'system', 'quarantine-agent', 'agent:agent-port-0001', { reason: 'two agents use this identity' })
  write(12, 'dieter', 'maintenance.add', 'window:w-2', { window: { title: 'Backup line', zone: 'Asia/Shanghai' } })
  write(3, 'admin', 'channel.save', 'channel:duty-wecom', {
    settings: { kind: 'wecom', language: 'zh-CN' },
    secrets: ['url'],
  })
  return createReads(database).audit
}

/** An installation that mostly does well: a disk that fills, an agent that is silent, no backup for long. */
export function playedHealth(now: number): readonly HealthPart[] {
  const facts: HealthFacts = {
    ...{ at: now, version: '0.6.0', startedAt: now - 9.3 * DAY, reasons: [], loopLagMs: 21, waitingBytes: 41_000 },
    memory: { usedBytes: 412 * 2 ** 20, limitBytes: 8 * 2 ** 30 },
    disk: { freeBytes: 24.6 * 2 ** 30, totalBytes: 480 * 2 ** 30 },
    database: { bytes: 9.1 * 2 ** 30, walBytes: 12 * 2 ** 20 },
    commits: { p95Ms: 11.4, maxMs: 84, longestTurnMs: 63 },
    samples: { journalBytes: 3.2 * 2 ** 20, headBytes: 41 * 2 ** 20 },
    retention: { rawDays: 30, hourDays: 1095, eventDays: 400 },
    backup: { at: now - 11 * DAY, bytes: 8.7 * 2 ** 30 },
    ...{ recordsPerSecond: 214, agents: { online: 2, unknown: 1, never: 0 }, backlog: 1240, lostAtAgents: 0 },
    clockOffsets: [
      { agent: 'agent-hq-0001', ms: 14 },
      { agent: 'agent-plant-2-0001', ms: -212 },
    ],
    dropped: { 'link.unknown-agent': 3 },
    quarantine: { rows: 1, bytes: 512, recent: 1 },
    notifications: { queued: 2, failed: 0 },
    failing: [{ channel: 'harbor-hook', since: now - 22 * MINUTE }],
    ...{ commandsPending: 1, consoles: 4, influx: { isUp: true, lagMs: 4000, waiting: 310 } },
    certificates: [{ of: 'agent-hq-0001', notAfter: now + 41 * DAY }],
  }
  return healthParts(facts).map((part, n) => ({ ...part, trend: trendOf(part, now, n) }))
}

/** A working hour, the same each time. */
function trendOf({ id, value, unit }: Omit<HealthPart, 'trend'>, now: number, n: number): [number, number][] {
  if (value === null || unit === 'at' || id === 'program') return []
  return Array.from({ length: 60 }, (_, i) => {
    const shape = id === 'disk' ? 1.04 - i / 1500 : 0.82 + 0.18 * Math.sin(i / 7 + n) + 0.07 * Math.sin(i * 1.7 + n * 3)
    return [now - (60 - i) * MINUTE, i === 59 ? value : value * shape]
  })
}
