// The door of what both doctors share: checks, their findings, and how checks run together, each within its time.

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]
export type Status = 'ok' | 'warning' | 'failed'

type Texts = Readonly<Record<Language, string>>

/** What a message says, with `{name}` for its values, and what to do next unless all is well. */
export interface Words {
  readonly status: Status
  readonly says: Texts
  readonly next?: Texts
}

/** Message id to words. */
export type WordTable = Readonly<Record<string, Words>>

export const good = (en: string, zh: string): Words => ({ status: 'ok', says: { en, 'zh-CN': zh } })
export const warning = (en: string, zh: string, nextEn: string, nextZh: string): Words => ({
  status: 'warning',
  says: { en, 'zh-CN': zh },
  next: { en: nextEn, 'zh-CN': nextZh },
})
export const failure = (en: string, zh: string, nextEn: string, nextZh: string): Words => ({
  ...warning(en, zh, nextEn, nextZh),
  status: 'failed',
})

/** One result: a message by its id, and its values. */
export interface Finding<Id extends string = string> {
  readonly id: Id
  readonly params?: Readonly<Record<string, string | number>>
}

/** Looks at one thing and changes nothing. Everything it opens ends with `signal`. */
export interface Check<Context, Id extends string = string> {
  readonly name: string
  /** Within this time it must have answered, ms; DEADLINE_MS when absent. */
  readonly deadlineMs?: number
  run(context: Context, signal: AbortSignal): Promise<readonly Finding<Id>[]>
}

export const DEADLINE_MS = 10_000

/** Words of what can happen to every check. */
export const RUN_WORDS = {
  'check-timed-out': failure(
    'no result after {seconds} s',
    '{seconds} 秒内没有结果',
    'Something does not answer: look at the network or the disk this check speaks of, then run doctor again',
    '有对象没有响应：请检查这一项涉及的网络或磁盘，然后重新运行 doctor',
  ),
  'check-broke': failure(
    'the check itself failed: {problem}',
    '检查本身出错：{problem}',
    'Run doctor as the user the program runs as; when it stays, report this line',
    '请用程序的运行用户执行 doctor；仍出现时请反馈这一行',
  ),
} as const satisfies WordTable

export interface CheckResult {
  readonly check: string
  readonly findings: readonly Finding[]
  readonly ms: number
}

/**
 * Runs all checks at once; none may hold up the others. `onResult` is called as each ends, `onWaiting` every 2 s with those
 * that have not. Resolves with the results in the order of the checks, never rejects.
 */
export async function runChecks<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  options: { onResult?(result: CheckResult): void; onWaiting?(names: readonly string[]): void } = {},
): Promise<CheckResult[]> {
  const waiting = new Set(checks.map((check) => check.name))
  const ticker = setInterval(() => options.onWaiting?.([...waiting]), WAITING_EVERY_MS)
  try {
    return await Promise.all(
      checks.map(async (check) => {
        const result = await runOne(check, context)
        waiting.delete(check.name)
        options.onResult?.(result)
        return result
      }),
    )
  } finally {
    clearInterval(ticker)
  }
}

async function runOne<Context>(check: Check<Context>, context: Context): Promise<CheckResult> {
  const started = performance.now()
  const ms = check.deadlineMs ?? DEADLINE_MS
  const abort = new AbortController()
  const { promise: late, resolve } = Promise.withResolvers<readonly Finding[]>()
  const timer = setTimeout(() => {
    resolve([{ id: 'check-timed-out', params: { seconds: Math.round(ms / 1000) } }])
    abort.abort()
  }, ms)
  const work = Promise.resolve()
    .then(() => check.run(context, abort.signal))
    .catch((error: unknown): readonly Finding[] => [
      { id: 'check-broke', params: { problem: error instanceof Error ? error.message : String(error) } },
    ])
  const findings = await Promise.race([work, late])
  clearTimeout(timer)
  abort.abort()
  return { check: check.name, findings, ms: Math.round(performance.now() - started) }
}

const WAITING_EVERY_MS = 2_000
