// The collector's receiving half, real: broker (its own or another), link, ingest, database. Judges nothing.

import { pino } from 'pino'
import { createAgentLink } from '#collector/agent-link/agent-link.ts'
import { createBroker } from '#collector/broker/broker.ts'
import type { IngestGroup } from '#collector/ingest/evaluation.ts'
import { createIngest } from '#collector/ingest/ingest.ts'
import { type ChangeSet, emptyChangeSet } from '#collector/storage/change-set.ts'
import { openStores } from '#collector/storage/storage.ts'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { SignedCommand } from '#shared/wire/command.ts'
import { until } from './until.ts'

export interface SmallCollectorOptions {
  readonly dir: string
  /** Port of its own broker, 0 picks one; or the address of another broker. */
  readonly broker: { readonly port: number } | { readonly url: string }
  /** Waited for before each commit. */
  readonly beforeCommit?: () => Promise<void>
}

export type SmallCollector = Awaited<ReturnType<typeof startSmallCollector>>

/** Starts it and waits until it can hear agents. Every agent may sign in. */
export async function startSmallCollector(options: SmallCollectorOptions) {
  const log = pino({ level: 'silent' })
  const clock = { wall: () => Date.now(), mono: () => performance.now() }
  const stores = await openStores({ dir: options.dir, log })
  const groups: IngestGroup[] = []
  const own = 'port' in options.broker
  const broker = own
    ? await createBroker({
        host: '127.0.0.1',
        port: (options.broker as { port: number }).port,
        authenticate: () => true,
        log,
      })
    : undefined
  const port = (await broker?.start()) ?? 0
  const ingest = createIngest<ChangeSet>({
    store: {
      load: () => stores.load(),
      async commit(records, changes, now) {
        await options.beforeCommit?.()
        await stores.commit(records, changes, now)
      },
    },
    evaluation: {
      evaluate(group) {
        groups.push(group)
        return emptyChangeSet()
      },
      tick: () => emptyChangeSet(),
      reload: async () => undefined,
    },
    agentOf: () => ({ site: 'site-1', customer: 'customer-1' }),
    clock,
    sendAck: (agent, ack) => link.sendAck(agent, ack),
    isEmpty: (changes) => Object.values(changes).every((list) => list.length === 0),
    log,
  })
  const link = createAgentLink({
    broker: broker
      ? { kind: 'embedded', open: () => broker.open() }
      : { kind: 'external', url: (options.broker as { url: string }).url },
    onMessage: (agent, channel, payload) => ingest.accept(agent, channel, payload),
    clock,
    log,
  })
  await ingest.start()
  link.start()
  await until(() => link.state().connected)
  let stopped = false
  return {
    port,
    groups,
    ingest,
    link,
    command: (agent: string, command: SignedCommand) => link.publishCommand(agent, command),
    /** Stored events in order: sequence number, epoch and the event. */
    events: () =>
      stores.database.connection
        .prepare('select seq, epoch, doc from device_event order by id')
        .all()
        .map((r) => ({ seq: Number(r.seq), epoch: String(r.epoch), event: eventOf(JSON.parse(String(r.doc))) })),
    results: () => groups.flatMap((g) => g.results).map((r) => r.record),
    quarantined: () => stores.quarantine.list(100).map((q) => q.reason),
    async stop() {
      if (stopped) return
      stopped = true
      await link.stop()
      await ingest.stop()
      await broker?.stop()
      await stores.stop()
    },
  }
}

function eventOf(doc: { event?: DeviceEvent }): DeviceEvent {
  return doc.event ?? (doc as unknown as DeviceEvent)
}
