// What the profile of a device says about a series: how people call it, and which of its values are faults. It travels with
// the definition of the series, so that the collector judges by the profile that the agent polls with.
import { z } from 'zod'
import { Severity } from './severity.ts'

export const Labels = z.object({ 'zh-CN': z.string().max(128).optional(), en: z.string().max(128).optional() })
export type Labels = z.infer<typeof Labels>

/** A value at a limit or beyond it is a fault: warning, or critical. */
export const Limits = z.object({
  lowCritical: z.number().optional(),
  lowWarning: z.number().optional(),
  highWarning: z.number().optional(),
  highCritical: z.number().optional(),
  /** How far back from the limit the value must be until the fault is over; same unit as the value. */
  hysteresis: z.number().nonnegative().optional(),
  /** The limit must be passed this long, seconds. */
  hold: z.number().nonnegative().optional(),
})
export type Limits = z.infer<typeof Limits>

/** Dotted words, like link.down. */
export const AlarmType = z
  .string()
  .max(128)
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'dotted words, like link.down')

/** A fault of its own beside limits and states: exactly one of `above`, `below` and `values`. */
export const SeriesAlarm = z.object({
  /** The value is at this limit or beyond it. */
  above: z.number().optional(),
  below: z.number().optional(),
  /** The state has one of these labels. */
  values: z.array(z.string().max(64)).min(1).max(32).optional(),
  /** The fault is over when the value is back here; default: the limit itself. */
  clear: z.number().optional(),
  /** It must hold this long, seconds. */
  for: z.number().nonnegative().optional(),
  severity: Severity,
  /** Default: as limits and states of the metric. */
  alarmType: AlarmType.optional(),
  text: Labels.optional(),
})
export type SeriesAlarm = z.infer<typeof SeriesAlarm>

/** All optional: an agent of 0.1 sends none of it, and what cannot be read costs itself, never the series. */
export const SeriesMeaning = z.object({
  /** temperature, load, charge ... */
  class: z.string().max(32).optional().catch(undefined),
  labels: Labels.optional().catch(undefined),
  limits: Limits.optional().catch(undefined),
  /** Severity by state label; labels that are not here are no faults. */
  severities: z.record(z.string().max(64), Severity).optional().catch(undefined),
  /** How the fault is called, where the profile says so; see alarm-types.ts. */
  alarmType: AlarmType.optional().catch(undefined),
  alarms: z.array(SeriesAlarm).max(16).optional().catch(undefined),
})
export type SeriesMeaning = z.infer<typeof SeriesMeaning>

/** What of it people are shown. */
export const ShownMeaning = z.object({
  class: z.string().optional(),
  labels: Labels.optional(),
  limits: Limits.optional(),
  severities: z.record(z.string(), Severity).optional(),
})
export type ShownMeaning = z.infer<typeof ShownMeaning>

/** Only what is there. */
export function shownMeaning({ class: kind, labels, limits, severities }: SeriesMeaning): ShownMeaning {
  return {
    ...(kind === undefined ? {} : { class: kind }),
    ...(labels === undefined ? {} : { labels }),
    ...(limits === undefined ? {} : { limits }),
    ...(severities === undefined ? {} : { severities }),
  }
}

const KEYS = Object.keys(SeriesMeaning.shape) as (keyof SeriesMeaning)[]

/** The part of a definition that is its meaning; only keys that say something, in a fixed order. */
export function meaningOf(from: SeriesMeaning): SeriesMeaning {
  const meaning: Record<string, unknown> = {}
  for (const key of KEYS) if (from[key] !== undefined) meaning[key] = from[key]
  return meaning as SeriesMeaning
}

/** Whether two series mean the same; cheap where they share the profile's objects. */
export function sameMeaning(a: SeriesMeaning, b: SeriesMeaning): boolean {
  return KEYS.every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]))
}

/** The text to keep, null where nothing is said. */
export function meaningText(from: SeriesMeaning): string | null {
  const text = JSON.stringify(meaningOf(from))
  return text === '{}' ? null : text
}

/**
 * Meanings of many series, those of one profile in memory once: of a text of meaningText, or of an object. The newest
 * `limit` different ones are shared.
 */
export function createMeanings(limit = 10_000): (from: string | SeriesMeaning | null) => SeriesMeaning {
  const byText = new Map<string, SeriesMeaning>()
  return (from) => {
    const text = typeof from === 'string' ? from : from && meaningText(from)
    if (text === null) return {}
    const known = byText.get(text)
    if (known) return known
    const meaning = typeof from === 'string' ? SeriesMeaning.parse(JSON.parse(text)) : meaningOf(from as SeriesMeaning)
    if (byText.size >= limit) byText.delete(byText.keys().next().value as string)
    byText.set(text, meaning)
    return meaning
  }
}
