// The parts of a device's page and what is shown in its charts, as they stand in the address.

export const DEVICE_PARTS = ['overview', 'interfaces', 'sensors', 'charts', 'events', 'inventory', 'diagnosis'] as const
export type DevicePart = (typeof DEVICE_PARTS)[number]

/** Presets, hours back from now. */
export const RANGES = [1, 6, 24, 168, 720] as const

export interface ChartSearch {
  readonly metric?: string | undefined
  readonly resource?: string | undefined
  readonly hours?: number | undefined
  /** ms; both or none: a time that stands still. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  /** More lines: `device metric resource`, apart by a space. */
  readonly with?: readonly string[] | undefined
}

export interface DeviceSearch extends ChartSearch {
  readonly part?: DevicePart | undefined
  readonly q?: string | undefined
  /** Interfaces that are down, and not by intent. */
  readonly down?: boolean | undefined
}

/** Lines beside the first ones. */
export const MOST_MORE = 7
/** No chart shows less time than this, none more than this. */
export const LEAST_MS = 60_000
const MOST_MS = 3 * 366 * 86_400_000

export function readDeviceSearch(raw: Record<string, unknown>): DeviceSearch {
  const [from, to] = [instant(raw.from), instant(raw.to)]
  const span = from === undefined || to === undefined ? 0 : to - from
  const stands = span >= LEAST_MS && span <= MOST_MS
  const more = Array.isArray(raw.with) ? raw.with.filter((one) => typeof one === 'string' && one.length <= 500) : []
  return {
    part: DEVICE_PARTS.find((part) => part === raw.part && part !== 'overview'),
    metric: text(raw.metric),
    resource: text(raw.resource),
    hours: RANGES.find((hours) => hours === Number(raw.hours)),
    from: stands ? from : undefined,
    to: stands ? to : undefined,
    with: more.length === 0 ? undefined : more.slice(0, MOST_MORE),
    q: text(raw.q),
    down: raw.down === true ? true : undefined,
  }
}

export interface More {
  readonly device: string
  readonly metric: string
  readonly resource: string
}

export const moreText = ({ device, metric, resource }: More): string => `${device} ${metric} ${resource}`

/** Undefined for what names no line. */
export function readMore(text: string): More | undefined {
  const [, device, metric, resource] = /^(\S+) (\S+) (.*)$/.exec(text) ?? []
  return device === undefined || metric === undefined ? undefined : { device, metric, resource: resource ?? '' }
}

function instant(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}

export const DEVICE_STATES = ['up', 'down', 'unknown'] as const
export type DeviceState = (typeof DEVICE_STATES)[number]

/** What the list of devices shows, as it stands in the address. */
export interface DevicesSearch {
  readonly q?: string | undefined
  readonly state?: DeviceState | undefined
  readonly site?: string | undefined
  /** Asks where new ones come from. */
  readonly add?: true | undefined
}

export function readDevicesSearch(raw: Record<string, unknown>): DevicesSearch {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined)
  return {
    ...{ q: text(raw.q), site: text(raw.site), add: raw.add === true ? true : undefined },
    state: DEVICE_STATES.find((state) => state === raw.state),
  }
}
