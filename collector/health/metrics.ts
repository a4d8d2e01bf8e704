// The collector's own figures: one list, shown on the health page, in /api/v1/health and as Prometheus metrics.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

export interface Figures {
  /** Values that go up and down, by name in snake case. */
  readonly gauges: Readonly<Record<string, number>>
  /** Totals since start, by name in snake case. */
  readonly totals: Readonly<Record<string, number>>
  /** Discarded things by room and reason. */
  readonly dropped: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Notifications by state. */
  readonly notifications: Readonly<Record<string, number>>
}

export interface Metrics {
  text(): Promise<{ readonly type: string; readonly text: string }>
  /** All figures as one flat list. */
  flat(): Record<string, number>
}

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
  const notifications = new Gauge({
    name: 'outrider_notifications',
    help: 'Notifications by state',
    labelNames: ['state'],
    registers: [registry],
  })
  const gauges = new Map<string, Gauge>()
  const totals = new Map<string, Counter>()
  return {
    async text() {
      const figures = read()
      for (const [name, value] of Object.entries(figures.gauges)) gaugeOf(name).set(value)
      for (const [name, value] of Object.entries(figures.totals)) raise(totalOf(name), value)
      dropped.reset()
      for (const [room, reasons] of Object.entries(figures.dropped))
        for (const [reason, count] of Object.entries(reasons)) dropped.inc({ room, reason }, count)
      notifications.reset()
      for (const [state, count] of Object.entries(figures.notifications)) notifications.set({ state }, count)
      return { type: registry.contentType, text: await registry.metrics() }
    },
    flat() {
      const { gauges: now, totals: since, dropped: lost } = read()
      const flat: Record<string, number> = { ...now, ...since }
      for (const [room, reasons] of Object.entries(lost))
        for (const [reason, count] of Object.entries(reasons)) flat[`dropped.${room}.${reason}`] = count
      return flat
    },
  }

  function gaugeOf(name: string): Gauge {
    const known = gauges.get(name) ?? new Gauge({ name: `outrider_${name}`, help: words(name), registers: [registry] })
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
