// What a back-test of two rules must find, counted from the script of faults by another and plainer way: walking the readings of
// each device and noting when they turn.
import { type DefinedRule, Rule } from '#collector/rules/rule.ts'
import type { SimulatedSite } from '../differential/simulated-site.ts'

const HOLD_S = 120
/** Places of the readings in a poll of the simulated site. */
const CPU = 3
const FAN = 6
const POLL_S = 60

export const testedRules: readonly DefinedRule[] = [
  {
    ...{ id: 'fan-fails', title: 'a fan fails', severity: 'major', alarmType: 'test.fan', text: '{{device}}' },
    condition: { type: 'state', metric: 'env.fan-status', values: ['critical'] },
  },
  {
    ...{ id: 'busy', title: 'busy for two minutes', severity: 'minor', alarmType: 'test.busy', text: '{{device}}' },
    ...{ condition: { type: 'threshold', metric: 'cpu.load', above: 90 }, for: `${HOLD_S}s` },
  },
].map((raw) => ({ rule: Rule.parse(raw), origin: { kind: 'database' as const } }))

/** Alarms of each rule, by id. */
export function expectedAlarms(site: SimulatedSite, seconds: number): Record<string, number> {
  let fans = 0
  let busy = 0
  for (let d = 0; d < site.devices.length; d++) {
    let broken = false
    let since: number | undefined
    let told = false
    for (let s = (d * 13) % POLL_S; s < seconds; s += POLL_S)
      site.poll(d, s, (place, value) => {
        if (place === FAN) {
          if (value === 3 && !broken) fans++
          broken = value === 3
        }
        if (place !== CPU) return
        if (value <= 90) {
          since = undefined
          told = false
          return
        }
        since ??= s
        if (s - since >= HOLD_S && !told) {
          busy++
          told = true
        }
      })
  }
  return { 'fan-fails': fans, busy }
}
