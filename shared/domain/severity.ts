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

/** RFC 5674 section 2: syslog severity 0-7 to perceived severity; notice, info and debug are no alarms (undefined). */
export function severityOfSyslog(level: number): Severity | undefined {
  return (['critical', 'critical', 'critical', 'major', 'minor'] as const)[level]
}
