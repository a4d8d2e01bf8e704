// Sends asked-for diagnostics to agents as signed commands and keeps each to exactly one final state. Requests come in
// through change sets (written with their cause), results through ingest; what goes out is commands for agent-link.
import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { isSiteActionName, SITE_ACTIONS } from '#shared/diagnostics/sweep.ts'
import type { TimelineEntry } from '#shared/domain/incident.ts'
import type { Order, SignedCommand } from '#shared/wire/command.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import type { CommandKey } from './command-key.ts'
import type { CommandOutbox, PendingCommand } from './command-outbox.ts'

export interface Diagnostics {
  /** Why no more diagnostics can be taken for this agent, undefined when they can. */
  refusal(agent: string): string | undefined
  /**
   * Completes a change set before it is committed: drops results of commands that are final already or unknown, expires
   * what is overdue, adds the timeline entries of results. Pure on memory; call `committed` or `reload` afterwards.
   */
  complete(changes: ChangeSet, now: number): void
  /** The change set is durable: takes up its requests, forgets what ended. */
  committed(changes: ChangeSet): void
  /** Reads the pending commands from the store: at start and after a failed commit. */
  reload(): Promise<void>
  /** Sends what waits for agents that are connected. Each second and after each hello; returns at once. */
  kick(): void
  counts(): { readonly pending: number; readonly sent: number; readonly late: number }
  stop(): Promise<void>
}

/** After its end a command that was sent may still have a result on the way from behind a dead link. */
const RESULT_GRACE_MS = 15 * 60_000
const RESEND_MS = 15_000
/** Agents' clocks are not ours. */
const NOT_BEFORE_MS = 60_000
const MAX_PENDING_PER_AGENT = 50

export function createDiagnostics(deps: {
  readonly outbox: CommandOutbox
  readonly key: CommandKey
  /** Publishes to an agent; false when it is not connected. */
  readonly send: (agent: string, command: SignedCommand) => boolean | Promise<boolean>
  readonly isOnline: (agent: string) => boolean
  readonly now: () => number
  readonly log: Logger
}): Diagnostics {
  const { outbox, key, now, log } = deps
  const pending = new Map<string, PendingCommand>()
  const lastTry = new Map<string, number>()
  let sent = 0
  let late = 0
  let stopped = false
  let sending: Promise<void> | undefined
  let again = false

  return {
    refusal(agent) {
      let waiting = 0
      for (const p of pending.values()) if (p.agent === agent) waiting++
      return waiting < MAX_PENDING_PER_AGENT ? undefined : `${waiting} diagnostics already wait for this agent`
    },
    complete(changes, at) {
      const ended = new Set<string>()
      const results = changes.diagnosticResults.splice(0)
      for (const result of results) {
        // the first final state wins; a result after that is counted, not applied
        if (!pending.has(result.command) || ended.has(result.command)) {
          late++
          continue
        }
        ended.add(result.command)
        changes.diagnosticResults.push(result)
      }
      for (const command of pending.values()) {
        const end = command.expires + (command.sentAt === null ? 0 : graceOf(command.action))
        if (ended.has(command.id) || at < end) continue
        const error = command.sentAt === null ? 'the agent was not connected in time' : 'no result came in time'
        changes.diagnosticResults.push({ command: command.id, state: 'expired', at, result: null, error })
      }
      for (const result of changes.diagnosticResults) {
        const command = pending.get(result.command)
        const told = changes.timeline.some((t) => t.kind === 'diagnostic-result' && t.data.command === result.command)
        if (command?.incident && !told) changes.timeline.push(timelineOf(command, command.incident, result))
      }
    },
    committed(changes) {
      for (const result of changes.diagnosticResults) {
        pending.delete(result.command)
        lastTry.delete(result.command)
      }
      for (const request of changes.diagnostics)
        pending.set(request.id, { ...request, seq: null, nonce: null, sentAt: null })
    },
    async reload() {
      pending.clear()
      for (const command of await outbox.pending()) pending.set(command.id, command)
    },
    kick() {
      if (stopped) return
      again = true
      sending ??= sendWaiting().finally(() => {
        sending = undefined
      })
    },
    counts: () => ({ pending: pending.size, sent, late }),
    async stop() {
      stopped = true
      await sending
    },
  }

  async function sendWaiting(): Promise<void> {
    while (again && !stopped) {
      again = false
      for (const command of [...pending.values()]) {
        const at = now()
        if (stopped || at >= command.expires || at - (lastTry.get(command.id) ?? 0) < RESEND_MS) continue
        if (!deps.isOnline(command.agent)) continue
        lastTry.set(command.id, at)
        try {
          await sendOne(command, at)
        } catch (error) {
          log.warn({ err: error, command: command.id, agent: command.agent }, 'command could not be sent')
        }
      }
    }
  }

  async function sendOne(command: PendingCommand, at: number): Promise<void> {
    let numbered = command
    if (command.seq === null || command.nonce === null) {
      const nonce = randomBytes(16).toString('hex')
      const { seq } = await outbox.assign(command.id, command.agent, nonce, at)
      numbered = { ...command, seq, nonce, sentAt: at }
      if (pending.has(command.id)) pending.set(command.id, numbered)
    }
    if (await deps.send(numbered.agent, key.sign(orderOf(numbered)))) sent++
    else lastTry.delete(command.id)
  }
}

/** What may run for hours may also end hours after it had to begin. */
function graceOf(action: string): number {
  const longest = isSiteActionName(action) ? SITE_ACTIONS[action].deadlineMs : 0
  return RESULT_GRACE_MS + (longest > RESULT_GRACE_MS ? longest : 0)
}

function orderOf(c: PendingCommand): Order {
  return {
    id: c.id,
    agent: c.agent,
    seq: c.seq as number,
    nonce: c.nonce as string,
    action: c.action,
    // the agent knows its devices without the site's name
    target: c.device.slice(c.device.indexOf('.') + 1),
    arguments: c.arguments,
    notBefore: c.requestedAt - NOT_BEFORE_MS,
    expires: c.expires,
    operator: c.requestedBy,
    incident: c.incident,
    approval: null,
  }
}

function timelineOf(
  command: PendingCommand,
  incident: string,
  result: ChangeSet['diagnosticResults'][number],
): TimelineEntry {
  return {
    id: `diagnostic-result-${command.id}`,
    incident,
    at: result.at,
    kind: 'diagnostic-result',
    actor: 'system',
    text: result.error ?? '',
    data: { command: command.id, action: command.action, device: command.device, state: result.state },
  }
}
