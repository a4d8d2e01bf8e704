// virtual_metrics: the sum of gauges under a name of its own. A sum of counters would jump whenever one of them wraps or
// its part goes away; those, and what is made row by row, are noted.
import type { MetricDefinition, ProfileProblem, ScalarMetric, TableMetric, TotalMetric } from './profile.ts'
import type { RawProfile } from './read-profile.ts'

type Source = { readonly metric: string; readonly table?: string | undefined; readonly as?: string | undefined }

export function totalsOf(
  raw: RawProfile,
  scalars: readonly ScalarMetric[],
  tables: readonly TableMetric[],
  tell: (problem: ProfileProblem) => void,
): TotalMetric[] {
  const find = ({ metric, table }: Source): MetricDefinition | undefined => {
    const fits = (one: MetricDefinition) => one.metric === metric || one.source === metric
    if (table === undefined) {
      const scalar = scalars.find(fits)
      if (scalar) return scalar
    }
    const wanted = tables.filter((one) => table === undefined || one.name === table)
    return wanted.flatMap((one) => one.columns).find(fits)
  }
  const note = (line: number, message: string): TotalMetric[] => {
    tell({ severity: 'note', file: raw.file, line, message })
    return []
  }
  return raw.virtual.flatMap(({ name, sources, alternatives, per_row, group_by, chart_meta, line }) => {
    if (per_row || group_by !== undefined)
      return note(line, `${name}: is made row by row, which is not used; its parts are kept`)
    const choices = [...(sources ? [sources] : []), ...(alternatives ?? []).map((one) => one.sources)]
    const chosen = choices.find((choice) => choice.every((source) => find(source)))
    if (chosen === undefined) return note(line, `${name}: names metrics that are not there`)
    const found = chosen.map((source) => ({ source, part: find(source) as MetricDefinition }))
    if (found.some(({ part }) => part.kind === 'counter'))
      return note(line, `${name}: a sum of counters is not kept; its parts are`)
    const unit = chart_meta?.unit ?? found[0]?.part.unit ?? ''
    const groups = Map.groupBy(found, ({ source }) => source.as ?? '')
    return [...groups].map(([as, members]) => ({
      ...{ metric: as === '' ? name : `${name}.${as}`, unit },
      parts: members.map(({ part }) => part),
    }))
  })
}
