// Durations of rules are written as everywhere.
import { Duration as Written } from '#shared/time/duration.ts'

/** Parses to milliseconds; at most 30 days. */
export const Duration = Written
