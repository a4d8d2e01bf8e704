// Keeps one noisy source from drowning the others: a token bucket per source; what is beyond it is folded into one
// record per (source, key) and second with exact totals, and the last message of each instance is still recorded by itself,
// so that a folded link-up is not lost. Sum of storm counts + messages recorded one by one = messages received. Records of
// one storm have one beginning and say what it has come to.
import type { StormEvent } from '#shared/domain/device-event.ts'

export interface StormLimit {
  /** Messages per second a source may have recorded one by one for ever. */
  readonly perSourcePerSecond: number
  /** Messages a quiet source may send at once. */
  readonly burst: number
}

/** Generous for equipment that has something to say, far below what a loop or a broken device produces. */
export const DEFAULT_STORM_LIMIT: StormLimit = { perSourcePerSecond: 200, burst: 2000 }

export interface StormGate<Message> {
  /** True: record it now. False: it is over the limit and must be folded. `now` is monotonic ms. */
  admit(source: string, now: number): boolean
  /**
   * Counts a message that was not admitted. `key` is what it is folded under, `instance` tells messages apart whose last
   * one matters (the interface). `at` is wall ms.
   */
  fold(source: string, device: string | null, key: string, instance: string, at: number, message: Message): void
  /** Records what was folded: storm records, then the kept messages in the order they came. Called each second and at stop. */
  flush(now: number): void
  /** Messages folded so far without being recorded by themselves, and those waiting for the next flush. */
  totals(): { readonly folded: number; readonly waiting: number; readonly sources: number }
}

export interface StormOptions<Message> {
  readonly limit: StormLimit | null
  readonly what: StormEvent['what']
  /** Instances of a source whose last message is kept at each flush. */
  readonly keptPerSource: number
  /** Text that shows what was folded (at most 2048 characters). */
  example(message: Message): string
  recordStorm(event: StormEvent): void
  recordMessage(message: Message): void
}

interface Fold<Message> {
  readonly source: string
  readonly device: string | null
  readonly key: string
  count: number
  readonly firstAt: number
  lastAt: number
  readonly example: Message
  kept: number
}
interface Kept<Message> {
  message: Message
  order: number
  readonly fold: Fold<Message>
}
/** All that a source had folded since it was last calm. */
interface Storm {
  readonly since: number
  total: number
  /** Monotonic ms of the last flush that had something of it. */
  flushedAt: number
}
interface Bucket {
  tokens: number
  at: number
}

const MAX_SOURCES = 8192
const MAX_KEYS_PER_SOURCE = 64
const MAX_KEPT = 8192
/** A source that had nothing folded for so long is calm: what comes then is another storm. */
const CALM_MS = 60_000

/** Builds a gate. Not bound to a clock: the caller passes times in. */
export function createStormGate<Message>(options: StormOptions<Message>): StormGate<Message> {
  const { limit } = options
  const buckets = new Map<string, Bucket>()
  const folds = new Map<string, Map<string, Fold<Message>>>()
  const kept = new Map<string, Kept<Message>>()
  const keptOf = new Map<string, number>()
  const storms = new Map<string, Storm>()
  let order = 0
  let folded = 0
  let waiting = 0

  function admit(source: string, now: number): boolean {
    if (limit === null) return true
    let bucket = buckets.get(source)
    if (bucket === undefined) {
      if (buckets.size >= MAX_SOURCES) forgetFull(now)
      bucket = { tokens: limit.burst, at: now }
      buckets.set(source, bucket)
    }
    const earned = ((now - bucket.at) * limit.perSourcePerSecond) / 1000
    bucket.tokens = Math.min(limit.burst, bucket.tokens + Math.max(0, earned))
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  /** A bucket that has filled up again is as good as none; when all are busy the oldest goes. */
  function forgetFull(now: number): void {
    if (limit === null) return
    for (const [source, bucket] of buckets) {
      if (bucket.tokens + ((now - bucket.at) * limit.perSourcePerSecond) / 1000 >= limit.burst) buckets.delete(source)
    }
    const oldest = buckets.keys().next()
    if (buckets.size >= MAX_SOURCES && !oldest.done) buckets.delete(oldest.value)
  }

  function fold(source: string, device: string | null, key: string, instance: string, at: number, message: Message) {
    const ofSource = folds.get(source) ?? new Map<string, Fold<Message>>()
    if (ofSource.size === 0) folds.set(source, ofSource)
    let f = ofSource.get(key)
    if (f === undefined) {
      const name = ofSource.size < MAX_KEYS_PER_SOURCE ? key : ''
      f = ofSource.get(name)
      if (f === undefined) {
        f = { source, device, key: name.slice(0, 512), count: 0, firstAt: at, lastAt: at, example: message, kept: 0 }
        ofSource.set(name, f)
      }
    }
    f.count++
    f.lastAt = at
    waiting++
    const id = `${source}\u001f${key}\u001f${instance}`
    const before = kept.get(id)
    if (before) {
      before.message = message
      before.order = ++order
    } else if (mayKeep(source, f)) {
      f.kept++
      keptOf.set(source, (keptOf.get(source) ?? 0) + 1)
      kept.set(id, { message, order: ++order, fold: f })
    }
  }

  /** One key that invents instances leaves half of the places to the others. */
  function mayKeep(source: string, f: Fold<Message>): boolean {
    const { keptPerSource: most } = options
    return f.kept < most / 2 && (keptOf.get(source) ?? 0) < most && kept.size < MAX_KEPT
  }

  function flush(now: number): void {
    for (const [source, storm] of storms) if (now - storm.flushedAt >= CALM_MS) storms.delete(source)
    if (waiting === 0) return
    for (const [source, ofSource] of folds) {
      const all = [...ofSource.values()].filter((f) => f.count > f.kept)
      const [first] = all
      if (first === undefined) continue
      const storm = storms.get(source) ?? { since: first.firstAt, total: 0, flushedAt: now }
      storms.set(source, storm)
      storm.flushedAt = now
      for (const f of all) storm.total += f.count - f.kept
      for (const f of all) recordFold(f, storm)
    }
    const last = [...kept.values()].sort((a, b) => a.order - b.order)
    folds.clear()
    kept.clear()
    keptOf.clear()
    waiting = 0
    for (const { message } of last) options.recordMessage(message)
    if (buckets.size >= MAX_SOURCES / 2) forgetFull(now)
  }

  function recordFold(f: Fold<Message>, { since, total }: Storm): void {
    const { device, source, key, firstAt, lastAt } = f
    const count = f.count - f.kept
    folded += count
    const example = options.example(f.example).slice(0, 2048)
    const about = { kind: 'storm' as const, at: lastAt, device, source, what: options.what, key }
    options.recordStorm({ ...about, count, firstAt, lastAt, example, since, total })
  }

  return { admit, fold, flush, totals: () => ({ folded, waiting, sources: buckets.size }) }
}
