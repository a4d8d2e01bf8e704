// The profiles the running agent polls by: those of the program, of the collector and of the folder, which is looked at
// again and again. Tells in the log, on the health page and as an event what changed and what could not be used.
import type { Logger } from 'pino'
import type { Profile } from '#shared/profiles/profile.ts'
import type { Clock } from '#shared/time/clock.ts'
import type { ConfigProblem, SiteView } from './config/site-view.ts'
import type { Recorder } from './inputs/input.ts'
import { type ProfileChange, type WatchedProfiles, watchProfiles } from './inputs/snmp-poll/watched-profiles.ts'

export interface ProfileDesk {
  current(): ReadonlyMap<string, Profile>
  /** Those of the collector from now on; answers what of them could not be used. */
  take(profiles: SiteView['profiles']): Promise<readonly ConfigProblem[]>
  /** What of those of the collector cannot be used. */
  problems(): readonly ConfigProblem[]
  /** Begins to look at the folder. */
  start(): void
  stop(): void
  facts(): ProfileFacts
}

export interface ProfileFacts {
  readonly profiles: number
  /** Files that are not the program's own. */
  readonly files: number
  /** Files whose newer version cannot be used: the one before holds. */
  readonly kept: readonly string[]
  /** The first of what cannot be used, with file and line. */
  readonly problems: readonly string[]
  /** Wall ms of the last change, 0: none since the start. */
  readonly changedAt: number
}

export interface ProfileDeskDeps {
  readonly dir: string | undefined
  readonly recorder: Pick<Recorder, 'event'>
  readonly clock: Pick<Clock, 'wall'>
  readonly log: Logger
  /** Time between two looks, ms. */
  readonly lookEveryMs?: number
}

const LOOK_EVERY_MS = 2_000
/** Looking at so many files takes its time: look less often. */
const MANY_FILES = 500
const OF_COLLECTOR = 'collector/'
const NAMES_TOLD = 20

export function createProfileDesk({ dir, recorder, clock, log, lookEveryMs }: ProfileDeskDeps): ProfileDesk {
  const watched: WatchedProfiles = watchProfiles(dir)
  const everyMs = lookEveryMs ?? LOOK_EVERY_MS
  let changedAt = 0
  let timer: NodeJS.Timeout | undefined
  let first = true

  async function look(): Promise<void> {
    try {
      const change = await watched.look()
      if (change !== undefined) tell(change)
    } catch (error) {
      log.error({ err: error }, 'the profiles folder cannot be looked at')
    }
    if (timer === undefined) return
    timer = setTimeout(look, everyMs * Math.max(1, Math.ceil(own().length / MANY_FILES)))
    timer.unref()
  }

  const own = () => watched.files().filter(({ origin }) => origin === 'user')

  function tell({ added, changed, removed, refused }: ProfileChange): void {
    const at = clock.wall()
    for (const { file, kept, problem } of refused) {
      log.warn({ file, line: problem.line, problem: problem.message, kept }, 'a profile cannot be used')
      const end = kept ? 'the version before is used' : 'left out'
      const message = `profile ${file}:${problem.line}: ${problem.message}; ${end}`.slice(0, 1024)
      if (!first) recorder.event({ kind: 'agent', at, device: null, code: 'profile-refused', message, data: { kept } })
    }
    if (first || added.length + changed.length + removed.length === 0) return
    changedAt = at
    log.info({ added, changed, removed }, 'profiles changed')
    const parts = [
      ['added', added],
      ['changed', changed],
      ['removed', removed],
    ] as const
    const said = parts.flatMap(([word, names]) => (names.length > 0 ? `${word} ${listOf(names)}` : []))
    const data = { added: added.length, changed: changed.length, removed: removed.length }
    const message = `profiles: ${said.join('; ')}`.slice(0, 1024)
    recorder.event({ kind: 'agent', at, device: null, code: 'profiles-changed', message, data })
  }

  function problems(): readonly ConfigProblem[] {
    return watched.problems().flatMap(({ severity, file, line, message }) => {
      if (severity !== 'error' || !file.startsWith(OF_COLLECTOR)) return []
      const path = `profiles.${file.slice(OF_COLLECTOR.length)}:${line}`
      return [{ device: null, path: path.slice(0, 256), message: message.slice(0, 512) }]
    })
  }

  return {
    current: watched.current,
    problems,
    async take(profiles) {
      const change = await watched.take(profiles.map(({ name, text }) => ({ file: `${OF_COLLECTOR}${name}`, text })))
      tell(change)
      if (first)
        for (const problem of watched.problems())
          log[problem.severity === 'note' ? 'debug' : 'warn']({ problem }, 'device profile')
      first = false
      return problems()
    },
    start() {
      if (dir === undefined || timer !== undefined) return
      timer = setTimeout(look, everyMs)
      timer.unref()
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
    facts: () => ({
      profiles: watched.current().size,
      files: own().length,
      kept: watched.kept().slice(0, NAMES_TOLD),
      problems: watched
        .problems()
        .filter(({ severity }) => severity === 'error')
        .slice(0, NAMES_TOLD)
        .map(({ file, line, message }) => `${file}:${line} ${message}`),
      changedAt,
    }),
  }
}

function listOf(names: readonly string[]): string {
  const more = names.length - NAMES_TOLD
  return `${names.slice(0, NAMES_TOLD).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
