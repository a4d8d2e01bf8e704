// Door of the agent's site configuration: takes what the collector sends, keeps it, has it applied, and goes back to the
// one before when the agent cannot speak with the collector afterwards.
import type { Logger } from 'pino'
import type { Clock } from '#shared/time/clock.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import type { ConfigReport, SiteConfig } from '#shared/wire/site-config.ts'
import type { ConfigProblem } from '../config/site-view.ts'
import { createPieceCollector, readStored, type StoredText } from './collect-pieces.ts'
import { type ConfigState, type OnStep, openConfigFiles } from './config-files.ts'

export interface SiteConfigOptions {
  /** `<dataDir>/site-config`. */
  readonly dir: string
  readonly agentId: string
  /** Of whom it is kept: what was learned about versions of another agent or collector does not hold. */
  readonly owner: string
  /** Checks a signature of the collector; undefined: no key is known, nothing is taken. */
  readonly verify: ((text: string, signature: string) => boolean) | undefined
  /** Takes a configuration over (undefined: none); answers what of it could not be done. Rejects: it cannot be used. */
  readonly apply: (config: SiteConfig | undefined) => Promise<readonly ConfigProblem[]>
  /** Monotonic ms of the last answer to a hello; null: none yet. */
  readonly answeredAt: () => number | null
  /** Connections made so far. */
  readonly connects: () => number
  /** Sends a report; false when there is no link now. */
  readonly send: (report: ConfigReport) => boolean
  readonly clock: Clock
  readonly log: Logger
  readonly onStep?: OnStep
  readonly answerWithinMs?: number | undefined
}

export interface SiteConfigFacts {
  readonly version: number
  readonly state: ConfigReport['state'] | 'none'
  readonly problems: readonly ConfigProblem[]
  readonly rejected: number
  readonly onTrial: boolean
  readonly dropped: Readonly<Record<string, number>>
}

export interface SiteConfigDesk {
  /** What was kept and holds; undefined: none. For the start, before any connection. */
  readonly stored: SiteConfig | undefined
  /** The stored one is in use now, with these problems. */
  started(problems: readonly ConfigProblem[]): void
  /** One message of the topic, whatever is in it. Returns at once. */
  onPiece(payload: Uint8Array): void
  /** Version in use, 0: none. */
  version(): number
  /** SHA-256 of it, hex; undefined: none. */
  hash(): string | undefined
  /** Every second. */
  tick(): void
  facts(): SiteConfigFacts
  /** Waits for a change that is being applied. */
  stop(): Promise<void>
}

/** An agent that could speak before must be able to, within this time. */
export const ANSWER_WITHIN_MS = 60_000
/** It could speak when a hello was answered within this time. */
const SPOKE_WITHIN_MS = 45_000
/** An answer sooner than this may be that to a hello from before. */
const OLD_ANSWERS_MS = 3_000
/** No tick for so long: the machine was paused, or the program was kept busy. */
const STANDSTILL_MS = 5_000
/** Starts of the program with a configuration that never led to an answered hello. */
const MOST_STARTS = 5
const MOST_PROBLEMS = 200

export function createSiteConfigDesk(options: SiteConfigOptions): SiteConfigDesk {
  const { agentId, verify, clock, log, answerWithinMs = ANSWER_WITHIN_MS } = options
  const files = openConfigFiles(options.dir, options.onStep)
  const collector = createPieceCollector({ agentId, verify: verify ?? (() => false) })
  const dropped: Record<string, number> = {}
  let state = files.state(options.owner)
  let unsent: ConfigReport | undefined
  /** Since when a trial waits for its answer, and until when; `until` undefined: for as long as it takes. */
  let trial: { readonly since: number; until: number | undefined } | undefined
  let waiting: { readonly config: SiteConfig; readonly stored: StoredText } | undefined
  let busy: Promise<void> | undefined
  let stopped = false
  let connects = 0
  let tickedAt = clock.mono()
  const hashes = new WeakMap<SiteConfig, string>()
  const stored = readAtStart()
  let current = stored

  function readAtStart(): SiteConfig | undefined {
    if (verify === undefined) return undefined
    const found = files.read('current')
    if (found && found.configVersion !== state.rejected && tooManyStarts(found.configVersion))
      giveUp(found.configVersion, 'the program was started several times with it and never spoke with the collector')
    else if (found && found.configVersion === state.rejected) undo()
    const config = kept()
    if (config && state.trial?.version === config.configVersion) {
      // whether it could speak before is not known here: the line may be down
      trial = { since: clock.mono(), until: undefined }
      remember({ ...state, trial: { ...state.trial, starts: state.trial.starts + 1 } })
    }
    return config
  }

  function tooManyStarts(version: number): boolean {
    return state.trial?.version === version && state.trial.starts >= MOST_STARTS
  }

  /** The newest that is whole, the collector's, and not given up. */
  function kept(): SiteConfig | undefined {
    for (const which of ['current', 'previous'] as const) {
      const found = files.read(which)
      if (found === undefined || verify === undefined || found.configVersion === state.rejected) continue
      const config = readStored(found, agentId, verify)
      if (typeof config !== 'string') {
        hashes.set(config, found.sha256)
        return config
      }
      log.error({ which, reason: config }, 'a kept site configuration cannot be used')
    }
    return undefined
  }

  function save(next: ConfigState): void {
    files.saveState(next)
    state = next
  }

  /** Holds in this run even when the disk does not take it. */
  function remember(next: ConfigState): void {
    state = next
    try {
      files.saveState(next)
    } catch (error) {
      log.error({ err: error }, 'the state of the site configuration cannot be written down')
    }
  }

  function undo(): void {
    try {
      files.goBack()
    } catch (error) {
      log.error({ err: error }, 'the kept site configuration cannot be taken away; it is left out')
    }
  }

  /** Never again: written before the files change, so that a power cut in between cannot bring it back. */
  function giveUp(version: number, why: string): void {
    log.error({ version, why }, 'site configuration given up')
    const report = reportOf(version, 'rolled-back', [{ device: null, path: '', message: why.slice(0, 512) }])
    unsent = report
    remember({ ...state, rejected: version, trial: null, report })
    undo()
  }

  function reportOf(version: number, what: ConfigReport['state'], problems: readonly ConfigProblem[]): ConfigReport {
    const listed = problems.slice(0, MOST_PROBLEMS)
    return {
      ...{ version: WIRE_VERSION, agent: agentId, configVersion: version, state: what, problems: [...listed] },
      ...{ more: problems.length - listed.length, at: clock.wall() },
    }
  }

  function say(report: ConfigReport): void {
    unsent = report
    flush()
  }

  function flush(): void {
    if (unsent !== undefined && options.answeredAt() !== null && options.send(unsent)) unsent = undefined
  }

  function refuse(version: number, why: string): void {
    log.warn({ version, why }, 'site configuration refused')
    say(reportOf(version, 'refused', [{ device: null, path: '', message: why }]))
  }

  async function take(config: SiteConfig, kept: StoredText): Promise<void> {
    const version = config.configVersion
    const answered = options.answeredAt()
    const spoke = answered !== null && clock.mono() - answered < SPOKE_WITHIN_MS
    try {
      save({ ...state, trial: { version, starts: 0 } })
      files.advance(kept)
    } catch (error) {
      return refuse(version, `it cannot be stored: ${(error as Error).message}`)
    }
    try {
      const problems = await options.apply(config)
      current = config
      hashes.set(config, kept.sha256)
      trial = { since: clock.mono(), until: spoke ? clock.mono() + answerWithinMs : undefined }
      const report = reportOf(version, problems.length > 0 ? 'partly' : 'applied', problems)
      remember({ ...state, report })
      say(report)
      log.info({ version, devices: config.devices.length, problems: problems.length }, 'site configuration applied')
    } catch (error) {
      log.error({ err: error, version }, 'a site configuration could not be applied')
      await back(version, `it could not be applied: ${(error as Error).message}`)
    }
  }

  async function back(version: number, why: string): Promise<void> {
    trial = undefined
    giveUp(version, why)
    current = kept()
    await options.apply(current)
    flush()
  }

  /** One change at a time; of those that wait only the newest is made. */
  function work(job: () => Promise<void>): void {
    busy = job()
      .catch((error: unknown) => log.error({ err: error }, 'changing the site configuration failed'))
      .then(() => {
        busy = undefined
        const next = waiting
        waiting = undefined
        if (next && !stopped && next.config.configVersion > newest()) work(() => take(next.config, next.stored))
      })
  }

  const newest = (): number => Math.max(current?.configVersion ?? 0, state.rejected)

  return {
    stored,
    started(problems) {
      if (stored === undefined) {
        unsent ??= state.report ?? undefined
        return
      }
      const report = reportOf(stored.configVersion, problems.length > 0 ? 'partly' : 'applied', problems)
      // that a newer one was given up matters more
      if (state.report?.state === 'rolled-back' && state.rejected > stored.configVersion) unsent = state.report
      else {
        state = { ...state, report }
        unsent = report
      }
    },
    onPiece(payload) {
      if (stopped) return
      if (verify === undefined) {
        dropped['no-key'] = (dropped['no-key'] ?? 0) + 1
        return
      }
      const piece = collector.take(payload, Math.max(newest(), waiting?.config.configVersion ?? 0))
      if (piece.kind === 'dropped') {
        dropped[piece.reason] = (dropped[piece.reason] ?? 0) + 1
        // asked again with one that was given up: say so again
        if (piece.reason === 'old' && state.report) unsent ??= state.report
      } else if (piece.kind === 'unusable') refuse(piece.configVersion, piece.reason)
      else if (piece.kind === 'whole') {
        const { config, stored: kept } = piece
        if (busy !== undefined) waiting = { config, stored: kept }
        else work(() => take(config, kept))
      }
    },
    version: () => current?.configVersion ?? 0,
    hash: () => current && hashes.get(current),
    tick() {
      // what was sent may have been lost with the connection before
      if (options.connects() !== connects) unsent ??= state.report ?? undefined
      connects = options.connects()
      flush()
      const now = clock.mono()
      const pause = now - tickedAt
      tickedAt = now
      if (trial === undefined || busy !== undefined) return
      // a machine that stood still could not hear an answer
      if (trial.until !== undefined && pause > STANDSTILL_MS) trial.until += pause
      const answered = options.answeredAt()
      if (answered !== null && answered > trial.since + OLD_ANSWERS_MS) {
        trial = undefined
        remember({ ...state, trial: null })
      } else if (trial.until !== undefined && clock.mono() > trial.until) {
        const version = current?.configVersion ?? 0
        work(() => back(version, `no answer of the collector within ${answerWithinMs / 1000} s after it was applied`))
      }
    },
    facts: () => ({
      version: current?.configVersion ?? 0,
      state: state.report?.state ?? 'none',
      problems: (state.report?.problems ?? []).slice(0, 20),
      rejected: state.rejected,
      onTrial: trial !== undefined,
      dropped: { ...dropped },
    }),
    async stop() {
      stopped = true
      await busy
    },
  }
}
