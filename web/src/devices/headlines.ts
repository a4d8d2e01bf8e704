// The few figures that tell how a device is: by what it measures, not by what it is called.
import type { LatestSample } from '#shared/http/inventory.ts'
import { type Beyond, beyondOf } from './beyond.ts'
import { interfacesOf } from './interfaces.ts'
import { TRAFFIC } from './metrics.ts'

export type Mood = 'good' | 'warn' | 'bad' | 'plain'

/** `what` says how it is worded; `percent` draws a bar; `metric` and `resource` are what the chart shows at a click. */
export type Headline = {
  readonly metric: string
  readonly resource: string
  readonly mood: Mood
  readonly at: number | null
  readonly percent?: number
  /** Beyond the limits of the device's profile. */
  readonly beyond?: Beyond
} & (
  | { readonly what: 'value'; readonly value: number; readonly unit: string; readonly size?: number }
  | { readonly what: 'state'; readonly label: string; readonly batterySeconds?: number }
  | { readonly what: 'ports'; readonly up: number; readonly all: number }
  | { readonly what: 'traffic'; readonly inBits: number; readonly outBits: number }
  | { readonly what: 'ping'; readonly rttMs: number | null; readonly loss: number }
  | { readonly what: 'load'; readonly values: readonly number[] }
)

/** More disks than this are for the table below. */
const DISKS = 4

export function headlinesOf(series: readonly LatestSample[]): readonly Headline[] {
  const of = (metric: string) => series.filter((sample) => sample.metric === metric && sample.value !== null)
  return [...ups(of), ...host(of), ...network(series, of), ...ping(of), ...uptime(of)]
}

type Find = (metric: string) => readonly LatestSample[]

function ups(of: Find): readonly Headline[] {
  const source = of('ups.output-source')[0]
  const seconds = of('ups.battery.seconds')[0]?.value ?? 0
  const label = source?.states?.[String(source.value)]
  const onMains = label === 'normal' || label === 'booster' || label === 'reducer'
  return [
    ...(source && label
      ? [
          {
            ...base(source, onMains ? 'good' : label === 'bypass' || label === 'other' ? 'warn' : 'bad'),
            ...{ what: 'state' as const, label },
            ...(seconds > 0 ? { batterySeconds: seconds } : {}),
          },
        ]
      : []),
    ...of('ups.battery.charge').map((sample) => share(sample, low(sample.value as number, 50, 20))),
    ...of('ups.battery.runtime').map((sample) => figure(sample, low(sample.value as number, 900, 300))),
    ...worst(of('ups.output.load')).map((sample) => share(sample, high(sample.value as number, 80, 95))),
    ...of('ups.battery.temperature').map((sample) => figure(sample, high(sample.value as number, 40, 50))),
    ...of('ups.input.voltage').map((sample) => figure(sample, 'plain')),
  ]
}

function host(of: Find): readonly Headline[] {
  const sizes = new Map(of('storage.size').map((sample) => [sample.resource, sample.value as number]))
  const load = of('host.load').filter((sample) => sample.resource.startsWith('load:'))
  const ordered = ['load:1min', 'load:5min', 'load:15min'].flatMap((r) => load.filter((s) => s.resource === r))
  const disks = [...of('storage.used')].sort((a, b) => (b.value as number) - (a.value as number)).slice(0, DISKS)
  return [
    ...total(of('cpu.load')).map((sample) => share(sample, high(sample.value as number, 85, 95))),
    ...total(of('memory.used')).map((sample) => share(sample, high(sample.value as number, 90, 97))),
    ...disks.map((sample) => {
      const size = sizes.get(sample.resource)
      return {
        ...share(sample, high(sample.value as number, 85, 95)),
        ...(size === undefined ? {} : { size }),
      }
    }),
    ...(ordered[0] ? [{ ...base(ordered[0], 'plain'), what: 'load' as const, values: ordered.map(numberOf) }] : []),
  ]
}

function network(series: readonly LatestSample[], of: Find): readonly Headline[] {
  const ports = interfacesOf(series).filter((row) => row.state !== null && row.adminState !== 'down')
  const first = of('if.oper-status')[0]
  const octets = of(TRAFFIC.in)[0]
  const sum = (metric: string) => of(metric).reduce((all, sample) => all + numberOf(sample) * 8, 0)
  const up = ports.filter((row) => row.state === 'up' || row.state === 'dormant').length
  return [
    ...worst(of('env.temperature')).map((sample) => figure(sample, 'plain')),
    ...(first && ports.length > 0
      ? [{ ...base(first, 'plain'), resource: '', what: 'ports' as const, up, all: ports.length }]
      : []),
    ...(octets
      ? [
          {
            ...base(octets, 'plain'),
            ...{ resource: '', what: 'traffic' as const, inBits: sum(TRAFFIC.in), outBits: sum(TRAFFIC.out) },
          },
        ]
      : []),
  ]
}

function ping(of: Find): readonly Headline[] {
  const loss = of('icmp.loss')[0]
  const rtt = of('icmp.rtt')[0]
  const about = loss ?? rtt
  if (!about) return []
  const lost = loss ? numberOf(loss) : 0
  return [
    {
      ...base(rtt ?? about, lost >= 100 ? 'bad' : lost > 0 ? 'warn' : 'plain'),
      ...{ what: 'ping' as const, rttMs: lost >= 100 || !rtt ? null : numberOf(rtt), loss: lost },
    },
  ]
}

function uptime(of: Find): readonly Headline[] {
  return of('sys.uptime')
    .slice(0, 1)
    .map((sample) => figure(sample, 'plain'))
}

/** The device's own total where it gives one, else the busiest of its parts. */
function total(samples: readonly LatestSample[]): readonly LatestSample[] {
  const whole = samples.find((sample) => sample.resource === '')
  return whole ? [whole] : worst(samples)
}

function worst(samples: readonly LatestSample[]): readonly LatestSample[] {
  return [...samples].sort((a, b) => numberOf(b) - numberOf(a)).slice(0, 1)
}

function base(sample: LatestSample, mood: Mood) {
  return { metric: sample.metric, resource: sample.resource, mood, at: sample.at }
}

function figure(sample: LatestSample, mood: Mood): Headline {
  const beyond = beyondOf(sample)
  return {
    ...{ ...base(sample, byProfile(sample) ?? mood), what: 'value', value: numberOf(sample), unit: sample.unit },
    ...(beyond === null ? {} : { beyond }),
  }
}

/** Limits of the device's own profile say more than ours. */
function byProfile(sample: LatestSample): Mood | undefined {
  if (sample.limits === undefined) return undefined
  const beyond = beyondOf(sample)
  return beyond === null ? 'good' : beyond === 'critical' ? 'bad' : 'warn'
}

function share(sample: LatestSample, mood: Mood) {
  return { ...figure(sample, mood), percent: Math.min(100, Math.max(0, numberOf(sample))) }
}

function numberOf(sample: LatestSample): number {
  return sample.value ?? 0
}

function high(value: number, warn: number, bad: number): Mood {
  return value >= bad ? 'bad' : value >= warn ? 'warn' : 'good'
}

function low(value: number, warn: number, bad: number): Mood {
  return value <= bad ? 'bad' : value <= warn ? 'warn' : 'good'
}
