// Which rows and readings of a symbol count.
import { regularExpression } from './interpret.ts'
import type { ColumnMetric, Condition, MetricDefinition } from './profile.ts'
import type { MetricSpec, SymbolExtension, SymbolSpec } from './schema.ts'

export function symbolsOf(entry: MetricSpec): SymbolSpec[] {
  return [...(entry.symbol ? [entry.symbol] : []), ...(entry.symbols ?? [])]
}

/** `name=value` of another symbol or tag of the entry; null when it cannot be understood. */
export function conditionOf(symbol: SymbolSpec, entry: MetricSpec): ColumnMetric['where'] | null {
  const own = conditionsOf(symbol)
  if (own.length > 0 || symbol.condition === undefined) return own
  const [, name, value] = /^\s*([\w-]+)\s*={1,2}\s*"?([^"]*?)"?\s*$/.exec(symbol.condition) ?? []
  const tags = (entry.metric_tags ?? []).flatMap((tag) => tag.symbol ?? [])
  const oid = [...symbolsOf(entry), ...tags].find((other) => other.name === name)?.OID
  return oid && value !== undefined ? [{ oid, equals: [value] }] : null
}

export function conditionsOf(symbol: SymbolSpec): Condition[] {
  return [symbol['x-outrider']?.where ?? []].flat().map(({ OID, equals, except }) => ({
    oid: OID,
    ...(equals ? { equals } : {}),
    ...(except === undefined ? {} : { except: regularExpression(except) }),
  }))
}

/** Readings that are values; those a device gives for sensors it does not have are none. */
export function validOf({
  min,
  max,
  except,
}: NonNullable<SymbolExtension['valid']>): NonNullable<MetricDefinition['valid']> {
  return { min: min ?? Number.NEGATIVE_INFINITY, max: max ?? Number.POSITIVE_INFINITY, except: except ?? [] }
}
