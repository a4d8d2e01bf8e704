// What people decided about causes: this alarm is no symptom of that one, or it is. Remembered by alarm, for the same fault is
// the same alarm whenever it comes again.

export interface Decision {
  readonly alarm: string
  /** Alarm that is the cause, or is not. */
  readonly cause: string
  readonly verdict: 'apart' | 'together'
  readonly by: string
  readonly at: number
  readonly note: string
}

export interface Decisions {
  /** The newest first. */
  of(alarm: string): readonly Decision[]
  /** A newer decision about the same pair takes the place of the older. */
  put(decision: Decision): void
  /** Whether `cause` would follow from `alarm` itself, by decisions, if it followed from `cause`. */
  wouldCircle(alarm: string, cause: string): boolean
  restore(stored: readonly Decision[]): void
}

export interface DecisionStore {
  read(): Decision[]
}

/** Of one alarm; older ones are forgotten. */
const MOST_PER_ALARM = 50

export function createDecisions(): Decisions {
  const byAlarm = new Map<string, Decision[]>()
  const of = (alarm: string): readonly Decision[] => byAlarm.get(alarm) ?? []
  const put = (decision: Decision): void => {
    const others = of(decision.alarm).filter(({ cause }) => cause !== decision.cause)
    byAlarm.set(decision.alarm, [decision, ...others].slice(0, MOST_PER_ALARM))
  }
  return {
    of,
    put,
    wouldCircle(alarm, cause) {
      const seen = new Set([cause])
      for (const at of seen) {
        if (at === alarm) return true
        for (const { verdict, cause: next } of of(at)) if (verdict === 'together') seen.add(next)
      }
      return false
    },
    restore(stored) {
      byAlarm.clear()
      for (const decision of [...stored].sort((x, y) => x.at - y.at)) put(decision)
    },
  }
}
