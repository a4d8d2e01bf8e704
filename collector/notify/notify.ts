// Drains the notification outbox: one message at a time per channel, repeated with growing pauses until it is sent, or a
// day has passed. A crash between sending and marking repeats the message with the same key.
import type { Logger } from 'pino'
import type { Channel, Delivery } from './channel.ts'
import type { NotificationIntent } from './intent.ts'
import type { NotificationOutbox, QueuedNotification } from './notification-outbox.ts'
import { type MessageContext, renderMessage } from './templates.ts'

export interface Notify {
  /** Something may be due: after each commit and each second. Returns at once. */
  kick(): void
  /** Sends one test message past the outbox; the provider's real answer. Undefined: no such channel. */
  test(channel: string): Promise<{ ok: boolean; answer: string; durationMs: number } | undefined>
  channels(): readonly Channel[]
  /** Ends running tries (they are repeated after the next start). Idempotent. */
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 2000
const LONGEST_PAUSE_MS = 15 * 60_000
const GIVE_UP_MS = 24 * 3_600_000
/** News of an incident waits so long for its first evidence, so that who reads it is not uninformed. */
const EVIDENCE_MS = 15_000
const LOOK_AGAIN_MS = 1000

export function createNotify(deps: {
  readonly outbox: NotificationOutbox
  readonly channels: readonly Channel[]
  /** What templates may use besides the intent's data. */
  readonly context?: (intent: NotificationIntent) => Promise<MessageContext>
  readonly now: () => number
  readonly random: () => number
  readonly log: Logger
}): Notify {
  const { outbox, now, log } = deps
  const channels = new Map(deps.channels.map((c) => [c.id, c]))
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  let scanning: Promise<void> | undefined

  return {
    kick() {
      if (stopping.signal.aborted || scanning) return
      scanning = scan()
        .catch((error: unknown) => log.error({ err: error }, 'notification outbox cannot be read'))
        .finally(() => {
          scanning = undefined
        })
    },
    async test(id) {
      const channel = channels.get(id)
      if (!channel) return undefined
      const started = performance.now()
      const at = now()
      const delivery = await renderMessage({ transition: 'test', at, data: {} }, channel).then(
        (text) => channel.send({ key: `test:${id}:${at}`, transition: 'test', at, ...text }, stopping.signal),
        (error: unknown) => ({ state: 'failed', answer: templateProblem(error) }) as const,
      )
      return { ok: delivery.state === 'sent', answer: delivery.answer, durationMs: performance.now() - started }
    },
    channels: () => deps.channels,
    async stop() {
      stopping.abort()
      await scanning
      await Promise.allSettled(running.values())
    },
  }

  async function scan(): Promise<void> {
    for (const id of await outbox.waitingChannels()) {
      if (running.has(id) || stopping.signal.aborted) continue
      const work = drain(id)
        .catch((error: unknown) => log.error({ err: error, channel: id }, 'notification cannot be handled'))
        .finally(() => running.delete(id))
      running.set(id, work)
    }
  }

  async function drain(id: string): Promise<void> {
    while (!stopping.signal.aborted) {
      const next = await outbox.due(id, now())
      if (!next) return
      await deliver(next)
      // most of this is the database's work: others get the thread in between
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async function deliver(item: QueuedNotification): Promise<void> {
    const channel = channels.get(item.channel)
    const obstacle = obstacleOf(channel, item)
    if (!channel || obstacle !== undefined) {
      await outbox.mark(item.key, { state: 'suppressed', attempts: item.attempts, nextAt: 0, answer: obstacle ?? '' })
      return
    }
    const context = (await deps.context?.(item)) ?? {}
    if (isTooEarly(item, context)) {
      const nextAt = now() + LOOK_AGAIN_MS
      const answer = 'waits for the first evidence'
      await outbox.mark(item.key, { state: 'queued', attempts: item.attempts, nextAt, answer })
      return
    }
    const delivery = await attempt(channel, item, context)
    // an aborted try may or may not have arrived: it stays queued and is repeated with its key
    if (stopping.signal.aborted && delivery.state !== 'sent') return
    const attempts = item.attempts + 1
    const tooOld = now() - item.at > GIVE_UP_MS
    const state = delivery.state === 'retry' ? (tooOld ? 'failed' : 'queued') : delivery.state
    const pause = delivery.state === 'retry' ? (delivery.afterMs ?? pauseAfter(attempts)) : 0
    if (state === 'failed')
      log.error({ channel: item.channel, key: item.key, answer: delivery.answer }, 'notification failed')
    else if (state === 'queued')
      log.warn({ channel: item.channel, key: item.key, attempts }, 'notification will be repeated')
    await outbox.mark(item.key, { state, attempts, nextAt: now() + pause, answer: delivery.answer })
  }

  function isTooEarly(item: QueuedNotification, { evidence = [] }: MessageContext): boolean {
    if (item.transition !== 'opened' && item.transition !== 'reopened') return false
    return now() - item.at < EVIDENCE_MS && evidence.some((e) => e.state === 'pending')
  }

  async function attempt(channel: Channel, item: QueuedNotification, context: MessageContext): Promise<Delivery> {
    try {
      const message = await renderMessage(item, channel, context).catch((error: unknown) => {
        // a message in other words than wished is better than none
        if (channel.template === undefined) throw error
        log.error({ channel: channel.id, problem: templateProblem(error) }, 'template not used; the built-in words are')
        return renderMessage(item, { ...channel, template: undefined }, context)
      })
      return await channel.send({ ...item, ...message }, stopping.signal)
    } catch (error) {
      // e.g. no time to render: another try may have it
      return { state: 'retry', answer: templateProblem(error) }
    }
  }

  /** Exponential with full jitter, never less than half the first pause. */
  function pauseAfter(attempts: number): number {
    const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20))
    return Math.max(FIRST_PAUSE_MS / 2, deps.random() * ceiling)
  }
}

const templateProblem = (error: unknown) => `template: ${(error as Error).message.slice(0, 200)}`

function obstacleOf(channel: Channel | undefined, item: QueuedNotification): string | undefined {
  if (!channel) return 'no such channel'
  if (!channel.enabled) return 'the channel is switched off'
  if (!(channel.on as readonly string[]).includes(item.transition))
    return `the channel does not carry "${item.transition}"`
  return undefined
}
