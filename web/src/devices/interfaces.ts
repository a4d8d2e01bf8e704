// Interfaces of a device out of its latest values: one row per resource that carries interface metrics.
import type { LatestSample } from '#shared/http/inventory.ts'

export interface InterfaceRow {
  readonly resource: string
  readonly name: string
  readonly alias: string
  /** Label of the operational state, null when not known. */
  readonly state: string | null
  readonly adminState: string | null
  /** bit/s, null when not known. */
  readonly speed: number | null
  readonly inBits: number | null
  readonly outBits: number | null
  /** 0..100 of the busier direction, null without a speed. */
  readonly use: number | null
  readonly errorsPerSecond: number | null
}

const METRICS = {
  in: /(^|[._])if(hc)?inoctets$|if\.in\.(octets|bytes)$/i,
  out: /(^|[._])if(hc)?outoctets$|if\.out\.(octets|bytes)$/i,
  oper: /ifoperstatus$|if\.oper/i,
  admin: /ifadminstatus$|if\.admin/i,
  highSpeed: /ifhighspeed$/i,
  speed: /ifspeed$|if\.speed$/i,
  errors: /if(in|out)errors$|if\.(in|out)\.errors$/i,
} as const

export function interfacesOf(series: readonly LatestSample[]): readonly InterfaceRow[] {
  const byResource = new Map<string, LatestSample[]>()
  for (const sample of series) {
    if (sample.resource === '' || !isInterfaceMetric(sample.metric)) continue
    byResource.set(sample.resource, [...(byResource.get(sample.resource) ?? []), sample])
  }
  return [...byResource.entries()]
    .map(([resource, samples]) => rowOf(resource, samples))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function isInterfaceMetric(metric: string): boolean {
  return Object.values(METRICS).some((pattern) => pattern.test(metric))
}

function rowOf(resource: string, samples: readonly LatestSample[]): InterfaceRow {
  const find = (pattern: RegExp) => samples.find((sample) => pattern.test(sample.metric) && sample.value !== null)
  const tags = Object.assign({}, ...samples.map((sample) => sample.tags)) as Record<string, string>
  const inBits = bits(find(METRICS.in))
  const outBits = bits(find(METRICS.out))
  const speed = speedOf(find(METRICS.highSpeed), find(METRICS.speed))
  const errors = samples.filter((s) => METRICS.errors.test(s.metric) && s.value !== null)
  const busier = Math.max(inBits ?? 0, outBits ?? 0)
  return {
    resource,
    name: resource.replace(/^[a-z]+:/, ''),
    alias: tags.interface_alias ?? tags.ifAlias ?? tags.alias ?? '',
    state: label(find(METRICS.oper)),
    adminState: label(find(METRICS.admin)),
    speed,
    inBits,
    outBits,
    use: speed !== null && speed > 0 && inBits !== null && outBits !== null ? (busier / speed) * 100 : null,
    errorsPerSecond: errors.length === 0 ? null : errors.reduce((sum, s) => sum + (s.value ?? 0), 0),
  }
}

/** Octet counters come as bytes per second. */
function bits(sample: LatestSample | undefined): number | null {
  return sample?.value === undefined || sample.value === null ? null : sample.value * 8
}

/** ifHighSpeed is in Mbit/s (IF-MIB); a profile may have scaled it, which its unit tells. */
function speedOf(high: LatestSample | undefined, plain: LatestSample | undefined): number | null {
  if (high?.value) return high.value * (/^bit/.test(high.unit) ? 1 : 1_000_000)
  return plain?.value ?? null
}

function label(sample: LatestSample | undefined): string | null {
  if (!sample || sample.value === null) return null
  return sample.states?.[String(sample.value)] ?? IF_STATES[sample.value] ?? String(sample.value)
}

/** RFC 2863 ifOperStatus. */
const IF_STATES: Readonly<Record<number, string>> = {
  1: 'up',
  2: 'down',
  3: 'testing',
  4: 'unknown',
  5: 'dormant',
  6: 'notPresent',
  7: 'lowerLayerDown',
}
