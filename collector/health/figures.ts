// Gathers the figures of all rooms, and says whether the collector can do its work.
import type { Readiness } from '#shared/http/administration.ts'
import type { AgentLink } from '../agent-link/agent-link.ts'
import type { LiveHub } from '../api/live-hub.ts'
import type { Broker } from '../broker/broker.ts'
import type { Diagnostics } from '../diagnostics/diagnostics.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Rules } from '../rules/rules.ts'
import type { Figures } from './metrics.ts'

export interface FigureSources {
  readonly ingest: Pick<Ingest<unknown>, 'health'>
  readonly link: Pick<AgentLink, 'state'>
  readonly broker: Pick<Broker, 'health'> | undefined
  readonly live: LiveHub
  readonly diagnostics: Pick<Diagnostics, 'counts'>
  readonly judgement: { readonly inventory: Pick<Inventory, 'counters'>; readonly rules: Pick<Rules, 'counters'> }
  readonly notifications: Readonly<Record<string, number>>
}

export function figuresOf(sources: FigureSources): Figures {
  const ingest = sources.ingest.health()
  const link = sources.link.state()
  const commands = sources.diagnostics.counts()
  const rules = sources.judgement.rules.counters()
  const broker = sources.broker?.health()
  const { quarantined = 0, repeat = 0, early = 0, ...lost } = ingest.outcomes
  return {
    gauges: {
      ingest_waiting_bytes: ingest.waitingBytes,
      ingest_longest_turn_ms: ingest.longestTurnMs,
      broker_connected: link.connected ? 1 : 0,
      live_clients: sources.live.clients(),
      commands_pending: commands.pending,
      rule_series: rules.series,
      ...(broker ? { broker_connections: broker.connections, broker_agents: broker.agents } : {}),
    },
    totals: {
      records: ingest.records,
      batches: ingest.batches,
      turns: ingest.turns,
      batches_repeated: repeat,
      batches_early: early,
      quarantined,
      messages_received: link.received,
      commands_sent: commands.sent,
      command_results_ignored: commands.late,
    },
    dropped: {
      ingest: lost,
      link: link.dropped,
      live: sources.live.dropped(),
      inventory: sources.judgement.inventory.counters().dropped,
      rules: rules.dropped,
      ...(broker ? { broker: broker.refused } : {}),
    },
    notifications: sources.notifications,
  }
}

/** Ready: started, connected to the broker, committing. Reasons carry no internal text: the page is public. */
export function readinessOf(state: {
  readonly ingest: Pick<Ingest<unknown>, 'health'>
  readonly link: Pick<AgentLink, 'state'>
  readonly started: boolean
}): Readiness {
  const reasons: Readiness['reasons'] = []
  if (!state.started) reasons.push({ code: 'starting', message: 'the collector is starting' })
  if (!state.link.state().connected) reasons.push({ code: 'broker', message: 'no connection to the MQTT broker' })
  if (state.ingest.health().failure !== undefined)
    reasons.push({ code: 'storage', message: 'records cannot be stored; agents keep them' })
  return { ok: reasons.length === 0, reasons }
}
