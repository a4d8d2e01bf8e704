// The script of the day: what goes wrong at the site, when, for how long. Times are whole seconds since the day began.

export const DAY_S = 86_400

export type FaultKind =
  | 'link' // poll and traps
  | 'link-lost-clear' // the trap that says it is up again never comes
  | 'link-log' // poll and log lines
  | 'unreachable' // answers neither ping nor polls
  | 'reboot' // as before, then its uptime and counters begin anew
  | 'battery' // polled state and traps of the UPS
  | 'disk' // fills up slowly, is emptied at the end
  | 'fan'
  | 'hot' // over the limits of its profile: first the one, then the other
  | 'busy' // processor over its limit: a hold of five minutes
  | 'traffic' // a counter's rate over a limit: a hold of three minutes
  | 'logins' // a window of a count is filled by traps; ends some time after the last
  | 'few-logins' // the same, one too few
  | 'login-logs' // a window of a count is filled by log lines, with a line that clears
  | 'critical-log' // ends some time after the last line
  | 'hung' // the agent no longer gets to it: no data at all
  | 'flicker' // one ping lost: shorter than any hold

export interface Fault {
  readonly device: number
  readonly kind: FaultKind
  readonly from: number
  /** Exclusive; after the day for what stands at its end. */
  readonly to: number
}

const USUAL: readonly FaultKind[] = [
  'link',
  'link',
  'link-lost-clear',
  'link-log',
  'unreachable',
  'reboot',
  'fan',
  'hot',
  'busy',
]
const RARE: readonly FaultKind[] = [
  'disk',
  'traffic',
  'logins',
  'few-logins',
  'login-logs',
  'critical-log',
  'hung',
  'flicker',
]
const KINDS: readonly FaultKind[] = [...USUAL, ...RARE]

/**
 * A day of faults for so many devices, by `random`. Around each of `edges` (beginnings and ends of cuts) every kind of fault
 * begins before and ends after it, begins and ends just before, and just after; the rest is spread over the day. A
 * device has one fault at a time.
 */
export function scriptedFaults(devices: number, edges: readonly number[], last: number, random: () => number): Fault[] {
  const faults: Fault[] = []
  const busy = new Map<number, Fault[]>()
  const whole = (least: number, most: number) => Math.floor(least + random() * (most - least))

  function put(kind: FaultKind, from: number, to: number, device = whole(0, devices)): boolean {
    const d = kind === 'battery' ? device - (device % UPS_EVERY) : device
    const own = busy.get(d) ?? []
    if (from < 600 || own.some((f) => from < f.to + REST_S && f.from < to + REST_S)) return false
    const fault = { device: d, kind, from, to }
    busy.set(d, [...own, fault])
    faults.push(fault)
    return true
  }
  const tryPut = (kind: FaultKind, from: number, to: number) => {
    for (let n = 0; n < 20 && !put(kind, from, to); n++);
  }

  for (const edge of edges)
    for (const kind of [...new Set([...KINDS, 'battery' as const])]) {
      const length = LONGEST[kind]
      tryPut(kind, edge - whole(5, length), edge + whole(5, length))
      tryPut(kind, edge + whole(1, 60), edge + 60 + whole(30, length))
      tryPut(kind, edge - length - whole(5, 60), edge - whole(1, 60))
      tryPut(kind, edge - whole(5, 40), edge + whole(5, 40))
    }
  for (let n = 0; n < devices * 3; n++) {
    const kind = KINDS[whole(0, KINDS.length)] as FaultKind
    const from = whole(600, last)
    put(kind, from, Math.min(from + whole(20, LONGEST[kind] * 2), last))
  }
  // what nobody mends today
  for (const kind of ['link', 'fan', 'unreachable', 'battery', 'busy', 'disk'] as const)
    for (const edge of edges) tryPut(kind, edge + whole(10, 3000), 2 * DAY_S)
  return faults.sort((a, b) => a.from - b.from)
}

/** Every so many devices one is a UPS. */
export const UPS_EVERY = 10
/** A device is left alone for so long between two faults. */
const REST_S = 90

const LONGEST: Readonly<Record<FaultKind, number>> = {
  link: 900,
  'link-lost-clear': 900,
  'link-log': 900,
  unreachable: 1200,
  reboot: 180,
  battery: 1800,
  disk: 5400,
  fan: 3600,
  hot: 1800,
  busy: 1800,
  traffic: 1800,
  logins: 240,
  'few-logins': 240,
  'login-logs': 240,
  'critical-log': 600,
  hung: 3600,
  flicker: 25,
}
