// What somebody wants to hear and be shown of new alarms, kept on this device: a desk in the NOC is loud, a laptop is not. Pure.
import type { Severity } from '#shared/domain/severity.ts'
import type { Role } from '#shared/http/session.ts'

export type HeardSeverity = Exclude<Severity, 'indeterminate'>
export const HEARD: readonly HeardSeverity[] = ['critical', 'major', 'minor', 'warning']

export interface BellSettings {
  readonly sound: boolean
  /** 0 to 1. */
  readonly volume: number
  readonly heard: readonly HeardSeverity[]
  /** Every 30 s while a critical alarm is not acknowledged. */
  readonly repeat: boolean
  /** Local times between which nothing sounds and nothing is shown; null: always loud. May go over midnight. */
  readonly quiet: { readonly from: string; readonly to: string } | null
  /** Shown as notifications of the desktop from this severity; null: none. */
  readonly desktop: HeardSeverity | null
  /** ms UTC until when nothing sounds. */
  readonly mutedUntil: number
}

/** Loud from the start for who watches. */
export const usualSettings = (role: Role | undefined): BellSettings => ({
  sound: role === 'noc',
  volume: 0.5,
  heard: ['critical', 'major'],
  repeat: true,
  quiet: null,
  desktop: null,
  mutedUntil: 0,
})

/** Whatever is not understood is as usual. */
export function readSettings(stored: string | null, role: Role | undefined): BellSettings {
  const usual = usualSettings(role)
  let raw: Partial<Record<keyof BellSettings, unknown>>
  try {
    raw = (JSON.parse(stored ?? '{}') ?? {}) as typeof raw
  } catch {
    return usual
  }
  const flag = (value: unknown, or: boolean) => (typeof value === 'boolean' ? value : or)
  const quiet = raw.quiet as { from?: unknown; to?: unknown } | null | undefined
  const times = quiet != null && isTime(quiet.from) && isTime(quiet.to) ? { from: quiet.from, to: quiet.to } : null
  const { volume, mutedUntil } = raw
  return {
    sound: flag(raw.sound, usual.sound),
    volume: typeof volume === 'number' && volume >= 0 && volume <= 1 ? volume : usual.volume,
    heard: Array.isArray(raw.heard) ? HEARD.filter((s) => (raw.heard as unknown[]).includes(s)) : usual.heard,
    repeat: flag(raw.repeat, usual.repeat),
    quiet: times,
    desktop: HEARD.find((severity) => severity === raw.desktop) ?? null,
    mutedUntil: typeof mutedUntil === 'number' && Number.isFinite(mutedUntil) ? mutedUntil : 0,
  }
}

const isTime = (value: unknown): value is string => typeof value === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(value)

/** `time`: local, `22:05`. */
export function isQuiet({ quiet }: Pick<BellSettings, 'quiet'>, time: string): boolean {
  if (quiet === null || quiet.from === quiet.to) return false
  const { from, to } = quiet
  return from < to ? time >= from && time < to : time >= from || time < to
}
