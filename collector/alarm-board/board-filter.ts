// Whether a row belongs in a list. Made once per question, asked for every row: fifty thousand times in some milliseconds.
import { type BoardFilter, NOBODY } from '#shared/http/alarm-board.ts'
import { type AlarmStatus, type Entry, searchTextOf } from './board-row.ts'

const HOUR_MS = 3_600_000

export interface Looking {
  /** Only what is of these customers; null: of all. */
  readonly customers: readonly string[] | null
  /** Somebody at a customer's, who does not see remarks. */
  readonly outside: boolean
}

/** True for rows within all of the filter but view and severity. */
export function matcherOf(filter: Omit<BoardFilter, 'view' | 'severity'>, who: Looking, now: number) {
  const tests: ((entry: Entry) => boolean)[] = []
  const among = (values: readonly string[] | undefined | null, of: (entry: Entry) => string | null) => {
    if (values === undefined || values === null) return
    const set = new Set(values)
    tests.push((entry) => set.has(of(entry) as string))
  }
  among(who.customers, ({ row }) => row.customer)
  among(filter.customer, ({ row }) => row.customer)
  among(filter.site, ({ row }) => row.site)
  among(filter.device, ({ row }) => row.device)
  among(filter.type, ({ row }) => row.alarmType)
  among(filter.source, ({ row }) => row.source)
  among(filter.owner, ({ owner }) => (owner === '' ? NOBODY : owner))
  among(filter.rule, ({ row }) => row.rule)
  if (filter.standing) tests.push(({ row }) => !row.isCleared)
  if (filter.ackedOver !== undefined) {
    const before = now - filter.ackedOver * HOUR_MS
    tests.push(({ row }) => row.operatorState === 'ack' && !row.isCleared && (row.ackAt ?? now) <= before)
  }
  for (const test of wordTests(filter, who.outside)) tests.push(test)
  return (entry: Entry): boolean => {
    for (const test of tests) if (!test(entry)) return false
    return true
  }
}

const SEARCHED_WORDS = 10

/** Words of a search, in lower case, as both sides part them. */
export const wordsOf = (q: string | undefined): string[] =>
  (q ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, SEARCHED_WORDS)

function wordTests({ q, means = [] }: Pick<BoardFilter, 'q' | 'means'>, outside: boolean) {
  return wordsOf(q).map((word, place) => {
    const values = { type: new Set<string>(), severity: new Set<string>(), status: new Set<string>() }
    const meant = { ...values, source: new Set<string>() }
    for (const meaning of means) {
      const [at, kind, ...value] = meaning.split('~')
      if (Number(at) === place) meant[kind as keyof typeof meant]?.add(value.join('~'))
    }
    return (entry: Entry) =>
      searchTextOf(entry, outside).includes(word) ||
      meant.type.has(entry.row.alarmType) ||
      meant.severity.has(entry.row.perceivedSeverity) ||
      meant.status.has(entry.status satisfies AlarmStatus) ||
      meant.source.has(entry.row.source)
  })
}
