import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { createLiveHub } from '../api/live-hub.ts'
import { type FigureSources, figuresOf, readinessOf } from './figures.ts'
import { createMetrics } from './metrics.ts'

const ingestHealth = {
  ...{
    waitingBytes: 7,
    records: 100,
    batches: 9,
    turns: 5,
    longestTurnMs: 3,
    failure: undefined as string | undefined,
  },
  outcomes: { quarantined: 2, repeat: 1, 'unknown-agent': 4 },
}
const link = { connected: true, sinceMono: 0, received: 11, dropped: { 'too-large': 6 } }
const sources = {
  ingest: { health: () => ingestHealth },
  link: { state: () => link },
  broker: { health: () => ({ connections: 3, agents: 2, refused: { password: 8 } }) },
  live: createLiveHub(1),
  diagnostics: { counts: () => ({ pending: 1, sent: 2, late: 3 }) },
  judgement: {
    inventory: { counters: () => ({ dropped: {} }), agents: () => [{ presence: 'online' }, { presence: 'unknown' }] },
    rules: { counters: () => ({ series: 12, dropped: { 'series-full': 1 } }) },
    alarms: { active: () => [{ perceivedSeverity: 'major' }, { perceivedSeverity: 'major' }] },
    incidents: { open: () => [{ priority: 2 }] },
    told: { dropped: { 'told-alarms-full': 7 } },
  },
  records: {
    waiting: () => ({ journalBytes: 21, journalRows: 1, headBytes: 22 }),
    quarantine: { counts: () => ({ rows: 13, bytes: 14, byAgent: new Map() }) },
  },
  gaps: { count: 2, records: 50 },
  siteDesk: { counters: () => ({ sent: 6, 'not-sent': 9 }) },
  dir: tmpdir(),
  notifications: { queued: 3, failed: 1 },
  identities: { authority: { problem: undefined }, counters: () => ({ renewed: 4, unreadable: 5 }) },
} as unknown as FigureSources

it('tells everything that was discarded, waits, stands open or is stored', async () => {
  const metrics = createMetrics(() => figuresOf(sources))
  metrics.committed(3)
  metrics.committed(30)
  await metrics.text()
  // asked again: totals must not add up
  const { text, type } = await metrics.text()
  expect(type).toMatch(/^text\/plain/)
  const lines = text.split('\n')
  for (const line of [
    'outrider_records_total 100',
    'outrider_quarantined_total 2',
    'outrider_gaps_total 2',
    'outrider_site_configs_sent_total 6',
    'outrider_dropped_total{room="site_config",reason="not-sent"} 9',
    'outrider_gap_records_total 50',
    'outrider_quarantine_rows 13',
    'outrider_sample_journal_bytes 21',
    'outrider_sample_head_bytes 22',
    'outrider_live_clients 0',
    'outrider_dropped_total{room="ingest",reason="unknown-agent"} 4',
    'outrider_dropped_total{room="link",reason="too-large"} 6',
    'outrider_dropped_total{room="broker",reason="password"} 8',
    'outrider_dropped_total{room="rules",reason="series-full"} 1',
    'outrider_dropped_total{room="rules",reason="told-alarms-full"} 7',
    'outrider_agents{presence="online"} 1',
    'outrider_agents{presence="never"} 0',
    'outrider_open_alarms{severity="major"} 2',
    'outrider_open_alarms{severity="critical"} 0',
    'outrider_open_incidents{priority="2"} 1',
    'outrider_notifications{state="failed"} 1',
    'outrider_notifications{state="sent"} 0',
    'outrider_commit_ms_bucket{le="5"} 1',
    'outrider_commit_ms_count 2',
    'outrider_renewals{result="renewed"} 4',
    'outrider_dropped_total{room="renewals",reason="unreadable"} 5',
  ])
    expect(lines).toContain(line)
  expect(text).toMatch(/^outrider_disk_free_bytes \d+/m)
  expect(text).toMatch(/^outrider_nodejs_eventloop_lag_p99_seconds /m)
  expect(metrics.flat()).toMatchObject({ 'dropped.ingest.unknown-agent': 4, 'agents.online': 1, quarantine_rows: 13 })
})

it('is ready when it can do its work, whatever else is to be said', () => {
  const state = { ...sources, identities: { authority: { problem: undefined } }, started: true, ruleProblems: 0 }
  expect(readinessOf(state)).toEqual({ ok: true, reasons: [] })
  const codes = (more: object) => {
    const { ok, reasons } = readinessOf({ ...state, ...more })
    return [ok, ...reasons.map((r) => r.code)]
  }
  expect(codes({ ruleProblems: 2 })).toEqual([true, 'rules'])
  expect(codes({ identities: { authority: { problem: 'no key in /secret/path' } } })).toEqual([true, 'authority'])
  expect(codes({ started: false })).toEqual([false, 'starting'])
  expect(codes({ link: { state: () => ({ ...link, connected: false }) } })).toEqual([false, 'broker'])
  const failing = { ...ingestHealth, failure: 'SQLITE_FULL: /secret/path' }
  expect(codes({ ingest: { health: () => failing } })).toEqual([false, 'storage'])
  expect(JSON.stringify(readinessOf({ ...state, ingest: { health: () => failing } }))).not.toContain('secret')
})
