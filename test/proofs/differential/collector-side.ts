// The collector of the proof: its real ingest, judgement and database on disk, under a clock that the proof moves. Broker,
// API and channels are left out.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createEvaluation } from '#collector/evaluation.ts'
import { createIngest, type Ingest } from '#collector/ingest/ingest.ts'
import type { NotificationIntent } from '#collector/notify/intent.ts'
import type { DefinedRule } from '#collector/rules/rule.ts'
import { readRuleFile } from '#collector/rules/rule-files.ts'
import { readStockRules } from '#collector/rules/rule-folder.ts'
import { type ChangeSet, emptyChangeSet, isEmptyChangeSet } from '#collector/storage/change-set.ts'
import { type CollectorStores, openCollectorStores, storedJudgement } from '#collector/stores.ts'
import type { Ack } from '#shared/wire/ack.ts'
import { HEARTBEAT_SECONDS } from '#shared/wire/limits.ts'
import type { RecordChannel } from '#shared/wire/topics.ts'
import { plainChannels } from '#test/support/plain-channels.ts'
import { fixedPlaces } from '../../support/fixed-places.ts'

export const CUSTOMER = 'acme'
export const SITE = 'hq'

export interface CollectorSide {
  /** False while it is down. */
  readonly isUp: boolean
  accept(agent: string, channel: RecordChannel, payload: Uint8Array): void
  /** Ends when everything that was accepted is committed and acknowledged. */
  settle(): Promise<void>
  tick(): Promise<void>
  /** Since when it is connected to its broker, its monotonic ms; null: it is not. */
  connected(since: number | null): void
  stop(): Promise<void>
  start(): Promise<void>
  readonly pages: Page[]
  readonly stores: CollectorStores
}

/** A message to people, with the episodes of the alarms that it is about as they were when it was decided. */
export interface Page {
  readonly transition: NotificationIntent['transition']
  readonly at: number
  readonly incident: string | null
  /** Rule of the incident. */
  readonly rule: string | null
  readonly device: string | null
  readonly alarms: readonly { readonly id: string; readonly raisedAt: number }[]
}

const RETENTION = { rawDays: 36_500, fiveMinuteDays: 36_500, hourDays: 36_500, eventDays: 36_500 }

export function proofRules(): DefinedRule[] {
  const file = join(import.meta.dirname, 'rules.yaml')
  const own = readRuleFile('rules.yaml', readFileSync(file, 'utf8'), 'file')
  const stock = readStockRules()
  const problems = [...own.problems, ...stock.problems]
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  return [...stock.rules, ...own.rules]
}

/** Builds it; start() opens the database in `dir`. */
export function createCollectorSide(options: {
  readonly dir: string
  readonly agents: readonly string[]
  readonly clock: { wall(): number; mono(): number }
  readonly sendAck: (agent: string, ack: Ack) => void
  readonly log: Logger
}): CollectorSide {
  const { clock, log } = options
  const agents = options.agents.map((id) => ({ id, site: SITE }))
  const rules = proofRules()
  const pages: Page[] = []
  let since: number | null = clock.mono()
  let ids = 0
  let running: { readonly stores: CollectorStores; readonly ingest: Ingest<ChangeSet> } | undefined

  async function start(): Promise<void> {
    const stores = await openCollectorStores(options.dir, { retention: RETENTION }, log)
    const { records } = stores
    const judgement = createEvaluation({
      inventory: {
        places: fixedPlaces(
          [{ id: CUSTOMER, name: 'Acme' }],
          [{ id: SITE, customer: CUSTOMER, name: 'Head office', timeZone: 'UTC' }],
        ),
        agents,
        heartbeatMs: HEARTBEAT_SECONDS * 1000,
        connectedSince: () => since,
      },
      alarms: { listCleared: 'until-ack', forgetAfterDays: 180 },
      incidents: { closeAfterDays: 14, newId: () => `id-${++ids}` },
      notify: plainChannels(['desk']),
      language: 'en',
      load: async () => ({ ...storedJudgement(stores), rules }),
    })
    const ingest = createIngest<ChangeSet>({
      ...{ store: records, evaluation: judgement, clock, log, isEmpty: isEmptyChangeSet },
      agentOf: () => ({ site: SITE, customer: CUSTOMER }),
      sendAck: options.sendAck,
    })
    ingest.onCommitted(({ notifications }) => {
      for (const { transition, at, incident: id, alarms, suppressed } of notifications) {
        if (suppressed !== undefined) continue
        const incident = id === null ? undefined : judgement.incidents.get(id)
        const episodes = alarms.map((alarm) => ({ id: alarm, raisedAt: judgement.alarms.get(alarm)?.raisedAt ?? 0 }))
        const { rule = null, device = null } = incident ?? {}
        pages.push({ transition, at, incident: id, rule, device, alarms: episodes })
      }
    })
    await ingest.start()
    running = { stores, ingest }
  }

  const up = () => {
    if (!running) throw new Error('the collector is down')
    return running
  }

  return {
    start,
    get isUp() {
      return running !== undefined
    },
    accept(agent, channel, payload) {
      if (!up().ingest.accept(agent, channel, payload)) throw new Error(`${channel} did not fit`)
    },
    async settle() {
      const { ingest } = up()
      do {
        await new Promise((resolve) => setImmediate(resolve))
        await ingest.turns.run(() => ({ changes: emptyChangeSet(), value: undefined }))
      } while (ingest.health().waitingBytes > 0)
      const { failure } = ingest.health()
      if (failure) throw new Error(failure)
    },
    tick: () => up().ingest.tick(),
    connected(at) {
      since = at
    },
    async stop() {
      const { ingest, stores } = up()
      running = undefined
      await ingest.stop()
      await stores.records.stop()
    },
    pages,
    get stores() {
      return up().stores
    },
  }
}
