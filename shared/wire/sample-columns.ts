// Body of telemetry batches: samples as columns. Series numbers and times are differences to the one before, values
// are as measured; zstd then leaves about 4-5 bytes per sample.
import { type Sample, SeriesDefinition } from '../domain/sample.ts'
import { MAX_RECORDS_PER_BATCH } from './limits.ts'

/** Samples of one batch in columns of equal length. `at` in agent wall ms. */
export interface SampleColumns {
  /** Definitions of series that appear here for the first time in the stream (or that were asked for again). */
  readonly definitions: readonly SeriesDefinition[]
  readonly series: Uint32Array
  readonly at: Float64Array
  readonly values: Float64Array
}

/** JSON text of a telemetry body. Throws RangeError for a value JSON cannot carry (NaN, infinite): drop it earlier. */
export function encodeSamples(definitions: readonly SeriesDefinition[], samples: readonly Sample[]): Buffer {
  return encodeSampleColumns(
    definitions,
    samples.map(({ n }) => n),
    samples.map(({ at }) => at),
    samples.map(({ value }) => value),
  )
}

/** The same of columns of equal length, for who has them. */
export function encodeSampleColumns(
  definitions: readonly SeriesDefinition[],
  series: readonly number[],
  times: readonly number[],
  values: readonly number[],
): Buffer {
  const n: number[] = new Array(series.length)
  const t: number[] = new Array(series.length)
  let lastN = 0
  let lastT = 0
  for (let i = 0; i < series.length; i++) {
    const number = series[i] as number
    const at = times[i] as number
    const value = values[i] as number
    if (!Number.isFinite(value)) throw new RangeError(`series ${number}: value ${value} cannot be sent`)
    n[i] = number - lastN
    t[i] = at - lastT
    lastN = number
    lastT = at
  }
  const columns = { n, t, v: values }
  return Buffer.from(JSON.stringify(definitions.length > 0 ? { d: definitions, ...columns } : columns))
}

/** Reads a telemetry body whose batch header promised `count` samples. Throws SampleFormatError saying what is wrong. */
export function decodeSamples(body: Buffer, count: number): SampleColumns {
  let raw: { d?: unknown; n?: unknown; t?: unknown; v?: unknown }
  try {
    raw = JSON.parse(body.toString('utf8')) as typeof raw
  } catch {
    throw new SampleFormatError('not JSON')
  }
  if (raw === null || typeof raw !== 'object') throw new SampleFormatError('not an object')
  const n = column(raw.n, 'n', count)
  const t = column(raw.t, 't', count)
  const v = column(raw.v, 'v', count)
  const series = new Uint32Array(count)
  const at = new Float64Array(count)
  const values = new Float64Array(count)
  let lastN = 0
  let lastT = 0
  for (let i = 0; i < count; i++) {
    lastN += n[i] as number
    lastT += t[i] as number
    const value = v[i] as number
    if (!Number.isInteger(lastN) || lastN < 0 || lastN > 0xffffffff) throw new SampleFormatError(`n[${i}] out of range`)
    if (!Number.isFinite(lastT) || !Number.isFinite(value)) throw new SampleFormatError(`sample ${i} is not a number`)
    series[i] = lastN
    at[i] = lastT
    values[i] = value
  }
  return { definitions: raw.d === undefined ? [] : definitionsOf(raw.d), series, at, values }
}

export class SampleFormatError extends Error {
  override name = 'SampleFormatError'
}

function column(value: unknown, name: string, count: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new SampleFormatError(`column ${name} is missing`)
  if (value.length !== count || count > MAX_RECORDS_PER_BATCH)
    throw new SampleFormatError(`column ${name} has ${value.length} entries, header says ${count}`)
  return value
}

function definitionsOf(value: unknown): SeriesDefinition[] {
  const parsed = SeriesDefinition.array().max(MAX_RECORDS_PER_BATCH).safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new SampleFormatError(`series definition ${issue?.path.join('.')}: ${issue?.message}`)
}
