// What people decided about causes: this alarm is no symptom of that one, or it is. Remembered by alarm, for the same fault is
// the same alarm whenever it comes again.

export interface Decision {
  readonly alarm: string
  /** Alarm that is the cause, or is not; null: of none, whatever the graph says. */
  readonly cause: string | null
  readonly verdict: 'apart' | 'together'
  readonly by: string
  readonly at: number
  readonly note: string
}

export interface Decisions {
  of(alarm: string): readonly Decision[]
  /** Answers what is to be written. A newer decision about the same pair takes the place of the older. */
  put(decision: Decision): void
  restore(stored: readonly Decision[]): void
}

export function createDecisions(): Decisions {
  const byAlarm = new Map<string, Decision[]>()
  const put = (decision: Decision): void => {
    const others = (byAlarm.get(decision.alarm) ?? []).filter(({ cause }) => cause !== decision.cause)
    byAlarm.set(decision.alarm, [decision, ...others])
  }
  return {
    of: (alarm) => byAlarm.get(alarm) ?? [],
    put,
    restore(stored) {
      byAlarm.clear()
      for (const decision of [...stored].sort((x, y) => x.at - y.at)) put(decision)
    },
  }
}
