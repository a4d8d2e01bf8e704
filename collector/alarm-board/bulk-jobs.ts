// One action on many alarms, part by part, so that nobody waits for it: how far each is can be asked for.
import type { AlarmWish, BulkJob } from '#shared/http/alarms.ts'

export interface BulkJobs {
  /** Undefined when this user has one that still runs. */
  start(user: string, wish: AlarmWish, ids: readonly string[]): BulkJob | undefined
  get(id: string, user: string): BulkJob | undefined
  /** Ends after the part that is under way. */
  stop(): Promise<void>
}

export interface BulkJobsOptions {
  /** Does one part; throws when nothing can be stored. */
  readonly act: (
    job: { readonly user: string; readonly wish: AlarmWish },
    ids: readonly string[],
  ) => Promise<readonly { readonly id: string; readonly ok: boolean; readonly problem: string | null }[]>
  /** What an alarm says, for those that were refused. */
  readonly textOf: (id: string) => string
  readonly newId: () => string
  readonly onFailure: (error: unknown) => void
}

/** A part is one turn of the collector: the others go on in between. */
const PART = 250
const MOST_KEPT = 100
const MOST_REFUSED = 100

export function createBulkJobs(options: BulkJobsOptions): BulkJobs {
  const jobs = new Map<string, BulkJob & { readonly user: string }>()
  const running = new Set<Promise<void>>()
  let stopped = false

  async function run(id: string, wish: AlarmWish, ids: readonly string[]): Promise<void> {
    const job = () => jobs.get(id) as BulkJob & { readonly user: string }
    try {
      for (let at = 0; at < ids.length; at += PART) {
        if (stopped) throw new Error('the collector stops')
        const results = await options.act({ wish, user: job().user }, ids.slice(at, at + PART))
        const bad = results.filter((result) => !result.ok)
        const refused = [...job().refused]
        for (const { id: alarm, problem } of bad.slice(0, Math.max(0, MOST_REFUSED - refused.length)))
          refused.push({ id: alarm, text: options.textOf(alarm), problem: problem ?? '' })
        const done = job().done + results.length - bad.length
        jobs.set(id, { ...job(), done, refusedCount: job().refusedCount + bad.length, refused })
      }
      jobs.set(id, { ...job(), state: 'done' })
    } catch (error) {
      options.onFailure(error)
      jobs.set(id, { ...job(), state: 'failed' })
    }
  }

  return {
    start(user, wish, ids) {
      for (const job of jobs.values()) if (job.user === user && job.state === 'running') return undefined
      const id = options.newId()
      const { action } = wish
      const job = {
        id,
        user,
        action,
        total: ids.length,
        done: 0,
        refusedCount: 0,
        refused: [],
        state: 'running' as const,
      }
      jobs.set(id, job)
      for (const [old, { state }] of jobs) if (jobs.size > MOST_KEPT && state !== 'running') jobs.delete(old)
      const work = run(id, wish, ids).finally(() => running.delete(work))
      running.add(work)
      return shown(job)
    },
    get(id, user) {
      const job = jobs.get(id)
      if (job?.user !== user) return undefined
      return shown(job)
    },
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
}

const shown = ({ user: _, ...job }: BulkJob & { readonly user: string }): BulkJob => job
