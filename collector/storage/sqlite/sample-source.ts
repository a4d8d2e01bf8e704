// Where reads of samples come from: chunks, what is still in memory, roll-ups of days whose raw samples have expired.
import type { StatementSync } from 'node:sqlite'
import { UPTIME_METRIC } from '#shared/domain/sample.ts'
import type { SeriesInfo } from '../../ingest/evaluation.ts'
import type { Database } from './database.ts'
import type { SampleSource } from './reads/sample-reads.ts'
import { DAY, type RollUpBucket, readRollUp, STEPS } from './roll-up.ts'
import { readChunk } from './sample-codec.ts'
import { MAX_CHUNK_SPAN, type SampleHeads } from './sample-heads.ts'
import type { SeriesCatalogue } from './series-catalogue.ts'

/** Every sample of this database. */
export interface StoredSamples extends SampleSource {
  byId(id: number): SeriesInfo | undefined
  /** Ids are 1 to this. */
  size(): number
  /** As `read`, in the order in which samples came; a chunk that is not yet written comes after those that are. */
  readInOrder: SampleSource['read']
}

export function createSampleSource(db: Database, catalogue: () => SeriesCatalogue, heads: SampleHeads): StoredSamples {
  const chunks = db.prepare(
    'select data from sample_chunk where series = ? and from_at between ? and ? and to_at >= ? order by from_at, through',
  )
  const chunksInOrder = db.prepare(
    'select data from sample_chunk where series = ? and from_at between ? and ? and to_at >= ? order by through',
  )
  const rollUps = db.prepare(
    'select day, data from sample_rollup where series = ? and step = ? and day between ? and ?',
  )

  const readWith =
    (chunks: StatementSync): SampleSource['read'] =>
    (series, from, to, each) => {
      const within = (at: number, value: number): void => {
        if (at >= from && at <= to) each(at, value)
      }
      for (const row of chunks.all(series, from - MAX_CHUNK_SPAN, to, from)) readChunk(row.data as Uint8Array, within)
      heads.read(series, within)
    }
  const read = readWith(chunks)

  return {
    ofDevice: (device) => catalogue().ofDevice(device),
    byId: (id) => catalogue().byId(id),
    size: () => catalogue().size(),
    latest: (series) => heads.latest(series),
    read,
    readInOrder: readWith(chunksInOrder),
    rolledUp(series, from, to) {
      const days = new Set<number>()
      const buckets: RollUpBucket[] = []
      // the finest that is left of each day
      for (const step of STEPS) {
        for (const row of rollUps.all(series, step, from - DAY, to)) {
          const day = Number(row.day)
          if (days.has(day)) continue
          days.add(day)
          for (const b of readRollUp(row.data as Uint8Array)) if (b.at + step > from && b.at <= to) buckets.push(b)
        }
      }
      return buckets.sort((a, b) => a.at - b.at)
    },
    restarts(device, from, to) {
      const uptime = catalogue().find(device, UPTIME_METRIC, '')
      if (!uptime) return undefined
      const starts: number[] = []
      let before = Number.POSITIVE_INFINITY
      read(uptime.id, from, to, (at, value) => {
        if (value < before) starts.push(at - value * 1000)
        before = value
      })
      return starts
    },
  }
}
