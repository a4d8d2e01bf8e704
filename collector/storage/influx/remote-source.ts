// Samples of another server as a source of charts: what a window needs is fetched before it is read.
import { UPTIME_METRIC } from '#shared/domain/sample.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import { isCounter } from '../sqlite/reads/counter-rates.ts'
import type { SampleSource } from '../sqlite/reads/sample-reads.ts'
import { type RollUpBucket, STEPS } from '../sqlite/roll-up.ts'

export type SeriesName = Pick<SeriesInfo, 'metric' | 'device' | 'resource'>

/** Both throw RemoteReadError. Times in ms, both ends included. */
export interface RemoteSamples {
  raw(series: SeriesName, from: number, to: number, each: (at: number, value: number) => void): Promise<void>
  /** Buckets that start at multiples of `stepMs`; min and max may be the mean. */
  buckets(series: SeriesName, from: number, to: number, stepMs: number): Promise<RollUpBucket[]>
}

interface Loaded {
  readonly series: number
  readonly raw: readonly (readonly [number, number])[]
  readonly buckets: readonly RollUpBucket[]
  readonly starts: readonly number[] | undefined
}

/** `local` knows the series; their samples come from `remote`. */
export function createRemoteSource(
  remote: RemoteSamples,
  local: Pick<SampleSource, 'ofDevice' | 'latest'>,
): SampleSource {
  let loaded: Loaded | undefined
  let uptime: { readonly key: string; readonly starts: readonly number[] | undefined } | undefined

  return {
    ofDevice: local.ofDevice,
    latest: local.latest,
    async load(series, from, to, stepMs) {
      // counters need their readings: a wide bucket cannot tell a wrap from a restart
      const width = isCounter(series) ? undefined : STEPS.findLast((s) => s <= stepMs)
      if (width !== undefined) {
        const buckets = await remote.buckets(series, from, to, width)
        loaded = { series: series.id, raw: [], buckets, starts: undefined }
        return
      }
      const raw: [number, number][] = []
      let fell = false
      let before = Number.NEGATIVE_INFINITY
      await remote.raw(series, from, to, (at, value) => {
        if (value < before) fell = true
        before = value
        raw.push([at, value])
      })
      const starts = fell && isCounter(series) ? await startsOf(series.device, from, to) : undefined
      loaded = { series: series.id, raw, buckets: [], starts }
    },
    read(id, from, to, each) {
      if (loaded?.series !== id) return
      for (const [at, value] of loaded.raw) if (at >= from && at <= to) each(at, value)
    },
    rolledUp: (id, from, to) =>
      loaded?.series === id ? loaded.buckets.filter((b) => b.at >= from - (STEPS.at(-1) ?? 0) && b.at <= to) : [],
    restarts: () => loaded?.starts,
  }

  async function startsOf(device: string, from: number, to: number): Promise<readonly number[] | undefined> {
    const key = `${device} ${from} ${to}`
    if (uptime?.key === key) return uptime.starts
    const known = local.ofDevice(device).find((s) => s.metric === UPTIME_METRIC && s.resource === '')
    const starts: number[] = []
    let before = Number.POSITIVE_INFINITY
    if (known)
      await remote.raw(known, from, to, (at, value) => {
        if (value < before) starts.push(at - value * 1000)
        before = value
      })
    uptime = { key, starts: known ? starts : undefined }
    return uptime.starts
  }
}
