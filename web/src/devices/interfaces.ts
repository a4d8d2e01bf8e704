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
  /** 0..100 of the speed, null without one. */
  readonly inUse: number | null
  readonly outUse: number | null
  /** Errors and discards of both directions, packets per second. */
  readonly faultsPerSecond: number | null
}

const FAULTS = ['if.in.errors', 'if.out.errors', 'if.in.discards', 'if.out.discards']

export function interfacesOf(series: readonly LatestSample[]): readonly InterfaceRow[] {
  const byResource = new Map<string, LatestSample[]>()
  for (const sample of series) {
    if (sample.resource === '' || !sample.metric.startsWith('if.')) continue
    const known = byResource.get(sample.resource)
    if (known) known.push(sample)
    else byResource.set(sample.resource, [sample])
  }
  return [...byResource.entries()]
    .map(([resource, samples]) => rowOf(resource, samples))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

function rowOf(resource: string, samples: readonly LatestSample[]): InterfaceRow {
  const find = (metric: string) => samples.find((sample) => sample.metric === metric && sample.value !== null)
  const tags = Object.assign({}, ...samples.map((sample) => sample.tags)) as Record<string, string>
  const inBits = bits(find('if.in.octets'))
  const outBits = bits(find('if.out.octets'))
  const speed = speedOf(find('if.speed'), tags['speed-mbps'])
  const faults = samples.filter((s) => FAULTS.includes(s.metric) && s.value !== null)
  return {
    resource,
    name: resource.replace(/^if:/, ''),
    alias: tags.alias ?? '',
    state: label(find('if.oper-status')),
    adminState: label(find('if.admin-status')),
    speed,
    inBits,
    outBits,
    inUse: share(inBits, speed),
    outUse: share(outBits, speed),
    faultsPerSecond: faults.length === 0 ? null : faults.reduce((sum, s) => sum + (s.value ?? 0), 0),
  }
}

/** Down, and not by intent. */
export function isDown({ state, adminState }: InterfaceRow): boolean {
  return adminState !== 'down' && state !== null && DOWN.has(state)
}

const DOWN: ReadonlySet<string> = new Set(['down', 'lower-layer-down', 'not-present'])

function share(bitsPerSecond: number | null, speed: number | null): number | null {
  return bitsPerSecond === null || speed === null ? null : (bitsPerSecond / speed) * 100
}

/** Octet counters come as bytes per second. */
function bits(sample: LatestSample | undefined): number | null {
  return sample?.value === undefined || sample.value === null ? null : sample.value * 8
}

/** Measured in bit/s where a profile does that, else ifHighSpeed (Mbit/s, IF-MIB) as a tag; 0 means not known. */
function speedOf(measured: LatestSample | undefined, tag: string | undefined): number | null {
  if (measured?.value) return measured.value
  const mbps = Number(tag ?? '')
  return Number.isFinite(mbps) && mbps > 0 ? mbps * 1_000_000 : null
}

function label(sample: LatestSample | undefined): string | null {
  if (!sample || sample.value === null) return null
  return sample.states?.[String(sample.value)] ?? String(sample.value)
}
