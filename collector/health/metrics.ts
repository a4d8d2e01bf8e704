// The collector's own figures: one list, shown on the health page, in /api/v1/health and as Prometheus metrics.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Figures {
  /** Values that go up and down, by name in snake case. */
  readonly gauges: Readonly<Record<string, number>>
  /** Totals since start, by name in snake case. */
  readonly totals: Readonly<Record<string, number>>
  /** Discarded things by room and reason. */
  readonly dropped: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Values that go up and down, by name and one label. */
  readonly by: Readonly<Record<string, { readonly label: string; readonly values: Readonly<Record<string, number>> }>>
}

export interface Metrics {
  /** One commit took so long, ms. */
  committed(ms: number): void
  text(): Promise<{ readonly type: string; readonly text: string }>
  /** All figures as one flat list. */
  flat(): Record<string, number>
  /** Of the last commits, ms; zeros before the first. */
  commits(): { readonly p95Ms: number; readonly maxMs: number }
}

/** Some minutes of a busy installation. */
const COMMITS_KEPT = 1000

/** `read` is asked at each scrape. */
export function createMetrics(read: () => Figures): Metrics {
  const registry = new Registry()
  // event-loop lag, memory, CPU, open files
  collectDefaultMetrics({ register: registry, prefix: 'outrider_' })
  const dropped = new Counter({
    name: 'outrider_dropped_total',
    help: 'Discarded things by room and reason',
    labelNames: ['room', 'reason'],
    registers: [registry],
  })
  const commits = new Histogram({
    name: 'outrider_commit_ms',
    help: 'Time of a commit, ms',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000],
    registers: [registry],
  })
  const gauges = new Map<string, Gauge>()
  const totals = new Map<string, Counter>()
  const recent: number[] = []
  let next = 0
  return {
    committed(ms) {
      commits.observe(ms)
      recent[next] = ms
      next = (next + 1) % COMMITS_KEPT
    },
    commits() {
      const sorted = recent.toSorted((a, b) => a - b)
      return { p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0, maxMs: sorted.at(-1) ?? 0 }
    },
    async text() {
      const figures = read()
      for (const [name, value] of Object.entries(figures.gauges)) gaugeOf(name, []).set(value)
      for (const [name, value] of Object.entries(figures.totals)) raise(totalOf(name), value)
      dropped.reset()
      for (const [room, reasons] of Object.entries(figures.dropped))
        for (const [reason, count] of Object.entries(reasons)) dropped.inc({ room, reason }, count)
      for (const [name, { label, values }] of Object.entries(figures.by)) {
        const gauge = gaugeOf(name, [label])
        gauge.reset()
        for (const [value, count] of Object.entries(values)) gauge.set({ [label]: value }, count)
      }
      return { type: registry.contentType, text: await registry.metrics() }
    },
    flat() {
      const { gauges: now, totals: since, dropped: lost, by } = read()
      const flat: Record<string, number> = { ...now, ...since }
      for (const [room, reasons] of Object.entries(lost))
        for (const [reason, count] of Object.entries(reasons)) flat[`dropped.${room}.${reason}`] = count
      for (const [name, { values }] of Object.entries(by))
        for (const [value, count] of Object.entries(values)) flat[`${name}.${value}`] = count
      return flat
    },
  }

  function gaugeOf(name: string, labelNames: string[]): Gauge {
    const made = () => new Gauge({ name: `outrider_${name}`, help: words(name), labelNames, registers: [registry] })
    const known = gauges.get(name) ?? made()
    gauges.set(name, known)
    return known
  }

  function totalOf(name: string): Counter {
    const full = `outrider_${name}_total`
    const known = totals.get(name) ?? new Counter({ name: full, help: words(name), registers: [registry] })
    totals.set(name, known)
    return known
  }
}

/** Sets a counter to a total that is kept elsewhere. */
function raise(counter: Counter, value: number): void {
  counter.reset()
  counter.inc(value)
}

const words = (name: string) => name.replaceAll('_', ' ')

/** `commit`, with how long it took, ms, said to `observe`. */
export function timed<A extends unknown[]>(commit: (...args: A) => Promise<void>, observe: (ms: number) => void) {
  return async (...args: A): Promise<void> => {
    const started = performance.now()
    try {
      await commit(...args)
    } finally {
      observe(performance.now() - started)
    }
  }
}
