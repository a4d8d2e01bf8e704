// What people were told, counted from the messages alone and from the histories of alarms.
import type { Page } from './collector-side.ts'
import { type DayRun, type Span, T0 } from './day.ts'
import type { History } from './history.ts'

export interface PageCount {
  /** Problems and recoveries told of site-unreachable. */
  readonly site: number
  readonly siteEnds: number
  /** Told of all else. */
  readonly problems: number
  /** Problems told although all they are about was over by then: what and when. */
  readonly late: readonly string[]
  /** Episodes of alarms whose problem was told more than once. */
  readonly twice: number
  /** Episodes told in the straight run, not over when the gap was, and never told of their device here: what and when. */
  readonly missed: readonly string[]
}

const PROBLEMS: ReadonlySet<string> = new Set(['opened', 'reopened', 'joined', 'worse'])

export function countPages(run: DayRun, straight: DayRun): PageCount {
  const isSite = (page: Page) => page.rule === 'site-unreachable'
  const problems = run.pages.filter((page) => PROBLEMS.has(page.transition) && !isSite(page))
  const opened = problems.filter(({ transition }) => transition !== 'worse')
  const told = new Map<string, number>()
  for (const page of opened) for (const key of keysOf(page, run.history)) told.set(key, (told.get(key) ?? 0) + 1)
  const of = (transition: (name: string) => boolean) =>
    run.pages.filter((page) => isSite(page) && transition(page.transition)).length
  return {
    site: of((name) => name === 'opened' || name === 'reopened'),
    siteEnds: of((name) => name === 'resolved'),
    problems: problems.length,
    late: opened
      .filter((page) => isOver(page, run.history))
      .map((page) => `${keysOf(page, run.history).join(', ')} told at ${secondsOf(page.at)} s`),
    twice: [...told.values()].filter((times) => times > 1).length,
    missed: missed(run, straight, new Set(told.keys()), opened),
  }
}

/** Identity and beginning of each episode a page is about. */
const keysOf = ({ alarms }: Page, { names }: History): string[] =>
  alarms.map(({ id, raisedAt }) => `${names.get(id)} ${raisedAt}`)

const secondsOf = (at: number): number => (at - T0) / 1000

/** When an episode ended, event time; Infinity: it stands. */
function endOf(history: History, id: string, raisedAt: number): number {
  const steps = history.steps.get(history.names.get(id) ?? '') ?? []
  return steps.find((step) => step.what === 'clear' && step.at >= raisedAt)?.at ?? Number.POSITIVE_INFINITY
}

const isOver = ({ alarms, at }: Page, history: History): boolean =>
  alarms.length > 0 && alarms.every(({ id, raisedAt }) => endOf(history, id, raisedAt) < at)

function missed(run: DayRun, straight: DayRun, told: ReadonlySet<string>, opened: readonly Page[]): string[] {
  const spans = run.gaps.map(({ from, caughtUp }): Span => [T0 + from * 1000, T0 + caughtUp * 1000])
  const found: string[] = []
  for (const page of straight.pages) {
    if (page.transition !== 'opened' || page.device === null) continue
    for (const { id, raisedAt } of page.alarms) {
      if (told.has(`${straight.history.names.get(id)} ${raisedAt}`)) continue
      const end = endOf(straight.history, id, raisedAt)
      const within = (at: number) => spans.find(([from, to]) => at >= from - 1000 && at <= to)
      // raised before, it may have been worth telling only in the gap: when it got worse
      const gap = within(raisedAt) ?? within(page.at)
      // history: what was to be told was over before anybody could hear of it
      if (gap && end <= gap[1] + 1000) continue
      // another of the same device was told first, or its incident was open all along
      const by = opened.some(
        ({ device, at }) =>
          device === page.device && at <= (gap?.[1] ?? raisedAt) + 15_000 && at >= raisedAt - 86_400_000,
      )
      if (by) continue
      found.push(
        `${straight.history.names.get(id)} raised at ${secondsOf(raisedAt)} s, told at ${secondsOf(page.at)} s, over at ${secondsOf(end)} s`,
      )
    }
  }
  return found
}
