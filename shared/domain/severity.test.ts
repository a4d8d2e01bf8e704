import { expect, it } from 'vitest'
import { SEVERITIES, severityOfSyslog, syslogLevelOf, syslogOfSeverity } from './severity.ts'

it('maps syslog severities as RFC 5674 section 2 does, there and back', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7].map(severityOfSyslog)).toEqual([
    ...['critical', 'critical', 'major', 'minor', 'warning'],
    ...[undefined, undefined, undefined],
  ])
  expect(SEVERITIES.map(syslogOfSeverity)).toEqual([5, 4, 3, 2, 1])
  expect(syslogOfSeverity('cleared')).toBe(5)
  for (const severity of SEVERITIES.slice(1)) expect(severityOfSyslog(syslogOfSeverity(severity))).toBe(severity)
})

it('knows the names equipment gives to severities', () => {
  expect(['Emergency', 'ALERT', 'crit', 'err', 'Warning', 'notice', 'Information', 'debug'].map(syslogLevelOf)).toEqual(
    [0, 1, 2, 3, 4, 5, 6, 7],
  )
  expect(['', 'none', 'constructor', 'warningwarningwarning'].map(syslogLevelOf)).toEqual(Array(4).fill(undefined))
})
