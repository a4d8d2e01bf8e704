// A program of its own: the agent's sweep with the plan of its argument. Prints each finding, progress and the end as a
// line of JSON.
import { pino } from 'pino'
import { createDiscovery } from '#agent/discovery/discovery.ts'
import { readProfiles } from '#agent/inputs/snmp-poll/profile-files.ts'
import { readRanges } from '#shared/domain/address-ranges.ts'
import { systemClock } from '#shared/time/clock.ts'
import { SWEPT_SETS } from '../../support/swept-segment.ts'

const { range, ...plan } = JSON.parse(process.argv[2] as string)
const { profiles } = await readProfiles()
const discovery = createDiscovery({
  ...{ profiles: () => profiles, deviceAt: () => undefined, clock: systemClock() },
  log: pino({ level: 'warn' }, process.stderr),
})
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`)
const sets = Object.entries(SWEPT_SETS).map(([name, credentials]) => ({ name, from: 'file' as const, credentials }))
say({ began: true })
const end = await discovery.sweep(
  { ...plan, sets, ranges: readRanges([range]).ranges },
  { found: (found) => say({ found }), progress: (progress) => say({ progress }) },
  new AbortController().signal,
)
say({ end })
