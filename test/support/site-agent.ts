// The agent's sending half, real: outbox on disk and uplink. Records come from the test.

import { join } from 'node:path'
import { pino } from 'pino'
import { createOutbox } from '#agent/outbox/outbox.ts'
import { createUplink } from '#agent/uplink/uplink.ts'
import { systemClock } from '#shared/time/clock.ts'

export interface SiteAgentOptions {
  readonly dir: string
  readonly brokerPort: number
  readonly id?: string
  readonly keepaliveSeconds?: number
  /** How long acknowledged batches are kept. */
  readonly retainMs?: number
}

export type SiteAgent = Awaited<ReturnType<typeof startSiteAgent>>

/** Starts both. `skip(ms)` moves its monotonic clock, so that time-outs need no waiting. */
export async function startSiteAgent(options: SiteAgentOptions) {
  const log = pino({ level: 'silent' })
  const id = options.id ?? 'agent-one'
  const system = systemClock()
  let skipped = 0
  const clock = { ...system, mono: () => system.mono() + skipped }
  const outbox = createOutbox({
    dir: join(options.dir, id),
    limits: {
      reserveBytes: 0,
      sampleWaitMs: 20,
      ...(options.retainMs === undefined ? {} : { retainMs: options.retainMs }),
    },
    clock: system,
    log,
    onFatal: (error) => {
      throw error
    },
  })
  const uplink = createUplink({
    connection: () => ({ url: `mqtt://127.0.0.1:${options.brokerPort}`, username: id, password: 'secret' }),
    agentId: id,
    outbox,
    about: { program: 'test/1', host: 'here', startedAt: 1, commandKey: '', instance: `${id}-1` },
    dropped: () => outbox.state().dropped,
    onCommand: () => undefined,
    clock,
    log,
    random: () => 0.1,
    ...(options.keepaliveSeconds === undefined ? {} : { keepaliveSeconds: options.keepaliveSeconds }),
  })
  await outbox.start()
  uplink.start()
  let given = 0
  let stopped = false
  return {
    outbox,
    uplink,
    /** Events with rising numbers as their codes. */
    put(n: number, bytes = 0) {
      for (let i = 0; i < n; i++) {
        const code = `${++given}`
        outbox.event({ kind: 'agent', at: clock.wall(), device: null, code, message: 'x'.repeat(bytes) })
      }
    },
    given: () => given,
    delivered: () =>
      Object.values(outbox.state().lanes).every((lane) => lane.newest === lane.acknowledged) &&
      outbox.state().memoryBytes === 0,
    skip(ms: number) {
      skipped += ms
    },
    async stop() {
      if (stopped) return
      stopped = true
      await uplink.stop()
      await outbox.stop()
    },
  }
}
