// From a cell to the number of a sample.
import type { SeriesKind } from '#shared/domain/sample.ts'
import { numberFrom } from '#shared/profiles/interpret.ts'
import type { MetricDefinition } from '#shared/profiles/profile.ts'
import type { SnmpValue } from '../../protocols/snmp/snmp-client.ts'

/** The value with scale, per cent, multiplication and inversion applied; `factor` is the row's own. NaN when something it needs is not there. */
export function computed(
  metric: MetricDefinition,
  cell: SnmpValue,
  operand: (oid: string) => SnmpValue['value'] | undefined,
  factor = 1,
): number {
  let value = numberFrom(metric.reading, cell.type === 'Opaque' ? unwrapped(cell.value) : cell.value) * factor
  // Text and what is missing add nothing.
  for (const oid of metric.plus ?? []) value += (Number(operand(oid) ?? 0) || 0) * metric.reading.scale
  if (metric.times !== undefined) value *= Number(operand(metric.times) ?? Number.NaN)
  if (metric.percentOf !== undefined) {
    const whole = metric.percentOf.reduce((sum, oid) => sum + Number(operand(oid) ?? Number.NaN), 0)
    value = whole > 0 ? (100 * value) / whole : Number.NaN
  }
  if (metric.inverse) value = 100 - value
  const { valid } = metric
  if (valid === undefined) return value
  return value < valid.min || value > valid.max || valid.except.includes(value) ? Number.NaN : value
}

/** Kind of the series: as the profile says, else as the first value's SNMP type tells. */
export function kindOf(metric: MetricDefinition, type: SnmpValue['type']): SeriesKind {
  const { kind } = metric
  if (kind === 'state' || kind === 'gauge') return kind
  if (type === 'Counter64') return 'counter64'
  return type === 'Counter32' || kind === 'counter' ? 'counter32' : 'gauge'
}

/** A Float or Double of Net-SNMP in an Opaque: 9f 78 or 9f 79, its length, IEEE 754. Any other stays octets. */
function unwrapped(value: SnmpValue['value']): SnmpValue['value'] {
  if (!(value instanceof Uint8Array) || value[0] !== 0x9f) return value
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  if (value[1] === 0x78 && value[2] === 4 && value.length === 7) return view.getFloat32(3)
  return value[1] === 0x79 && value[2] === 8 && value.length === 11 ? view.getFloat64(3) : value
}
