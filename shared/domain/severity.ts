// X.733 perceived severity and the two scales that are not it. Mappings between scales live here and nowhere else.
import { z } from 'zod'

/** RFC 8632 perceived-severity in rising order; cleared is a separate flag, indeterminate is avoided. */
export const SEVERITIES = ['indeterminate', 'warning', 'minor', 'major', 'critical'] as const
export const Severity = z.enum(SEVERITIES)
export type Severity = z.infer<typeof Severity>

/** Rank for sorting and comparing: 0 (indeterminate) to 4 (critical). */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

/**
 * RFC 5674 section 2: alert is critical, critical is major, error is minor, warning is warning; notice, info and debug are
 * no alarms (undefined). Emergency, of which it does not speak, is no less than alert.
 */
export function severityOfSyslog(level: number): Severity | undefined {
  return (['critical', 'critical', 'major', 'minor', 'warning'] as const)[level]
}

/** RFC 5674 section 2: syslog severity that tells of an alarm; what is cleared, like what is indeterminate, is a notice. */
export function syslogOfSeverity(severity: Severity | 'cleared'): number {
  return { critical: 1, major: 2, minor: 3, warning: 4, indeterminate: 5, cleared: 5 }[severity]
}

/** Syslog severity 0-7 by its name as equipment spells it, in any case; undefined when it is none. */
export function syslogLevelOf(name: string): number | undefined {
  return LEVELS.get(name.length > 13 ? '' : name.toLowerCase())
}

/** RFC 5424 section 6.2.1, and what programs call the same. */
const LEVELS = new Map(
  [
    ['emergency', 'emerg', 'panic'],
    ['alert'],
    ['critical', 'crit', 'fatal'],
    ['error', 'err'],
    ['warning', 'warn'],
    ['notice', 'notification'],
    ['informational', 'information', 'info'],
    ['debug', 'trace', 'debugging'],
  ].flatMap((names, level) => names.map((name) => [name, level] as const)),
)
