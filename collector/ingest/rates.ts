// Turns raw samples into what rules judge: counters become rates per second. State in typed arrays by series id. The
// device's uptime is polled before its counters, so a restart is known before they are read.
import { counterRate } from '#shared/domain/counter-rate.ts'
import { UPTIME_METRIC } from '#shared/domain/sample.ts'
import type { SeriesInfo } from './evaluation.ts'

const PLAIN = 0
const COUNTER_32 = 1
const COUNTER_64 = 2
const UPTIME = 3
/** sysUpTime is TimeTicks in 32 bits: 497 days, in seconds. */
const UPTIME_WRAP = 2 ** 32 / 100

export interface Rates {
  /** Makes a series known; its newest stored sample, if any, is where its rate goes on. */
  define(series: SeriesInfo, last?: { readonly at: number; readonly value: number }): void
  /** What rules see of this sample: the rate of a counter (NaN when none can be told), else the value. */
  judge(series: number, at: number, value: number): number
  /** Restarts seen since the last call. */
  takeRestarts(): readonly { readonly device: string; readonly at: number }[]
  /** Whether a device that says this uptime (s) at this time started after its newest uptime known here. */
  restartedSince(device: string, at: number, uptime: number): boolean
}

export function createRates(): Rates {
  let kinds = new Uint8Array(1024)
  let lastAt = new Float64Array(1024).fill(Number.NaN)
  let lastValue = new Float64Array(1024)
  let deviceOf = new Int32Array(1024)
  /** When each device started, ms, NaN while it gives no uptime. */
  const startedAt: number[] = []
  const devices = new Map<string, number>()
  const names: string[] = []
  /** Its uptime series by device number; 0: none. */
  const uptimeOf: number[] = []
  /** Number of its row by series, 0: none told. Another one is another row, whatever its counters say. */
  let indexes = new Int32Array(1024)
  let restarts: { readonly device: string; readonly at: number }[] = []

  const grow = (id: number): void => {
    if (id < kinds.length) return
    const size = Math.max(id + 1, kinds.length * 2)
    kinds = copy(kinds, new Uint8Array(size))
    lastAt = copy(lastAt, new Float64Array(size).fill(Number.NaN))
    lastValue = copy(lastValue, new Float64Array(size))
    deviceOf = copy(deviceOf, new Int32Array(size))
    indexes = copy(indexes, new Int32Array(size))
  }
  const deviceNumber = (device: string): number => {
    const known = devices.get(device)
    if (known !== undefined) return known
    startedAt.push(Number.NaN)
    names.push(device)
    uptimeOf.push(0)
    devices.set(device, startedAt.length - 1)
    return startedAt.length - 1
  }

  /** How the uptime stands to what it should be: fell, or rose by more than the time that passed (another unit). */
  const jump = (series: number, at: number, value: number): 'none' | 'fell' | 'rose' => {
    const passed = (at - (lastAt[series] as number)) / 1000
    const expected = (lastValue[series] as number) + passed
    const wrapped = expected >= UPTIME_WRAP - 60 && Math.abs(value - (expected - UPTIME_WRAP)) < 60 + passed * 0.1
    const slack = Math.max(30, passed * 0.1)
    if (!wrapped && value < expected - slack) return 'fell'
    return value > expected + slack ? 'rose' : 'none'
  }

  const uptime = (series: number, at: number, value: number): void => {
    const device = deviceOf[series] as number
    if (Number.isNaN(lastAt[series])) {
      startedAt[device] = at - value * 1000
      return
    }
    const what = jump(series, at, value)
    if (what === 'none') return
    // a unit that has been up for longer: its counters are others since the last poll
    startedAt[device] = what === 'fell' ? at - value * 1000 : (lastAt[series] as number) + 1
    restarts.push({ device: names[device] as string, at })
  }

  return {
    define(series, last) {
      grow(series.id)
      kinds[series.id] = kindOf(series)
      deviceOf[series.id] = deviceNumber(series.device)
      if (kinds[series.id] === UPTIME) uptimeOf[deviceOf[series.id] as number] = series.id
      else if (kinds[series.id] !== PLAIN) {
        const index = Number(series.tags?.index) | 0
        if (indexes[series.id] !== 0 && indexes[series.id] !== index) lastAt[series.id] = Number.NaN
        indexes[series.id] = index
      }
      if (!last) return
      lastAt[series.id] = last.at
      lastValue[series.id] = last.value
      if (kinds[series.id] === UPTIME) startedAt[deviceOf[series.id] as number] = last.at - last.value * 1000
    },
    judge(series, at, value) {
      const kind = kinds[series] as number
      if (kind === PLAIN) return value
      const before = lastAt[series] as number
      // late: it belongs before what is known already
      if (at < before) return kind === UPTIME ? value : Number.NaN
      let judged = value
      if (kind === UPTIME) uptime(series, at, value)
      else {
        const started = startedAt[deviceOf[series] as number] as number
        const restarted = Number.isNaN(started) ? undefined : before < started
        judged = counterRate(kind === COUNTER_32 ? 32 : 64, before, lastValue[series] as number, at, value, restarted)
      }
      lastAt[series] = at
      lastValue[series] = value
      return judged
    },
    takeRestarts() {
      const taken = restarts
      restarts = []
      return taken
    },
    restartedSince(device, at, value) {
      const series = uptimeOf[devices.get(device) ?? -1] ?? 0
      return series !== 0 && at >= (lastAt[series] as number) && jump(series, at, value) === 'fell'
    },
  }
}

function kindOf(series: SeriesInfo): number {
  if (series.kind === 'counter32') return COUNTER_32
  if (series.kind === 'counter64') return COUNTER_64
  return series.metric === UPTIME_METRIC && series.resource === '' ? UPTIME : PLAIN
}

function copy<A extends Uint8Array | Float64Array | Int32Array>(from: A, into: A): A {
  into.set(from)
  return into
}
