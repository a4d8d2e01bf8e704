// Health as the console shows it: facts of all rooms, looked at every some seconds, with an hour of history. Wiring.
import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Logger } from 'pino'
import type { Readiness } from '#shared/http/administration.ts'
import type { HealthPart } from '#shared/http/health.ts'
import type { CollectorConfig } from './config/config.ts'
import type { EnrolmentDesk } from './enrolment-desk.ts'
import type { HealthFacts } from './health/health-facts.ts'
import { createHistory } from './health/health-history.ts'
import { healthParts } from './health/health-parts.ts'
import type { Metrics } from './health/metrics.ts'
import type { Inventory } from './inventory/inventory.ts'
import { BACKUP_MARK, type BackupMark } from './storage/sqlite/backup.ts'
import type { CollectorStores } from './stores.ts'
import { VERSION } from './version.ts'

export interface HealthDesk {
  /** As it was looked at last: some seconds old. */
  parts(): Promise<readonly HealthPart[]>
  stop(): void
}

const LOOK_MS = 15_000
const MOMENTS = 240
const TREND_POINTS = 60
/** Files and certificates change seldom. */
const SLOW_LOOKS = 20
const DAY = 86_400_000

/** Begins to look at once. */
export function createHealthDesk(deps: {
  readonly config: CollectorConfig
  /** Data folder. */
  readonly dir: string
  readonly stores: Pick<CollectorStores, 'records' | 'reads'>
  readonly metrics: Metrics
  readonly readiness: () => Readiness
  readonly inventory: () => Inventory
  readonly identities: EnrolmentDesk
  readonly now: () => number
  readonly log: Logger
}): HealthDesk {
  const { config, dir, stores, metrics, now, log } = deps
  const history = createHistory(MOMENTS)
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  const startedAt = now()
  const slow = { looks: 0, backup: null as HealthFacts['backup'], certificates: [] as HealthFacts['certificates'] }
  let latest: readonly Omit<HealthPart, 'trend'>[] | undefined
  let ailing = false

  async function look(): Promise<void> {
    const at = now()
    if (slow.looks++ % SLOW_LOOKS === 0) {
      slow.backup = lastBackup(dir)
      slow.certificates = certificatesOf(deps)
    }
    const figures = metrics.flat()
    const before = history.before()
    const perSecond = before === undefined ? 0 : (figures.records ?? 0) - (before.values.records ?? 0)
    const agents = [...deps.inventory().agents()]
    const channels = await stores.reads.channelFigures()
    const facts: HealthFacts = {
      ...{ at, version: VERSION, startedAt, reasons: deps.readiness().reasons.map((one) => one.code) },
      loopLagMs: lag.percentile(99) / 1e6,
      memory: { usedBytes: process.memoryUsage.rss(), limitBytes: memoryLimit() },
      disk: diskOf(dir),
      database: databaseOf(stores.records.database.file),
      commits: { ...metrics.commits(), longestTurnMs: figures.ingest_longest_turn_ms ?? 0 },
      samples: { journalBytes: figures.sample_journal_bytes ?? 0, headBytes: figures.sample_head_bytes ?? 0 },
      retention: config.retention,
      backup: slow.backup,
      recordsPerSecond:
        before === undefined || at <= before.at ? 0 : Math.max(0, perSecond) / ((at - before.at) / 1000),
      waitingBytes: figures.ingest_waiting_bytes ?? 0,
      agents: countOf(agents),
      backlog: agents.flatMap((one) => Object.values(one.backlog)).reduce((sum, n) => sum + n, 0),
      clockOffsets: agents.flatMap((one) =>
        one.presence === 'online' && one.clockOffsetMs !== null ? [{ agent: one.id, ms: one.clockOffsetMs }] : [],
      ),
      dropped: grownOf(figures, 'dropped.'),
      lostAtAgents: history.grown('gap_records', figures.gap_records ?? 0),
      quarantine: {
        ...{ rows: figures.quarantine_rows ?? 0, bytes: figures.quarantine_bytes ?? 0 },
        recent: history.grown('quarantined', figures.quarantined ?? 0),
      },
      notifications: {
        queued: figures['notifications.queued'] ?? 0,
        // those that are long over are in the delivery log
        failed: history.grown('notifications.failed', figures['notifications.failed'] ?? 0),
      },
      failing: [...channels].flatMap(([channel, { failingSince }]) =>
        failingSince === null ? [] : [{ channel, since: failingSince }],
      ),
      commandsPending: figures.commands_pending ?? 0,
      consoles: figures.live_clients ?? 0,
      influx:
        figures.influx_up === undefined
          ? undefined
          : {
              isUp: figures.influx_up === 1,
              lagMs: (figures.influx_lag_seconds ?? 0) * 1000,
              waiting: figures.influx_backlog_points ?? 0,
            },
      certificates: slow.certificates,
    }
    lag.reset()
    latest = healthParts(facts)
    const values = Object.fromEntries(
      latest.flatMap(({ id, value }) => (value === null ? [] : [[`part.${id}`, value]])),
    )
    history.add(at, { ...figures, ...values })
  }

  const grownOf = (figures: Readonly<Record<string, number>>, prefix: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(figures).flatMap(([name, value]) => {
        const grown = name.startsWith(prefix) ? history.grown(name, value) : 0
        return grown > 0 ? [[name.slice(prefix.length), grown]] : []
      }),
    )

  const lookOn = async (): Promise<void> => {
    try {
      await look()
      ailing = false
    } catch (error) {
      if (!ailing) log.warn({ err: error }, 'health could not be looked at; tried again')
      ailing = true
    }
  }
  const timer = setInterval(() => void lookOn(), LOOK_MS)
  timer.unref()
  return {
    async parts() {
      if (latest === undefined) await lookOn()
      return (latest ?? []).map((one) => ({ ...one, trend: history.trend(`part.${one.id}`, TREND_POINTS) }))
    },
    stop() {
      clearInterval(timer)
      lag.disable()
    },
  }
}

function countOf(agents: readonly { readonly presence: 'online' | 'unknown' | 'never' }[]): HealthFacts['agents'] {
  const of = (presence: string) => agents.filter((one) => one.presence === presence).length
  return { online: of('online'), unknown: of('unknown'), never: of('never') }
}

/** What a container may have, else the machine. */
function memoryLimit(): number {
  const own = process.constrainedMemory()
  return own > 0 && own < totalmem() ? own : totalmem()
}

function diskOf(dir: string): HealthFacts['disk'] {
  try {
    const { bavail, blocks, bsize } = statfsSync(dir)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return undefined
  }
}

function databaseOf(file: string): HealthFacts['database'] {
  const size = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  return { bytes: size(file), walBytes: size(`${file}-wal`) }
}

/** By the command, or before an upgrade; the later one. */
function lastBackup(dir: string): HealthFacts['backup'] {
  const made: { at: number; bytes: number }[] = []
  try {
    const mark = JSON.parse(readFileSync(join(dir, BACKUP_MARK), 'utf8')) as Partial<BackupMark>
    if (typeof mark.at === 'number' && typeof mark.bytes === 'number') made.push({ at: mark.at, bytes: mark.bytes })
  } catch {
    // none was made, or its mark cannot be read: then none is known of
  }
  try {
    for (const name of readdirSync(join(dir, 'backups'))) {
      if (!/^before-.*\.db$/.test(name)) continue
      const { mtimeMs, size } = statSync(join(dir, 'backups', name))
      made.push({ at: mtimeMs, bytes: size })
    }
  } catch {
    // no upgrade yet
  }
  return made.toSorted((a, b) => b.at - a.at)[0] ?? null
}

/** The console's, the authority's and the first of the agents' to end. */
function certificatesOf({
  config,
  identities,
  inventory,
  now,
}: Pick<Parameters<typeof createHealthDesk>[0], 'config' | 'identities' | 'inventory' | 'now'>) {
  const found: { of: string; notAfter: number }[] = []
  const read = (of: string, pem: () => string) => {
    try {
      found.push({ of, notAfter: new X509Certificate(pem()).validToDate.getTime() })
    } catch {
      // what cannot be read is said where it is used
    }
  }
  const { tls } = config.http
  const own = identities.server.current()
  if (tls !== undefined && tls !== 'own') read('console', () => readFileSync(tls.certFile, 'utf8'))
  else if (own !== undefined) found.push({ of: 'collector', notAfter: own.notAfter })
  read('authority', () => identities.authority.ca)
  for (const { id } of inventory().agents()) {
    const identity = identities.enrolment.identity(id)
    // what has ended for long is an agent that is gone, not news
    if (identity?.state === 'active' && identity.notAfter > now() - 30 * DAY)
      found.push({ of: id, notAfter: identity.notAfter })
  }
  return found
}
