// What one poll of a device gave, and two of them held against each other: by OIDs read, since names differ.
import type { MetricDefinition, Profile } from '#shared/profiles/profile.ts'
import type { PolledWalk } from '../walks/poll-walk.ts'
import { notTaken } from './not-taken.ts'

export interface Reading {
  readonly profile: string
  readonly outcome: string
  readonly series: number
  /** Distinct metrics by name. */
  readonly metrics: ReadonlySet<string>
  /** Those that are no constants and not left out on purpose (not-taken.ts). */
  readonly useful: ReadonlySet<string>
  /** OIDs of the metrics that gave a sample, by OID the name. */
  readonly oids: ReadonlyMap<string, string>
  /** OIDs that our profiles read for facts and tags, not as samples. */
  readonly facts: ReadonlySet<string>
}

export interface Row {
  readonly device: string
  readonly ours: Reading
  readonly theirs: Reading
}

export function readingOf(polled: PolledWalk, profiles: ReadonlyMap<string, Profile>): Reading {
  const { recorder, identity, outcomes, crash } = polled
  const sampled = new Set(recorder.samples.map(({ n }) => n))
  const kept = recorder.definitions.filter((_, n) => sampled.has(n))
  const metrics = new Set(kept.map(({ metric }) => metric))
  const profile = profiles.get(identity?.profile ?? '')
  const all: (MetricDefinition & { oid: string })[] = [
    ...(profile?.scalars ?? []),
    ...(profile?.tables.flatMap(({ columns }) => columns) ?? []),
  ]
  const oids = new Map(
    all
      .filter(({ metric }) => metrics.has(metric))
      .flatMap((one) => oidsOf(one).map((oid) => [oid, one.metric] as const)),
  )
  const facts = [
    ...(profile?.tables.flatMap(({ tags }) => tags.flatMap((tag) => (tag.from === 'column' ? tag.oid : []))) ?? []),
    ...(profile?.fields.flatMap(({ sources }) => sources.map(({ oid }) => oid)) ?? []),
    ...(profile?.tags.map(({ oid }) => oid) ?? []),
  ]
  return {
    profile: identity?.profile ?? '(none)',
    outcome: crash ? 'crash' : (outcomes[0] ?? ''),
    series: sampled.size,
    ...{ metrics, oids, facts: new Set(facts.map(bare)) },
    useful: new Set([...metrics].filter((metric) => isUseful(all.filter((one) => one.metric === metric)))),
  }
}

/** Prints a row per device; not good when theirs reads more useful metrics of a device than ours, or when a poll crashes. */
export function compareReadings(
  rows: readonly Row[],
  { progress, print }: { progress(line: string): void; print(text: string): void },
) {
  const three = ({ metrics, useful, series }: Reading) =>
    [metrics.size, useful.size, series].map((n) => String(n).padStart(7)).join('')
  const isBehind = ({ ours, theirs }: Row) => theirs.useful.size > ours.useful.size
  const counts = 'metrics useful series'
  const head = `${'device'.padEnd(42)} ${'ours'.padEnd(26)}${counts}   ${'theirs'.padEnd(26)}${counts}`
  const lines = rows.map((row) => {
    const { device, ours, theirs } = row
    const left = `${device.slice(0, 42).padEnd(42)} ${ours.profile.padEnd(26)}${three(ours)}`
    return `${left}   ${theirs.profile.padEnd(26)}${three(theirs)}${isBehind(row) ? '  theirs more' : ''}`
  })
  print([head, ...lines].join('\n'))
  for (const { device, ours, theirs } of rows) {
    const missing = [...theirs.oids].filter(
      ([oid, name]) => theirs.useful.has(name) && !ours.oids.has(oid) && !ours.facts.has(oid),
    )
    const told = missing.map(([oid, name]) => `${name} (${oid})`).join(', ')
    if (missing.length > 0) progress(`${device}: only theirs ${told}`)
  }
  const behind = rows.filter(isBehind)
  const sums = (of: (row: Row) => Reading) => ({
    metrics: rows.reduce((total, row) => total + of(row).metrics.size, 0),
    useful: rows.reduce((total, row) => total + of(row).useful.size, 0),
    series: rows.reduce((total, row) => total + of(row).series, 0),
  })
  const polled = rows.every(({ ours, theirs }) => ours.outcome === 'ok' && theirs.outcome !== 'crash')
  return {
    ok: rows.length > 0 && behind.length === 0 && polled,
    devices: rows.length,
    theirsMatched: rows.filter(({ theirs }) => theirs.profile !== '(none)').length,
    ours: sums(({ ours }) => ours),
    theirs: sums(({ theirs }) => theirs),
    behind: behind.map(({ device }) => device),
  }
}

function oidsOf({ oid, fallback, percentOf, times }: MetricDefinition & { oid: string }): string[] {
  return [oid, fallback, ...(percentOf ?? []), times].flatMap((one) => (one === undefined ? [] : bare(one)))
}

/** What no definition is known of is our own: uptime, reachability. */
function isUseful(definitions: readonly (MetricDefinition & { oid: string })[]): boolean {
  if (definitions.length === 0) return true
  return definitions.some(({ oid, reading }) => !reading.constantOne && notTaken(bare(oid)) === undefined)
}

/** A scalar with and without its .0 is one. */
const bare = (oid: string) => oid.replace(/\.0$/, '')
