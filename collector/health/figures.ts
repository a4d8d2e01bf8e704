// Gathers the figures of all rooms, and says whether the collector can do its work.
import { statfsSync } from 'node:fs'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { Agent } from '#shared/domain/inventory.ts'
import { SEVERITIES } from '#shared/domain/severity.ts'
import type { Readiness } from '#shared/http/administration.ts'
import type { AgentLink } from '../agent-link/agent-link.ts'
import type { LiveHub } from '../api/live-hub.ts'
import type { Broker } from '../broker/broker.ts'
import type { Diagnostics } from '../diagnostics/diagnostics.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Rules } from '../rules/rules.ts'
import type { InfluxFigures } from '../storage/influx/influx.ts'
import type { Stores } from '../storage/storage.ts'
import type { Figures } from './metrics.ts'

export interface FigureSources {
  readonly ingest: Pick<Ingest<unknown>, 'health'>
  readonly link: Pick<AgentLink, 'state'>
  readonly broker: Pick<Broker, 'health'> | undefined
  readonly live: LiveHub
  readonly diagnostics: Pick<Diagnostics, 'counts'>
  readonly judgement: {
    readonly inventory: Pick<Inventory, 'counters'> & { agents(): Iterable<Agent> }
    readonly rules: Pick<Rules, 'counters'>
    readonly alarms: { active(): Iterable<Alarm> }
    readonly incidents: { open(): Iterable<Incident> }
    readonly told: { readonly dropped: Readonly<Record<string, number>> }
  }
  readonly records: Pick<Stores, 'waiting' | 'quarantine'>
  readonly siteDesk: { counters(): Readonly<Record<string, number>> }
  readonly gaps: { readonly count: number; readonly records: number }
  /** Data folder. */
  readonly dir: string
  readonly notifications: Readonly<Record<string, number>>
  readonly identities: { counters(): Readonly<Record<string, number>> }
  /** Undefined when samples are not copied to InfluxDB. */
  readonly influx?: InfluxFigures | undefined
}

export function figuresOf(sources: FigureSources): Figures {
  const ingest = sources.ingest.health()
  const link = sources.link.state()
  const commands = sources.diagnostics.counts()
  const { inventory, rules, alarms, incidents } = sources.judgement
  const ruled = rules.counters()
  const broker = sources.broker?.health()
  const { influx } = sources
  const {
    unreadable = 0,
    'not-sent': notSent = 0,
    'too-often': tooOften = 0,
    ...renewals
  } = sources.identities.counters()
  const waiting = sources.records.waiting()
  const { sent: configsSent = 0, ...siteConfig } = sources.siteDesk.counters()
  const quarantine = sources.records.quarantine.counts()
  const { quarantined = 0, repeat = 0, early = 0, ...lost } = ingest.outcomes
  return {
    gauges: {
      ingest_waiting_bytes: ingest.waitingBytes,
      ingest_longest_turn_ms: ingest.longestTurnMs,
      broker_connected: link.connected ? 1 : 0,
      live_clients: sources.live.clients(),
      commands_pending: commands.pending,
      rule_series: ruled.series,
      sample_head_bytes: waiting.headBytes,
      sample_journal_bytes: waiting.journalBytes,
      quarantine_rows: quarantine.rows,
      quarantine_bytes: quarantine.bytes,
      ...diskOf(sources.dir),
      ...(influx
        ? {
            influx_backlog_points: influx.backlog,
            influx_lag_seconds: influx.lagSeconds,
            influx_up: influx.problem ? 0 : 1,
          }
        : {}),
      ...(broker ? { broker_connections: broker.connections, broker_agents: broker.agents } : {}),
    },
    totals: {
      records: ingest.records,
      batches: ingest.batches,
      turns: ingest.turns,
      batches_repeated: repeat,
      batches_early: early,
      quarantined,
      gaps: sources.gaps.count,
      gap_records: sources.gaps.records,
      messages_received: link.received,
      commands_sent: commands.sent,
      command_results_ignored: commands.late,
      site_configs_sent: configsSent,
      ...(influx ? { influx_points_sent: influx.sent } : {}),
    },
    dropped: {
      ingest: lost,
      link: link.dropped,
      live: sources.live.dropped(),
      inventory: inventory.counters().dropped,
      rules: { ...ruled.dropped, ...sources.judgement.told.dropped },
      site_config: siteConfig,
      renewals: { unreadable, 'too-often': tooOften, 'not-sent': notSent },
      ...(broker ? { broker: broker.refused } : {}),
      ...(influx ? { influx: influxDropped(influx) } : {}),
    },
    by: {
      renewals: { label: 'result', values: { renewed: 0, refused: 0, ...renewals } },
      notifications: { label: 'state', values: { queued: 0, sent: 0, failed: 0, ...sources.notifications } },
      agents: {
        label: 'presence',
        values: count({ online: 0, unknown: 0, never: 0 }, inventory.agents(), (a) => a.presence),
      },
      open_alarms: {
        label: 'severity',
        values: count(Object.fromEntries(SEVERITIES.map((s) => [s, 0])), alarms.active(), (a) => a.perceivedSeverity),
      },
      open_incidents: {
        label: 'priority',
        values: count({ 1: 0, 2: 0, 3: 0, 4: 0 }, incidents.open(), (i) => String(i.priority)),
      },
    },
  }
}

/**
 * Ready: started, connected to the broker, committing. What does not stop the work is a reason too, with `ok` true.
 * Reasons carry no internal text: the page is public.
 */
export function readinessOf(state: {
  readonly ingest: Pick<Ingest<unknown>, 'health'>
  readonly link: Pick<AgentLink, 'state'>
  readonly started: boolean
  /** Problems of rule files. */
  readonly ruleProblems: number
  readonly influx?: InfluxFigures | undefined
  readonly identities: { readonly authority: { readonly problem: string | undefined } }
}): Readiness {
  const reasons: Readiness['reasons'] = []
  if (!state.started) reasons.push({ code: 'starting', message: 'the collector is starting' })
  if (!state.link.state().connected) reasons.push({ code: 'broker', message: 'no connection to the MQTT broker' })
  if (state.ingest.health().failure !== undefined)
    reasons.push({ code: 'storage', message: 'records cannot be stored; agents keep them' })
  const ok = reasons.length === 0
  if (state.ruleProblems > 0)
    reasons.push({
      code: 'rules',
      message: 'a rule file is not right; its last good version holds, see the rules page',
    })
  if (state.influx?.problem)
    reasons.push({
      code: 'influx',
      message: INFLUX_ADVICE[state.influx.problem.kind] ?? INFLUX_ADVICE.failed,
    })
  if (state.identities.authority.problem !== undefined)
    reasons.push({
      code: 'authority',
      message: 'no certificate can be signed: agents cannot enrol or renew; the log says why and what to do',
    })
  return { ok, reasons }
}

/** What to do, by kind of problem; no text of the server, for the page is public. */
const INFLUX_ADVICE: Readonly<Record<string, string>> & { readonly failed: string } = {
  failed: 'InfluxDB does not answer; samples wait in the database and charts come from there',
  busy: 'InfluxDB asks to wait; samples wait in the database',
  unauthorised: 'InfluxDB refuses the token; correct influx.token (or username and password) and restart the collector',
  missing: 'InfluxDB does not know the bucket or organisation; make it, or correct influx.bucket and influx.org',
  refused: 'InfluxDB refuses every write; the reason is in the log and under /api/v1/samples/copy',
}

const influxDropped = (influx: InfluxFigures) => ({
  quarantined: influx.quarantined,
  expired: influx.expired,
  'beyond-retention': influx.beyond,
  'not-a-number': influx.unwritable,
})

function count<T>(zero: Record<string, number>, items: Iterable<T>, key: (item: T) => string): Record<string, number> {
  for (const item of items) zero[key(item)] = (zero[key(item)] ?? 0) + 1
  return zero
}

/** Nothing when the system cannot tell. */
function diskOf(dir: string): { disk_free_bytes?: number } {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return { disk_free_bytes: bavail * bsize }
  } catch {
    return {}
  }
}
