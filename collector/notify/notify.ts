// Drains the notification outbox: one message at a time per channel, repeated with growing pauses until it is sent, or a
// day has passed. A crash between sending and marking repeats the message with the same key. What a provider takes only slowly
// waits here; what has waited too long is put together.
import type { Logger } from 'pino'
import type { Channel, Delivery } from './channel.ts'
import { type Folded, fold } from './folding.ts'
import type { NotificationIntent } from './intent.ts'
import type { NotificationMark, NotificationOutbox, QueuedNotification } from './notification-outbox.ts'
import { createPace } from './pace.ts'
import { type MessageContext, renderMessage } from './templates.ts'

export interface Notify {
  /** Something may be due: after each commit and each second. Returns at once. */
  kick(): void
  /** Sends one test message past the outbox; the provider's real answer. Undefined: no such channel. */
  test(channel: string): Promise<{ ok: boolean; answer: string; durationMs: number } | undefined>
  channels(): readonly Channel[]
  /** These hold from now on; what waits goes by them. */
  setChannels(channels: readonly Channel[]): void
  /** Ends running tries (they are repeated after the next start). Idempotent. */
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 2000
const LONGEST_PAUSE_MS = 15 * 60_000
const GIVE_UP_MS = 24 * 3_600_000
const GAVE_UP = 'given up after 24 h'
/** News of an incident waits so long for its first evidence, so that who reads it is not uninformed. */
const EVIDENCE_MS = 15_000
const LOOK_AGAIN_MS = 1000
/** What is looked at of a recipient's queue. */
const FOLDED_AT_ONCE = 500

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
  let channels = new Map(deps.channels.map((c) => [c.id, c]))
  const running = new Map<string, Promise<void>>()
  const stopping = new AbortController()
  const pace = createPace()
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
    channels: () => [...channels.values()],
    setChannels(next) {
      channels = new Map(next.map((c) => [c.id, c]))
    },
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
      // what is over the provider's limit stays in the queue, and so does all while nothing gets through
      if (pace.freeAt(id, channels.get(id)?.limits ?? [], now()) > now()) return
      const next = await outbox.due(id, now())
      if (!next) return
      await deliver(next)
      // most of this is the database's work: others get the thread in between
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async function deliver(item: QueuedNotification): Promise<void> {
    const channel = channels.get(item.channel)
    const obstacle = obstacleOf(channel, item) ?? (await endOfNothing(item))
    if (!channel || obstacle !== undefined) {
      await outbox.mark(item.key, { state: 'suppressed', attempts: item.attempts, nextAt: 0, answer: obstacle ?? '' })
      return
    }
    const late = await outbox.queuedFor(item.channel, item.recipient, FOLDED_AT_ONCE)
    const folded = fold(item, late, channel.kind !== 'webhook', now())
    const sending = folded?.item ?? item
    const context = (await deps.context?.(sending)) ?? {}
    if (isTooEarly(sending, context)) {
      const nextAt = now() + LOOK_AGAIN_MS
      const answer = 'waits for the first evidence'
      await outbox.mark(item.key, { state: 'queued', attempts: item.attempts, nextAt, answer })
      return
    }
    const delivery = await attempt(channel, sending, context)
    // an aborted try may or may not have arrived: it stays queued and is repeated with its key
    if (stopping.signal.aborted && delivery.state !== 'sent') return
    await settle(item, folded, delivery)
  }

  async function settle(item: QueuedNotification, folded: Folded | undefined, delivery: Tried): Promise<void> {
    const at = now()
    pace.ended(item.channel, delivery.state !== 'retry' || !delivery.asked, at, pauseAfter)
    const attempts = item.attempts + 1
    const tooOld = at - item.at > GIVE_UP_MS
    const state = delivery.state === 'retry' ? (tooOld ? 'failed' : 'queued') : delivery.state
    const pause = delivery.state === 'retry' ? (delivery.afterMs ?? pauseAfter(attempts)) : 0
    const answer = state === 'failed' && tooOld ? `${GAVE_UP}; ${delivery.answer}` : delivery.answer
    const mark: NotificationMark = { state, attempts, nextAt: at + pause, answer, fault: delivery.fault }
    if (state === 'failed') log.error({ channel: item.channel, key: item.key, answer }, 'notification failed')
    else if (state === 'queued')
      log.warn({ channel: item.channel, key: item.key, attempts }, 'notification will be repeated')
    if (folded && state === 'sent')
      await outbox.markAll(folded.keys, { ...mark, answer: `${folded.answer}; ${delivery.answer}` })
    else await outbox.mark(item.key, mark)
    // nothing gets through: what is a day old is not tried one by one
    if (state !== 'sent' && pace.isFailing(item.channel)) {
      const given = await outbox.giveUp(item.channel, at - GIVE_UP_MS, GAVE_UP)
      if (given > 0) log.error({ channel: item.channel, messages: given }, 'notifications were given up after a day')
    }
  }

  /** Why the end of a problem need not be told: the problem itself never got through. */
  async function endOfNothing(item: QueuedNotification): Promise<string | undefined> {
    if (item.transition !== 'resolved' && item.transition !== 'cleared') return undefined
    const states = await outbox.problemsOf(item)
    const isUntold = states.length > 0 && states.every((state) => state === 'failed' || state === 'suppressed')
    return isUntold ? 'its problem never got through' : undefined
  }

  function isTooEarly(item: QueuedNotification, { evidence = [] }: MessageContext): boolean {
    if (item.transition !== 'opened' && item.transition !== 'reopened') return false
    return now() - item.at < EVIDENCE_MS && evidence.some((e) => e.state === 'pending')
  }

  async function attempt(channel: Channel, item: QueuedNotification, context: MessageContext): Promise<Tried> {
    let fault: string | undefined
    try {
      const message = await renderMessage(item, channel, context).catch((error: unknown) => {
        // a message in other words than wished is better than none
        if (channel.template === undefined) throw error
        fault = templateProblem(error)
        log.error({ channel: channel.id, problem: fault }, 'template not used; the built-in words are')
        return renderMessage(item, { ...channel, template: undefined }, context)
      })
      const { address } = item.data
      const to = typeof address === 'string' ? { address } : {}
      pace.used(channel.id, now())
      return { ...(await channel.send({ ...item, ...message, ...to }, stopping.signal)), asked: true, fault }
    } catch (error) {
      // e.g. no time to render: another try may have it
      return { state: 'retry', answer: templateProblem(error), asked: false, fault }
    }
  }

  /** Exponential with full jitter, never less than half the first pause. */
  function pauseAfter(attempts: number): number {
    const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20))
    return Math.max(FIRST_PAUSE_MS / 2, deps.random() * ceiling)
  }
}

/** `asked`: the provider was; `fault`: of the template. */
type Tried = Delivery & { readonly asked: boolean; readonly fault: string | undefined }

const templateProblem = (error: unknown) => `template: ${(error as Error).message.slice(0, 200)}`

function obstacleOf(channel: Channel | undefined, item: QueuedNotification): string | undefined {
  if (!channel) return 'no such channel'
  if (!channel.enabled) return 'the channel is switched off'
  if (!(channel.on as readonly string[]).includes(item.transition))
    return `the channel does not carry "${item.transition}"`
  return undefined
}
